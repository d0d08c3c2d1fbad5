import { createCircuit, probabilities, simulate } from "quantum-sim";
import { compileProbabilities, type Outcome, postSelect } from "quantum-sim/measurements";
import { absolute } from "../compare.ts";
import type { Deviation } from "../golden-kind.ts";
import { type GoldenOperation, quantumKind } from "./quantum-case.ts";
import { operationsOf } from "./quantum-circuits.ts";

interface PostSelectionCase {
  readonly name: string;
  readonly n: number;
  readonly ancilla: readonly number[];
  readonly ops: readonly GoldenOperation[];
  readonly inputs: readonly number[];
  readonly weights: readonly number[];
  readonly probs_full?: readonly number[];
  readonly postselect_probability?: number;
  readonly probs_postselected: readonly number[];
  readonly probs_over_max?: readonly number[];
  readonly cotangent_of_probs_postselected?: readonly number[];
  readonly vjp_inputs?: readonly number[];
  readonly vjp_weights?: readonly number[];
}

/** The stored numbers have 15 digits; a few dozen gates round at 1e-16 each. */
const VALUE_TOLERANCE = 1e-12;
const SLOPE_TOLERANCE = 1e-11;
// Below, what is divided by a probability or a maximum has its rounding divided too.
/** Values and slopes in float32: what the quantum issue asks for. */
const FLOAT32 = { value: 2e-6, slope: 1e-5 };

function check(one: PostSelectionCase, operations: NonNullable<ReturnType<typeof operationsOf>>): Deviation[] {
  const { name, n, inputs, weights } = one;
  const circuit = createCircuit({ name, numQubits: n, operations, numInputs: inputs.length, weightShape: [weights.length] });
  const outcome: Outcome = Object.fromEntries(one.ancilla.map((wire) => [wire, 0 as const]));
  const call = { inputs, weights, batch: 1 };
  const deviations: Deviation[] = [];
  const add = (what: string, ours: ArrayLike<number>, theirs: ArrayLike<number> | undefined, tolerance: number) => {
    if (theirs) deviations.push(absolute(what, ours, theirs, tolerance));
  };

  const state = simulate(circuit, { inputs, weights });
  const selected = postSelect(state, outcome);
  add("probabilities of the state", probabilities(state), one.probs_full, VALUE_TOLERANCE);
  add("post-selected state", probabilities(selected.state), one.probs_postselected, VALUE_TOLERANCE / selected.probability);
  if (one.postselect_probability !== undefined)
    add("probability of the outcome", [selected.probability], [one.postselect_probability], VALUE_TOLERANCE);

  for (const precision of ["float64", "float32"] as const) {
    const value = precision === "float64" ? VALUE_TOLERANCE : FLOAT32.value;
    const slope = precision === "float64" ? SLOPE_TOLERANCE : FLOAT32.slope;
    const all = compileProbabilities(circuit, { precision });
    const conditioned = compileProbabilities(circuit, { precision, postSelect: outcome });
    const overMax = compileProbabilities(circuit, { precision, postSelect: outcome, scale: "max" });
    add(`probabilities, ${precision}`, all.run(call), one.probs_full, value);
    add(`post-selected, ${precision}`, conditioned.run(call), one.probs_postselected, value / selected.probability);
    const largest = one.probs_postselected.reduce((most, p) => Math.max(most, p), 0) * selected.probability;
    add(`over their maximum, ${precision}`, overMax.run(call), one.probs_over_max, value / largest);
    const cotangent = one.cotangent_of_probs_postselected;
    if (!cotangent) continue;
    const gradients = conditioned.vjp({ ...call, cotangent });
    add(`vjp by inputs, ${precision}`, gradients.inputs, one.vjp_inputs, slope / selected.probability);
    add(`vjp by weights, ${precision}`, gradients.weights, one.vjp_weights, slope / selected.probability);
  }
  return deviations;
}

/** Patches whose ancillas are found in |0⟩: probabilities of the other wires and their gradients. */
export const quantumPostSelection = quantumKind("quantum-post-selection", ["post-selection"], (one) => {
  const typed = one as unknown as PostSelectionCase; // its kind was told by these fields
  const operations = operationsOf(typed.ops);
  return { name: typed.name, check: operations && (() => check(typed, operations)) };
});
