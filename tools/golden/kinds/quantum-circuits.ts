import {
  type Angle,
  type Circuit,
  compile,
  createCircuit,
  type Gate,
  gates,
  MultiRZ,
  type Operation,
  probabilities,
  simulate,
} from "quantum-sim";
import { absolute, flatten } from "../compare.ts";
import type { Deviation } from "../golden-kind.ts";
import { type GoldenOperation, type QuantumCase, quantumKind } from "./quantum-case.ts";

/** Numbers stored as real and imaginary parts, however nested. */
interface Complex {
  readonly re: unknown;
  readonly im: unknown;
}

/** What a circuit gives: its values, their Jacobian or a vector-Jacobian product, and perhaps more. */
interface Expected {
  readonly inputs: readonly number[];
  readonly weights: readonly number[];
  readonly expval: readonly number[];
  readonly cotangent?: readonly number[];
  readonly jac_inputs?: readonly (readonly number[])[];
  readonly jac_weights?: readonly (readonly number[])[];
  readonly vjp_inputs?: readonly number[];
  readonly vjp_weights?: readonly number[];
  readonly state?: Complex;
  readonly probs?: readonly number[];
}

interface CircuitCase extends Expected {
  readonly name: string;
  readonly n: number;
  readonly ops: readonly GoldenOperation[];
  readonly obs: readonly string[];
  readonly matrix?: Complex;
}

/** The stored numbers have 15 digits; a few dozen gates round at 1e-16 each. */
const VALUE_TOLERANCE = 1e-12;
/** Slopes are sums of as many terms, and of several gates where a weight is shared. */
const SLOPE_TOLERANCE = 1e-11;

/** Names that differ from ours. */
const ALIASES: Readonly<Record<string, string>> = {
  ...{ P: "PhaseShift", CP: "ControlledPhaseShift", Identity: "I", Hadamard: "H" },
  ...{ PauliX: "X", PauliY: "Y", PauliZ: "Z" },
};

/** Our gate of that name on so many wires, or undefined if we have none. */
export const gateOf = (name: string, numWires: number): Gate | undefined =>
  name === "MultiRZ" ? MultiRZ(numWires) : [...gates].find((gate) => gate.name === (ALIASES[name] ?? name));

const angleOf = (parameter: NonNullable<GoldenOperation["p"]>[number]): Angle => {
  if (typeof parameter === "number") return parameter;
  return "i" in parameter ? { input: parameter.i } : { weight: parameter.t };
};

/** The op list in our gates; undefined if one is missing. */
export function operationsOf(ops: readonly GoldenOperation[]): Operation[] | undefined {
  const placed = ops.map(({ g, w, p = [] }) => gateOf(g, w.length)?.on(w, ...p.map(angleOf)));
  return placed.every((operation) => operation !== undefined) ? placed : undefined;
}

/** Everything that a stored case tells about a circuit. */
export function checkCircuit(circuit: Circuit, one: Expected): Deviation[] {
  const { inputs, weights } = one;
  const executable = compile(circuit, { precision: "float64" });
  const call = { inputs, weights, batch: 1 };
  const deviations = [absolute("expval", executable.run(call), one.expval, VALUE_TOLERANCE)];
  const compareGradients = (
    what: string,
    cotangent: readonly number[],
    byInputs?: readonly number[],
    byWeights?: readonly number[],
  ) => {
    const gradients = executable.vjp({ ...call, cotangent });
    if (byInputs) deviations.push(absolute(`${what} by inputs`, gradients.inputs, byInputs, SLOPE_TOLERANCE));
    if (byWeights) deviations.push(absolute(`${what} by weights`, gradients.weights, byWeights, SLOPE_TOLERANCE));
  };
  if (one.jac_inputs || one.jac_weights)
    one.expval.forEach((_, j) => {
      const unit = one.expval.map((_, k) => (k === j ? 1 : 0));
      compareGradients(`slope of value ${j}`, unit, one.jac_inputs?.[j], one.jac_weights?.[j]);
    });
  if (one.cotangent) compareGradients("vjp", one.cotangent, one.vjp_inputs, one.vjp_weights);
  if (one.state || one.probs) {
    const state = simulate(circuit, { inputs, weights });
    if (one.state) {
      deviations.push(absolute("state, re", state.re, flatten(one.state.re), VALUE_TOLERANCE));
      deviations.push(absolute("state, im", state.im, flatten(one.state.im), VALUE_TOLERANCE));
    }
    if (one.probs) deviations.push(absolute("probabilities", probabilities(state), one.probs, VALUE_TOLERANCE));
  }
  return deviations;
}

function check(one: CircuitCase, operations: readonly Operation[]): Deviation[] {
  const circuit = createCircuit({
    name: one.name,
    numQubits: one.n,
    operations,
    observables: one.obs,
    numInputs: one.inputs.length,
    weightShape: [one.weights.length],
  });
  const deviations = checkCircuit(circuit, one);
  if (one.matrix) {
    // `matrix` is that of the gate under test, the last of the list.
    const { gate, angles } = operations[operations.length - 1];
    const values = angles.map((angle) =>
      typeof angle === "number" ? angle : "weight" in angle ? one.weights[angle.weight] : one.inputs[angle.input],
    );
    const ours = gate.matrix(values);
    deviations.push(absolute(`matrix of ${gate.name}, re`, ours.re, flatten(one.matrix.re), VALUE_TOLERANCE));
    deviations.push(absolute(`matrix of ${gate.name}, im`, ours.im, flatten(one.matrix.im), VALUE_TOLERANCE));
  }
  return deviations;
}

/** Op lists: every gate by itself, and random circuits with shared inputs and weights. */
export const quantumCircuits = quantumKind("quantum-circuits", ["circuit"], (one: QuantumCase) => {
  const typed = one as unknown as CircuitCase; // its kind was told by these fields
  const operations = operationsOf(typed.ops);
  return { name: typed.name, check: operations && (() => check(typed, operations)) };
});
