import type * as tf from "@tensorflow/tfjs-core";
import type { Params } from "tfjs-train";
import type { ParameterSpec } from "../parameter-spec.ts";

/** What turns noise into latents: the circuits, or the classical network that stands in for them. */
export interface LatentGroup {
  /** The group of its parameters and of its optimiser. */
  readonly name: string;
  /** Features that it takes: angles in radians. */
  readonly inputSize: number;
  /** Numbers in [−1, 1] that it gives. */
  readonly outputSize: number;
  readonly parameters: readonly ParameterSpec[];
  /** [batch, inputSize] → [batch, outputSize]; row i depends on row i only. */
  apply(params: Params, angles: tf.Tensor2D): tf.Tensor2D;
  /** Milliseconds since the last call, and zeroes them. */
  takeMs(): number;
}
