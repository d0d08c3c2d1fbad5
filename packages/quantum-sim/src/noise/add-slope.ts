import { isChannel, type NoisyOperation } from "./noisy-circuit.ts";

/** Adds the slope of angle `k` of a step to the weight or input that it reads. */
export function addSlope(
  step: NoisyOperation,
  k: number,
  slope: number,
  inputOffset: number,
  gradients: { readonly inputs: Float64Array; readonly weights: Float64Array },
): void {
  const angle = isChannel(step) ? 0 : step.angles[k];
  if (typeof angle === "number") return;
  const value = (angle.scale ?? 1) * slope;
  if ("weight" in angle) gradients.weights[angle.weight] += value;
  else gradients.inputs[inputOffset + angle.input] += value;
}
