import { createCircuit, type Gate, gates, type Observable, pauliOnEach, probabilities, simulate } from "quantum-sim";
import {
  amplitudeDamping,
  bitFlip,
  type Channel,
  compileNoisy,
  confuseProbabilities,
  createNoisyCircuit,
  depolarizing,
  generalizedAmplitudeDamping,
  type NoisyOperation,
  phaseDamping,
  phaseFlip,
  readoutError,
  simulateDensity,
} from "quantum-sim/noise";
import { absolute, flatten } from "../compare.ts";
import type { Deviation } from "../golden-kind.ts";
import { type GoldenOperation, quantumKind } from "./quantum-case.ts";

interface NoiseCase {
  readonly name: string;
  readonly n: number;
  readonly ops: readonly GoldenOperation[];
  readonly inputs: readonly number[];
  readonly weights: readonly number[];
  readonly obs: readonly string[];
  readonly expval: readonly number[];
  readonly jac_inputs?: readonly (readonly number[])[];
  readonly jac_weights?: readonly (readonly number[])[];
  readonly density?: { readonly re: unknown; readonly im: unknown };
}

interface ReadoutCase extends Pick<NoiseCase, "name" | "n" | "ops" | "inputs" | "weights"> {
  readonly probs_ideal: readonly number[];
  readonly readout_flip_probability?: number;
  readonly expvalZ_symmetric_flip?: readonly number[];
  readonly probs_symmetric_flip?: readonly number[];
  readonly confusion?: { readonly p1given0: number; readonly p0given1: number };
  readonly probs_confusion?: readonly number[];
}

/** The stored numbers have 15 digits; a few dozen gates and channels round at 1e-16 each. */
const VALUE_TOLERANCE = 1e-12;
const SLOPE_TOLERANCE = 1e-11;

const CHANNELS: Readonly<Record<string, (...parameters: number[]) => Channel>> = {
  DepolarizingChannel: (p) => depolarizing(p),
  Depolarizing: (p) => depolarizing(p),
  AmplitudeDamping: amplitudeDamping,
  GeneralizedAmplitudeDamping: (gamma, p) => generalizedAmplitudeDamping(gamma, p),
  PhaseDamping: phaseDamping,
  BitFlip: bitFlip,
  PhaseFlip: phaseFlip,
};
const ALIASES: Readonly<Record<string, string>> = { P: "PhaseShift", CP: "ControlledPhaseShift", Identity: "I", Hadamard: "H" };

function stepOf({ g, w, p = [] }: GoldenOperation): NoisyOperation | undefined {
  const channel = CHANNELS[g];
  if (channel) return channel(...p.map(Number)).on(w);
  const gate: Gate | undefined = [...gates].find(({ name }) => name === (ALIASES[g] ?? g));
  return gate?.on(w, ...p.map((one) => (typeof one === "number" ? one : "i" in one ? { input: one.i } : { weight: one.t })));
}

function stepsOf(ops: readonly GoldenOperation[]): NoisyOperation[] | undefined {
  const steps = ops.map(stepOf);
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

function check(one: NoiseCase, operations: readonly NoisyOperation[]): Deviation[] {
  const { name, n, inputs, weights, obs } = one;
  const noisy = createNoisyCircuit({
    name,
    numQubits: n,
    operations,
    observables: obs,
    numInputs: inputs.length,
    weightShape: [weights.length],
  });
  const executable = compileNoisy(noisy, { method: "density-matrix", precision: "float64" });
  const call = { inputs, weights, batch: 1 };
  const deviations = [absolute("expval", executable.run(call), one.expval, VALUE_TOLERANCE)];
  one.expval.forEach((_, j) => {
    const cotangent = one.expval.map((_, k) => (k === j ? 1 : 0));
    const gradients = executable.vjp({ ...call, cotangent });
    if (one.jac_inputs)
      deviations.push(absolute(`slope of value ${j} by inputs`, gradients.inputs, one.jac_inputs[j], SLOPE_TOLERANCE));
    if (one.jac_weights)
      deviations.push(absolute(`slope of value ${j} by weights`, gradients.weights, one.jac_weights[j], SLOPE_TOLERANCE));
  });
  if (one.density) {
    const rho = simulateDensity(noisy, { inputs, weights });
    deviations.push(absolute("density, re", rho.re, flatten(one.density.re), VALUE_TOLERANCE));
    deviations.push(absolute("density, im", rho.im, flatten(one.density.im), VALUE_TOLERANCE));
  }
  return deviations;
}

function checkReadout(one: ReadoutCase, operations: readonly NoisyOperation[]): Deviation[] {
  const { name, n, inputs, weights } = one;
  const shape = { name, numQubits: n, numInputs: inputs.length, weightShape: [weights.length] };
  const gatesOnly = operations.flatMap((step) => ("channel" in step ? [] : [step]));
  const ideal = probabilities(simulate(createCircuit({ ...shape, operations: gatesOnly }), { inputs, weights }));
  const deviations = [absolute("probabilities", ideal, one.probs_ideal, VALUE_TOLERANCE)];
  const onEach = <T>(value: T): T[] => new Array(n).fill(value);
  if (one.readout_flip_probability !== undefined) {
    const readout = onEach(readoutError(one.readout_flip_probability));
    if (one.probs_symmetric_flip)
      deviations.push(
        absolute("symmetric flip", confuseProbabilities(ideal, readout), one.probs_symmetric_flip, VALUE_TOLERANCE),
      );
    if (one.expvalZ_symmetric_flip) {
      const observables: readonly Observable[] = pauliOnEach("Z", n);
      const noisy = createNoisyCircuit({ ...shape, operations, observables, readout });
      const values = compileNoisy(noisy, { method: "density-matrix", precision: "float64" }).run({ inputs, weights, batch: 1 });
      deviations.push(absolute("values with flips", values, one.expvalZ_symmetric_flip, VALUE_TOLERANCE));
    }
  }
  if (one.confusion && one.probs_confusion) {
    const { p1given0, p0given1 } = one.confusion;
    const read = confuseProbabilities(ideal, onEach(readoutError(p1given0, p0given1)));
    deviations.push(absolute("confusion", read, one.probs_confusion, VALUE_TOLERANCE));
  }
  return deviations;
}

/** Circuits with channels, as density matrices. */
export const quantumNoise = quantumKind("quantum-noise", ["noise"], (one) => {
  const typed = one as unknown as NoiseCase; // its kind was told by these fields
  const steps = stepsOf(typed.ops);
  return { name: typed.name, check: steps && (() => check(typed, steps)) };
});

/** Errors of the readout. */
export const quantumReadout = quantumKind("quantum-readout", ["readout"], (one) => {
  const typed = one as unknown as ReadoutCase; // its kind was told by these fields
  const steps = stepsOf(typed.ops);
  return { name: typed.name, check: steps && (() => checkReadout(typed, steps)) };
});
