import { expect } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import { checkFinite, checkWeights } from "../executable.ts";
import type { MovingSample } from "./dual-sweep.ts";

/** Where, and in which direction. */
export interface DirectionOptions {
  /** [batch, numInputs], in radians; default none. */
  readonly inputs?: ArrayLike<number>;
  /** [numWeights], in radians; default none. */
  readonly weights?: ArrayLike<number>;
  /** Number of samples; default what the length of `inputs` gives, 1 without inputs. */
  readonly batch?: number;
  /** [numWeights]: the direction in which the weights move; default none. */
  readonly weightTangent?: ArrayLike<number>;
  /** [batch, numInputs]: that of the inputs; default none. */
  readonly inputTangent?: ArrayLike<number>;
}

export const DIRECTION = ["inputs", "weights", "batch", "weightTangent", "inputTangent"];

/** The samples of a call, one by one. @throws UsageError if a length is wrong or a number is not finite. */
export function movingSamples(circuit: Circuit, options: DirectionOptions): readonly MovingSample[] {
  const { name, numInputs, numWeights } = circuit;
  const { inputs = [], weights = [], weightTangent = new Float64Array(numWeights) } = options;
  const batch = options.batch ?? (numInputs === 0 ? 1 : inputs.length / numInputs);
  const { inputTangent = new Float64Array(inputs.length) } = options;
  const isBatch = Number.isInteger(batch) && batch >= 1 && inputs.length === batch * numInputs;
  expect(isBatch, name, `inputs must be [batch, ${numInputs}] with batch ≥ 1; got ${inputs.length} values.`);
  checkWeights(circuit, weights);
  checkFinite(name, "inputs", inputs);
  checkWeights(circuit, weightTangent, 1, "weightTangent");
  checkLike(name, "inputTangent", inputTangent, [batch, numInputs]);
  return Array.from({ length: batch }, (_, sample) => ({
    weights,
    inputs,
    inputOffset: sample * numInputs,
    weightVelocity: weightTangent,
    inputVelocity: inputTangent,
  }));
}

/** @throws UsageError unless the values are finite and as many as the shape says. */
export function checkLike(scope: string, what: string, values: ArrayLike<number>, shape: readonly number[]): void {
  const wanted = shape.reduce((product, length) => product * length, 1);
  const isSize = values.length === wanted;
  expect(isSize, scope, `${what} must be [${shape.join(", ")}], ${wanted} values; got ${values.length}.`);
  checkFinite(scope, what, values);
}
