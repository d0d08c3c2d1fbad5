import { cholesky, solveCholesky } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import { checkFinite, checkWeights } from "../executable.ts";
import { fubiniStudyMetric, type MetricApproximation } from "./fubini-study.ts";

export interface NaturalGradientOptions {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Default "block-diagonal". */
  readonly approximation?: MetricApproximation;
  /** Added to the diagonal of the metric, above 0; default 1e-3. Directions in which the state hardly moves are kept short by it. */
  readonly damping?: number;
}

export interface NaturalGradientCall {
  /** [numWeights], in radians. */
  readonly weights: ArrayLike<number>;
  /** [numWeights]: the gradient of the loss, from `vjp` or wherever. */
  readonly gradient: ArrayLike<number>;
  /** [batch, numInputs]: the metric is the mean over these samples; default none. */
  readonly inputs?: ArrayLike<number>;
}

/** Steepest descent in the geometry of the states. */
export interface NaturalGradient {
  /** (g + damping)⁻¹·gradient, [numWeights]. @throws UsageError if a length is wrong or a number is not finite. */
  direction(call: NaturalGradientCall): Float64Array;
  /** The weights after one step, weights − learningRate·direction, [numWeights]. @throws UsageError as `direction`. */
  step(call: NaturalGradientCall): Float64Array;
}

/**
 * The quantum natural gradient of a circuit: θ ← θ − η·(g + λ)⁻¹∇L with the Fubini–Study metric g.
 *
 * @throws UsageError if an option is unknown or the damping or learning rate is not above 0.
 * @see Stokes, Izaac, Killoran & Carleo 2020, arXiv:1909.02108
 * @example weights = naturalGradient(circuit).step({ weights, gradient: executable.vjp(…).weights })
 */
export function naturalGradient(circuit: Circuit, options: NaturalGradientOptions = {}): NaturalGradient {
  const scope = "naturalGradient";
  checkOptions(scope, options, ["learningRate", "approximation", "damping"]);
  const { learningRate = 0.01, approximation = "block-diagonal", damping = 1e-3 } = options;
  for (const [what, value] of [["learningRate", learningRate] as const, ["damping", damping] as const])
    expect(value > 0 && Number.isFinite(value), scope, `${what} must be a number above 0; got ${value}.`);
  const { numWeights, numInputs, name } = circuit;

  const meanMetric = (weights: ArrayLike<number>, inputs: ArrayLike<number>): Float64Array => {
    const batch = numInputs === 0 ? 1 : inputs.length / numInputs;
    const isBatch = Number.isInteger(batch) && batch >= 1 && inputs.length === batch * numInputs;
    expect(isBatch, name, `inputs must be [batch, ${numInputs}] with batch ≥ 1; got ${inputs.length} values.`);
    const mean = new Float64Array(numWeights * numWeights);
    for (let sample = 0; sample < batch; sample++) {
      const own = Array.from({ length: numInputs }, (_, k) => inputs[sample * numInputs + k]);
      const metric = fubiniStudyMetric(circuit, { weights, inputs: own, approximation });
      for (let i = 0; i < mean.length; i++) mean[i] += metric[i] / batch;
    }
    return mean;
  };

  const direction = ({ weights, gradient, inputs = [] }: NaturalGradientCall): Float64Array => {
    checkWeights(circuit, weights);
    checkWeights(circuit, gradient, 1, "gradient");
    checkFinite(name, "inputs", inputs);
    if (numWeights === 0) return new Float64Array(0);
    const metric = meanMetric(weights, inputs);
    for (let k = 0; k < numWeights; k++) metric[k * (numWeights + 1)] += damping;
    return solveCholesky(cholesky(metric, numWeights), gradient);
  };
  return {
    direction(call) {
      checkOptions(scope, call, ["weights", "gradient", "inputs"]);
      return direction(call);
    },
    step(call) {
      checkOptions(scope, call, ["weights", "gradient", "inputs"]);
      return direction(call).map((value, k) => call.weights[k] - learningRate * value);
    },
  };
}
