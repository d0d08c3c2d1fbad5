import { checkOptions } from "repro-kit";
import type { Executable, RunOptions } from "../executable.ts";

export interface Jacobian {
  /** [batch, numOutputs] */
  readonly outputs: Float64Array;
  /** [batch, numOutputs, numWeights] */
  readonly weights: Float64Array;
  /** [batch, numOutputs, numInputs]: by the features of the same sample; those of others do not matter. */
  readonly inputs: Float64Array;
}

/**
 * The Jacobian of an executable by the adjoint method: one `vjp` for each output and sample.
 *
 * @throws UsageError as `run`.
 */
export function jacobian(executable: Executable, options: RunOptions): Jacobian {
  checkOptions("jacobian", options, ["inputs", "weights", "batch"]);
  const { numInputs, numOutputs, numWeights } = executable;
  const outputs = Float64Array.from(executable.run(options));
  const batch = outputs.length / numOutputs;
  const weights = new Float64Array(outputs.length * numWeights);
  const inputs = new Float64Array(outputs.length * numInputs);
  for (let sample = 0; sample < batch; sample++) {
    const own = Array.from({ length: numInputs }, (_, k) => options.inputs[sample * numInputs + k]);
    const recording = executable.record({ inputs: own, weights: options.weights, batch: 1 });
    for (let j = 0; j < numOutputs; j++) {
      const gradients = recording.vjp(Float64Array.from({ length: numOutputs }, (_, i) => (i === j ? 1 : 0)));
      const row = sample * numOutputs + j;
      weights.set(gradients.weights, row * numWeights);
      inputs.set(gradients.inputs, row * numInputs);
    }
  }
  return { outputs, weights, inputs };
}
