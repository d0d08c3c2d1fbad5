import * as tf from "@tensorflow/tfjs-core";
import { biasAct, type Params } from "tfjs-train";
import { constantFill, layerOf, normalFill, type ParameterSpec } from "../parameter-spec.ts";
import { activationOptions, filterOf, fullyConnected, fullyConnectedSpecs, resampleFilterSpec } from "./layers.ts";
import { modulatedConv2d } from "./modulated-conv2d.ts";

/**
 * Noise of the synthesis network: the stored maps ("const"), none, or maps of one's own, drawn for a layer:
 * standard normal, [batch or 1, size, size, 1].
 */
export type SynthesisNoise = "const" | "none" | ((layer: string, size: number) => tf.Tensor);

export interface SynthesisLayerShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly styleSize: number;
  /** Side of the result. */
  readonly size: number;
}

/** A modulated 3×3 convolution with noise. */
export function synthesisLayerSpecs(
  name: string,
  { inputs, outputs, styleSize, size }: SynthesisLayerShape,
): readonly ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [3, 3, inputs, outputs], isTrainable: true, fill: normalFill(0, 1) },
    { name: `${name}.noise_strength`, shape: [], isTrainable: true, fill: constantFill(0) },
    { name: `${name}.bias`, shape: [outputs], isTrainable: true, fill: constantFill(0) },
    ...fullyConnectedSpecs(`${name}.affine`, styleSize, inputs, { bias: 1 }),
    resampleFilterSpec(name),
    { name: `${name}.noise_const`, shape: [size, size], isTrainable: false, fill: normalFill(0, 1) },
  ];
}

export interface SynthesisLayerOptions {
  /** w of this layer, [batch, styleSize]. */
  readonly style: tf.Tensor2D;
  readonly noise: SynthesisNoise;
  readonly up?: number;
  readonly gain?: number;
  readonly clamp?: number;
}

/**
 * Style, modulated and demodulated convolution, noise, bias, leaky ReLU.
 *
 * @param x - [batch, height, width, in].
 * @returns [batch, height·up, width·up, out].
 */
export function synthesisLayer(
  x: tf.Tensor4D,
  params: Params,
  name: string,
  { style, noise, up = 1, gain = 1, clamp }: SynthesisLayerOptions,
): tf.Tensor4D {
  const { weight, bias } = layerOf(params, name);
  return tf.tidy(() => {
    const y = modulatedConv2d(x, weight as tf.Tensor4D, {
      styles: fullyConnected(style, params, `${name}.affine`),
      ...(up > 1 ? { filter: filterOf(params, name) } : {}),
      up,
      padding: 1,
      flipWeight: up === 1,
      noise: noiseOf(params, name, noise),
    }); // weight and bias have ranks 4 and 1 by their specs
    return biasAct(y, bias as tf.Tensor1D, activationOptions("lrelu", gain, clamp));
  });
}

function noiseOf(params: Params, name: string, noise: SynthesisNoise): tf.Tensor | undefined {
  if (noise === "none") return undefined;
  const stored = params[`${name}.noise_const`];
  const [size] = stored.shape;
  const map = noise === "const" ? tf.reshape(stored, [1, size, size, 1]) : noise(name, size);
  return tf.mul(map, params[`${name}.noise_strength`]);
}

/** A modulated 1×1 convolution to pixels, without demodulation or noise. */
export function toPixelsSpecs(
  name: string,
  { inputs, outputs, styleSize }: Omit<SynthesisLayerShape, "size">,
): readonly ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [1, 1, inputs, outputs], isTrainable: true, fill: normalFill(0, 1) },
    { name: `${name}.bias`, shape: [outputs], isTrainable: true, fill: constantFill(0) },
    ...fullyConnectedSpecs(`${name}.affine`, styleSize, inputs, { bias: 1 }),
  ];
}

/** [batch, height, width, in] → [batch, height, width, channels]. */
export function toPixels(
  x: tf.Tensor4D,
  params: Params,
  name: string,
  { style, clamp }: Pick<SynthesisLayerOptions, "style" | "clamp">,
): tf.Tensor4D {
  const { weight, bias } = layerOf(params, name);
  return tf.tidy(() => {
    const styles = tf.mul(fullyConnected(style, params, `${name}.affine`), 1 / Math.sqrt(x.shape[3])) as tf.Tensor2D; // elementwise
    const y = modulatedConv2d(x, weight as tf.Tensor4D, { styles, demodulate: false });
    return biasAct(y, bias as tf.Tensor1D, activationOptions("linear", 1, clamp));
  });
}
