import { type Angle, isInput, isWeight } from "./angle.ts";
import type { Circuit } from "./circuit.ts";
import type { Gate, Operation } from "./gate.ts";
import { PhaseShift, Rot, RX, RY, RZ, U1, U2, U3 } from "./gates/index.ts";
import { composeMonomial, isMonomial, type Monomial } from "./monomial.ts";
import type { Pauli } from "./observable.ts";
import { type Quaternion, quaternionOf } from "./quaternion.ts";

/** A turn of one qubit: by an angle about X (0), Y (1) or Z (2), or a fixed one. */
export type Step = { readonly axis: 0 | 1 | 2; readonly angle: Angle } | { readonly fixed: Quaternion };

/**
 * A circuit as the batched kernel takes it: a product state, then layers of turns of single qubits, each followed by a
 * permutation of basis states with signs.
 */
export interface LayeredProgram {
  readonly numQubits: number;
  /** [qubit]: turns by inputs and constants, before any weight. */
  readonly encoding: readonly (readonly Step[])[];
  /** [layer][qubit]: turns by weights and constants. */
  readonly layers: readonly (readonly (readonly Step[])[])[];
  /** [layer]: index into `monomials`. */
  readonly entanglers: readonly number[];
  /** Made when first asked for: the program of a single sample does without. */
  readonly monomials: readonly Monomial[];
  /** Measured on each qubit, in order. */
  readonly measure: Pauli;
  /** Whether anything but RY occurs after the first layer. */
  readonly isComplex: boolean;
  /** [layer]: index bits whose turns are not about Y and then Z, so that their slopes need overlaps about X. */
  readonly masksX: readonly number[];
}

/** Above this the amplitudes, not the samples, would belong in the vector lanes. */
const MAX_LAYERED_QUBITS = 16;

/** A gate as turns about the axes, up to a global phase, in the order they act. */
const turns: ReadonlyMap<Gate, (angles: readonly Angle[]) => readonly Step[]> = /* @__PURE__ */ new Map([
  [RX, ([angle]: readonly Angle[]): Step[] => [{ axis: 0, angle }]],
  [RY, ([angle]: readonly Angle[]): Step[] => [{ axis: 1, angle }]],
  [RZ, ([angle]: readonly Angle[]): Step[] => [{ axis: 2, angle }]],
  [PhaseShift, ([angle]: readonly Angle[]): Step[] => [{ axis: 2, angle }]],
  [U1, ([angle]: readonly Angle[]): Step[] => [{ axis: 2, angle }]],
  [Rot, ([phi, theta, omega]: readonly Angle[]): Step[] => zyz(phi, theta, omega)],
  [U2, ([phi, delta]: readonly Angle[]): Step[] => zyz(delta, Math.PI / 2, phi)],
  [U3, ([theta, phi, delta]: readonly Angle[]): Step[] => zyz(delta, theta, phi)],
]);

const zyz = (first: Angle, second: Angle, third: Angle): Step[] => [
  { axis: 2, angle: first },
  { axis: 1, angle: second },
  { axis: 2, angle: third },
];

/** The turns of a single-qubit operation, or undefined if its dependence on an angle is not known. */
function stepsOf({ gate, angles }: Operation): readonly Step[] | undefined {
  const known = turns.get(gate);
  if (known) return known(angles);
  if (angles.some((angle) => typeof angle !== "number")) return undefined;
  return [{ fixed: quaternionOf(gate.matrix(angles.map(Number))) }];
}

/** The one Pauli that is measured on every qubit in order, or undefined if the observables are others. */
function uniformPauli({ observables, numQubits }: Circuit): Pauli | undefined {
  const pauli = observables[0]?.factors[0]?.pauli;
  const isUniform = observables.every(
    ({ factors }, wire) => factors.length === 1 && factors[0].wire === wire && factors[0].pauli === pauli,
  );
  return observables.length === numQubits && isUniform ? pauli : undefined;
}

/** A layer under construction. */
interface OpenLayer {
  readonly turns: Step[][];
  readonly entangler: Operation[];
  readonly touched: Set<number>;
}

/** The circuit as layers, or undefined if it is not of that kind. */
export function layeredProgram(circuit: Circuit): LayeredProgram | undefined {
  const { numQubits, operations } = circuit;
  const measure = uniformPauli(circuit);
  if (!measure || numQubits > MAX_LAYERED_QUBITS) return undefined;
  const openLayer = (): OpenLayer => ({ turns: Array.from({ length: numQubits }, () => []), entangler: [], touched: new Set() });
  const encoding: Step[][] = Array.from({ length: numQubits }, () => []);
  const layers = [openLayer()];
  /** [wire]: the layer of its last gate. Every gate goes to the earliest layer it may stand in, whatever the order they are written in. */
  const last = new Array<number>(numQubits).fill(0);

  for (const operation of operations) {
    const { wires } = operation;
    if (wires.length > 1) {
      if (!isMonomial(operation)) return undefined;
      const at = Math.max(...wires.map((wire) => last[wire]));
      layers[at].entangler.push(operation);
      for (const wire of wires) {
        layers[at].touched.add(wire);
        last[wire] = at;
      }
      continue;
    }
    const [wire] = wires;
    const steps = stepsOf(operation);
    if (!steps) return undefined;
    if (layers[last[wire]].touched.has(wire)) last[wire]++;
    if (last[wire] === layers.length) layers.push(openLayer());
    const layer = layers[last[wire]];
    for (const step of steps) {
      const byInput = "angle" in step && isInput(step.angle);
      const byWeight = "angle" in step && isWeight(step.angle);
      const isBeforeWeights = last[wire] === 0 && layer.turns[wire].length === 0;
      if (isBeforeWeights && !byWeight) encoding[wire].push(step);
      else if (byInput) return undefined;
      else layer.turns[wire].push(step);
    }
  }
  const { entanglers, sequences } = shareEntanglers(layers);
  let monomials: readonly Monomial[] | undefined;
  return {
    numQubits,
    encoding,
    measure,
    layers: layers.map(({ turns }) => turns),
    entanglers,
    get monomials() {
      monomials ??= sequences.map((sequence) => composeMonomial(sequence, numQubits));
      return monomials;
    },
    isComplex: measure === "Y" || layers.slice(1).some(turnsOutOfY),
    masksX: layers.map(({ turns }) => maskX(turns, numQubits)),
  };
}

const turnsOutOfY = ({ turns }: OpenLayer): boolean =>
  turns.some((steps) => steps.some((step) => ("axis" in step ? step.axis !== 1 : step.fixed[1] !== 0 || step.fixed[3] !== 0)));

/** Turned back through the Z, the slope about Y needs T_X only as far as the split angle differs from a multiple of π: not at all. */
const isYThenZ = (steps: readonly Step[]): boolean =>
  steps.every((step, k) => "axis" in step && (step.axis === 2 || (step.axis === 1 && (k === 0 || isAboutY(steps[k - 1])))));
const maskX = (turns: readonly (readonly Step[])[], numQubits: number): number =>
  turns.reduce((mask, steps, q) => (isYThenZ(steps) ? mask : mask | (1 << (numQubits - 1 - q))), 0);
const isAboutY = (step: Step): boolean => "axis" in step && step.axis === 1;

/** Equal sequences of entanglers, whose tables layers share: [layer] index into them. */
function shareEntanglers(layers: readonly OpenLayer[]): { entanglers: number[]; sequences: (readonly Operation[])[] } {
  const kinds = new Map<Gate, number>();
  const indices = new Map<string, number>();
  const sequences: (readonly Operation[])[] = [];
  const entanglers = layers.map(({ entangler }) => {
    const key = entangler
      .map(({ gate, wires }) => {
        if (!kinds.has(gate)) kinds.set(gate, kinds.size);
        return `${kinds.get(gate)}:${wires}`;
      })
      .join(" ");
    const index = indices.get(key) ?? indices.set(key, sequences.push(entangler) - 1).get(key);
    return index as number; // set one line above if it was missing
  });
  return { entanglers, sequences };
}
