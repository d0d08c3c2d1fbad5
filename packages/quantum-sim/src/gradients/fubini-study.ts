import { multiplyMatrices } from "array-kernels";
import { checkOptions, expect, listKnown } from "repro-kit";
import { angleValue, isWeight } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { scale } from "../complex-matrix.ts";
import { checkSample } from "../executable.ts";
import type { Operation } from "../gate.ts";
import { applyMatrix, createStatevector, resetStatevector, type Statevector } from "../statevector.ts";
import { expandWide } from "./expand-wide.ts";

/** What of the metric is kept. */
export type MetricApproximation = "full" | "block-diagonal" | "diagonal";

export interface FubiniStudyOptions {
  /** [numWeights], in radians. */
  readonly weights: ArrayLike<number>;
  /** [numInputs], in radians; default none. */
  readonly inputs?: ArrayLike<number>;
  /**
   * "full", the default; "block-diagonal" keeps angles of one layer, gates that do not act after one another, and is quicker; "diagonal"
   * keeps each angle alone.
   */
  readonly approximation?: MetricApproximation;
  /** For the derivatives of the state; default 2 GiB. */
  readonly memoryLimitBytes?: number;
}

const APPROXIMATIONS = ["full", "block-diagonal", "diagonal"];

/**
 * The Fubini–Study metric of the state by the weights, [numWeights, numWeights], symmetric and positive semidefinite:
 * g_ij = Re(⟨∂_iψ|∂_jψ⟩ − ⟨∂_iψ|ψ⟩⟨ψ|∂_jψ⟩), a quarter of the quantum Fisher information.
 *
 * Approximations are of the metric of the single angles; weights that serve several gates or are scaled follow by the chain rule.
 * Cost: each derivative of the state is carried through the circuit (the layer, for a block), float64; 16·numWeights·2^n bytes.
 *
 * @throws UsageError if a length is wrong, a number is not finite, or the derivatives exceed the memory limit.
 * @see Stokes, Izaac, Killoran & Carleo 2020, arXiv:1909.02108
 */
export function fubiniStudyMetric(circuit: Circuit, options: FubiniStudyOptions): Float64Array {
  const scope = "fubiniStudyMetric";
  checkOptions(scope, options, ["weights", "inputs", "approximation", "memoryLimitBytes"]);
  const { weights, inputs = [], approximation = "full", memoryLimitBytes = 2 ** 31 } = options;
  const isKnown = APPROXIMATIONS.includes(approximation);
  expect(isKnown, scope, () => `no approximation "${approximation}"; ${listKnown(approximation, APPROXIMATIONS)}`);
  checkSample(circuit, inputs, weights);
  const { numQubits, numWeights } = circuit;
  const metric = new Float64Array(numWeights * numWeights);
  const psi = createStatevector(numQubits);
  resetStatevector(psi);
  const isFull = approximation === "full";
  const segments = isFull ? [circuit.operations] : parametrisedLayers(circuit);
  for (const operations of segments) {
    const tangents = new Map<number, Tangent>();
    for (const [position, operation] of operations.entries())
      for (const part of expandWide(operation)) addPart(part, position, tangents);
    addBlock(psi, [...tangents.values()], approximation === "diagonal", metric, numWeights);
  }
  return metric;

  /** Carries ψ and its derivatives over a gate, and adds those by the gate's own angles. */
  function addPart({ gate, wires, angles }: Operation, position: number, tangents: Map<number, Tangent>): void {
    const values = angles.map((angle) => angleValue(angle, weights, 0, inputs, 0));
    const U = gate.matrix(values);
    for (const { state } of tangents.values()) applyMatrix(U, wires, state);
    angles.forEach((angle, k) => {
      if (!isWeight(angle)) return;
      const own = { numQubits, re: psi.re.slice(), im: psi.im.slice() };
      applyMatrix(scale(angle.scale ?? 1, gate.derivative(values, k)), wires, own);
      // Angles of one weight are one direction in the full metric; an approximation is of the single gates.
      const key = angle.weight + (isFull ? 0 : position * numWeights);
      const found = tangents.get(key);
      if (found) addState(own, found.state);
      else tangents.set(key, { weight: angle.weight, state: own });
      const bytes = 16 * tangents.size * 2 ** numQubits;
      expect(
        bytes <= memoryLimitBytes,
        scope,
        `the derivatives of ${numQubits} qubits by ${tangents.size} weights need over ${bytes} bytes; the limit is ${memoryLimitBytes}. Take "block-diagonal" or raise memoryLimitBytes.`,
      );
    });
    applyMatrix(U, wires, psi);
  }
}

/** ∂ψ by an angle times its scale, and the weight it belongs to. */
interface Tangent {
  readonly weight: number;
  readonly state: Statevector;
}

function addState(source: Statevector, target: Statevector): void {
  for (let x = 0; x < target.re.length; x++) {
    target.re[x] += source.re[x];
    target.im[x] += source.im[x];
  }
}

/** Adds Re(⟨T_i|T_j⟩ − ⟨T_i|ψ⟩⟨ψ|T_j⟩) to the entries of the weights of i and j. */
function addBlock(
  psi: Statevector,
  tangents: readonly Tangent[],
  isDiagonal: boolean,
  metric: Float64Array,
  numWeights: number,
): void {
  const P = tangents.length;
  const N = psi.re.length;
  if (P === 0) return;
  // Projected on what is orthogonal to ψ first, so that no digits cancel.
  const rows = new Float64Array(P * 2 * N);
  tangents.forEach(({ state: { re, im } }, i) => {
    let real = 0;
    let imaginary = 0;
    for (let x = 0; x < N; x++) {
      real += psi.re[x] * re[x] + psi.im[x] * im[x];
      imaginary += psi.re[x] * im[x] - psi.im[x] * re[x];
    }
    const own = rows.subarray(i * 2 * N, (i + 1) * 2 * N);
    for (let x = 0; x < N; x++) {
      own[x] = re[x] - real * psi.re[x] + imaginary * psi.im[x];
      own[x + N] = im[x] - real * psi.im[x] - imaginary * psi.re[x];
    }
  });
  const gram = multiplyMatrices(rows, rows, { m: P, k: 2 * N, n: P, transposeB: true });
  tangents.forEach((one, i) => {
    tangents.forEach((other, j) => {
      if (!isDiagonal || i === j) metric[one.weight * numWeights + other.weight] += gram[i * P + j];
    });
  });
}

/**
 * The operations cut into runs, in each of which no gate with weights acts after another on wires that the latter has reached.
 *
 * @see Stokes et al. 2020, arXiv:1909.02108 (parametrised layers)
 */
export function parametrisedLayers({ operations }: Circuit): (readonly Operation[])[] {
  const layers: Operation[][] = [[]];
  let reached = new Set<number>();
  for (const operation of operations) {
    const { wires, angles } = operation;
    const isReached = wires.some((wire) => reached.has(wire));
    const hasWeights = angles.some(isWeight);
    if (hasWeights && isReached) {
      layers.push([]);
      reached = new Set();
    }
    if (hasWeights || isReached) for (const wire of wires) reached.add(wire);
    layers[layers.length - 1].push(operation);
  }
  return layers;
}
