import type { Circuit } from "../circuit.ts";
import type { CircuitRunner } from "../circuit-runner.ts";
import { type CompileNoisyOptions, compileNoisy } from "./compile-noisy.ts";
import type { NoisyCircuit } from "./noisy-circuit.ts";

/**
 * Runs circuits with noise for whatever asks for circuits to be run, as `parameterShift` does.
 *
 * @param toNoisy - What makes a circuit noisy: `(circuit) => applyNoise(circuit, model)`, or a calibrated device's `apply`.
 * @throws UsageError as `compileNoisy`.
 */
export const noisyRunner =
  (toNoisy: (circuit: Circuit) => NoisyCircuit, options: CompileNoisyOptions = {}): CircuitRunner =>
  (circuit) => {
    const executable = compileNoisy(toNoisy(circuit), options);
    return (inputs, batch) => executable.run({ inputs, weights: [], batch });
  };
