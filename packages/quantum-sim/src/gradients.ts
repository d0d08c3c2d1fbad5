export type { AsyncCircuitRunner, CircuitRunner } from "./circuit-runner.ts";
export {
  type CircuitFrequencies,
  circuitFrequencies,
  shiftFunction,
  type VectorFunction,
} from "./gradients/circuit-frequencies.ts";
export { type CompileShiftedOptions, compileShifted } from "./gradients/compile-shifted.ts";
export type { DirectionOptions } from "./gradients/direction.ts";
export { type FiniteDifferencesOptions, finiteDifferences } from "./gradients/finite-differences.ts";
export type { SampleJacobian } from "./gradients/free-circuit.ts";
export { type FubiniStudyOptions, fubiniStudyMetric, type MetricApproximation } from "./gradients/fubini-study.ts";
export { angleFrequencies } from "./gradients/gate-spectrum.ts";
export {
  type HessianVectorOptions,
  type HessianVectorProduct,
  hessianVectorProduct,
} from "./gradients/hessian-vector-product.ts";
export { type Jacobian, jacobian } from "./gradients/jacobian.ts";
export { type DirectionalDerivative, jvp } from "./gradients/jvp.ts";
export {
  type NaturalGradient,
  type NaturalGradientCall,
  type NaturalGradientOptions,
  naturalGradient,
} from "./gradients/natural-gradient.ts";
export {
  exactRunner,
  type ParameterShiftOptions,
  parameterShift,
  parameterShiftAsync,
  parameterShiftPlan,
  type ShiftPlan,
} from "./gradients/parameter-shift.ts";
export { type ShiftRule, shiftRule } from "./gradients/shift-rule.ts";
export { type SpsaOptions, spsa } from "./gradients/spsa.ts";
