export type { AsyncCircuitRunner, CircuitRunner } from "./circuit-runner.ts";
export {
  type ClassicalShadow,
  type ClassicalShadowOptions,
  classicalShadow,
  type ShadowExpectationOptions,
  shadowExpectation,
  shadowSize,
} from "./measurements/classical-shadow.ts";
export { type CompileProbabilitiesOptions, compileProbabilities } from "./measurements/compile-probabilities.ts";
export { type EntropyOptions, mutualInformation, purity, vonNeumannEntropy } from "./measurements/entropy.ts";
export { expectation, variance } from "./measurements/expectation.ts";
export { type Outcome, postSelect } from "./measurements/post-select.ts";
export type { QuantumState } from "./measurements/quantum-state.ts";
export { type ReducedDensityOptions, reducedDensity } from "./measurements/reduced-density.ts";
export { counts, marginalProbabilities, type SampleOptions, samples } from "./measurements/samples.ts";
export { type ShotOptions, shotRunner } from "./measurements/shot-runner.ts";
