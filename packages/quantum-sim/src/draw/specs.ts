import type { Circuit } from "../circuit.ts";
import type { Gate } from "../gate.ts";

/** What a circuit is made of and what it costs. */
export interface CircuitSpecs {
  readonly numQubits: number;
  readonly numInputs: number;
  readonly numWeights: number;
  readonly numObservables: number;
  readonly numGates: number;
  /** Gates on the longest path through the wires. */
  readonly depth: number;
  /** How many of each gate, by name, in the order they first appear. */
  readonly gates: Readonly<Record<string, number>>;
  /** How many gates on so many wires. */
  readonly gateSizes: Readonly<Record<number, number>>;
  /** Additions and multiplications of real numbers for the state of one sample, gate by gate, before gates are fused. */
  readonly flops: number;
  /** Of one state vector. */
  readonly bytes: { readonly float32: number; readonly float64: number };
}

/** Angles at which a matrix is looked at: none of its entries is 0, ±1 or ±i by accident. */
const GENERIC_ANGLES = [0.731, 2.113, 1.357];
const ZERO = 1e-12;
/** Wires from which on a matrix is not built; what has so many is a Pauli rotation, two entries a row. */
const MOST_WIRES = 8;
const PAULI_ROTATION_FLOPS = 14;

/**
 * Counts of a circuit: depth, gates by kind, numbers of weights and inputs, floating-point operations and bytes.
 *
 * Entries of a matrix that are zero cost nothing, ±1 and ±i no multiplication, real and imaginary ones 2, others 6; sums of m complex terms
 * 2·(m − 1). Controlled gates act where their controls are 1.
 */
export function specs(circuit: Circuit): CircuitSpecs {
  const { numQubits, numInputs, numWeights, observables, operations } = circuit;
  const gates: Record<string, number> = {};
  const gateSizes: Record<number, number> = {};
  const depths = new Array<number>(numQubits).fill(0);
  let flops = 0;
  for (const { gate, wires } of operations) {
    gates[gate.name] = (gates[gate.name] ?? 0) + 1;
    gateSizes[wires.length] = (gateSizes[wires.length] ?? 0) + 1;
    const depth = 1 + Math.max(...wires.map((wire) => depths[wire]));
    for (const wire of wires) depths[wire] = depth;
    const { gate: base, numControls } = gate.controlled ?? { gate, numControls: 0 };
    flops += flopsPerAmplitude(base) * 2 ** (numQubits - numControls);
  }
  return {
    numQubits,
    numInputs,
    numWeights,
    numObservables: observables.length,
    numGates: operations.length,
    depth: Math.max(...depths),
    gates,
    gateSizes,
    flops,
    bytes: { float32: 8 * 2 ** numQubits, float64: 16 * 2 ** numQubits },
  };
}

const known = new WeakMap<Gate, number>();

/** Mean over the rows of a gate's matrix. */
function flopsPerAmplitude(gate: Gate): number {
  const found = known.get(gate);
  if (found !== undefined) return found;
  const counted = gate.numWires > MOST_WIRES ? PAULI_ROTATION_FLOPS : countFlops(gate);
  known.set(gate, counted);
  return counted;
}

function countFlops(gate: Gate): number {
  const angles = Array.from({ length: gate.numAngles }, (_, k) => GENERIC_ANGLES[k % GENERIC_ANGLES.length]);
  const { dim, re, im } = gate.matrix(angles);
  let sum = 0;
  for (let row = 0; row < dim; row++) {
    let numTerms = 0;
    for (let i = row * dim; i < (row + 1) * dim; i++) {
      const [x, y] = [Math.abs(re[i]), Math.abs(im[i])];
      if (x < ZERO && y < ZERO) continue;
      numTerms++;
      if (x > ZERO && y > ZERO) sum += 6;
      else if (Math.abs(x + y - 1) > ZERO) sum += 2;
    }
    sum += 2 * (numTerms - 1);
  }
  return sum / dim;
}
