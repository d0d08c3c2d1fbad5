import * as tf from "@tensorflow/tfjs-core";
import type { InceptionWeights } from "./fold-weights.ts";
import { type InceptionTap, inceptionBlocks, inceptionTaps, type Step } from "./network.ts";

/** The folded weights as tensors. */
export interface InceptionParams {
  readonly convolutions: ReadonlyMap<string, { readonly filter: tf.Tensor4D; readonly bias: tf.Tensor1D }>;
  readonly classifier: { readonly weight: tf.Tensor2D; readonly bias: tf.Tensor1D } | undefined;
}

/** Uploads the weights of the blocks up to `lastBlock` to the current backend. The caller disposes them. */
export function uploadInception({ convolutions, classifier }: InceptionWeights, lastBlock: string): InceptionParams {
  const last = inceptionBlocks.findIndex(({ name }) => name === lastBlock);
  const used = inceptionBlocks.slice(0, last + 1).map(({ name }) => name);
  const isUsed = (name: string): boolean => used.some((block) => name === block || name.startsWith(`${block}.`));
  return {
    convolutions: new Map(
      [...convolutions]
        .filter(([name]) => isUsed(name))
        .map(([name, { shape, filter, bias }]) => [name, { filter: tf.tensor4d(filter, [...shape]), bias: tf.tensor1d(bias) }]),
    ),
    classifier: classifier && {
      weight: tf.tensor2d(classifier.weight, [classifier.weight.length / classifier.bias.length, classifier.bias.length]),
      bias: tf.tensor1d(classifier.bias),
    },
  };
}

export function disposeInception({ convolutions, classifier }: InceptionParams): void {
  for (const { filter, bias } of convolutions.values()) tf.dispose([filter, bias]);
  if (classifier) tf.dispose([classifier.weight, classifier.bias]);
}

/**
 * Runs the network once and reads every tap on the way; it stops after the last block that a tap needs.
 *
 * @param input - [batch, 299, 299, 3], normalised as the mode says; other sizes from 75 on run too.
 * @param onBlock - Sees each block's output [batch, height, width, channels]; disposed after the call.
 * @param convolve - Default: fused, which is quick forwards.
 * @returns [batch, dimension] by tap, owned by the caller.
 */
export function runInception(
  params: InceptionParams,
  input: tf.Tensor4D,
  taps: readonly InceptionTap[],
  onBlock?: (name: string, activation: tf.Tensor4D) => void,
  convolve: Convolve = fusedConvolution,
): Record<string, tf.Tensor2D> {
  const wanted = inceptionTaps.filter(({ tap }) => taps.includes(tap));
  const pooled: Record<string, tf.Tensor2D> = {};
  let activation = input;
  for (const block of inceptionBlocks) {
    const next = tf.tidy(() =>
      joinChannels(block.branches.map((steps) => steps.reduce((x, step) => runStep({ params, convolve }, x, step), activation))),
    );
    if (activation !== input) activation.dispose();
    activation = next;
    onBlock?.(block.name, activation);
    const here = wanted.filter((tap) => tap.block === block.name);
    for (const { tap } of here) pooled[tap] = tf.tidy(() => readTap(params, activation, tap));
    if (Object.keys(pooled).length === wanted.length) break;
  }
  if (activation !== input) activation.dispose();
  return pooled;
}

/** relu(x ∗ filter + bias). */
type Convolve = (x: tf.Tensor4D, filter: tf.Tensor4D, options: ConvolveOptions) => tf.Tensor4D;
interface ConvolveOptions {
  readonly bias: tf.Tensor1D;
  readonly stride: 1 | 2;
  readonly padding: "same" | "valid";
}

const fusedConvolution: Convolve = (x, filter, { bias, stride, padding }) =>
  tf.fused.conv2d({ x, filter, strides: stride, pad: padding, bias, activation: "relu" });

/** For gradients of the images: those of a fused convolution would also compute its filter's, which nobody wants. */
export const plainConvolution: Convolve = (x, filter, { bias, stride, padding }) =>
  tf.relu(tf.add(tf.conv2d(x, filter, stride, padding), bias)) as tf.Tensor4D; // elementwise

interface Running {
  readonly params: InceptionParams;
  readonly convolve: Convolve;
}

function runStep(running: Running, x: tf.Tensor4D, step: Step): tf.Tensor4D {
  if (step.kind === "fork") return joinChannels(step.branches.map((branch) => runStep(running, x, branch)));
  if (step.kind === "pool")
    // 'same' average pools of tfjs divide by the pixels inside the image, as this network wants it.
    return step.pool === "max" ? tf.maxPool(x, 3, step.stride, step.padding) : tf.avgPool(x, 3, step.stride, step.padding);
  const convolution = running.params.convolutions.get(step.name);
  if (!convolution) throw new Error(`bug: no weights for ${step.name}.`);
  const { filter, bias } = convolution;
  return running.convolve(x, filter, { bias, stride: step.stride, padding: step.padding });
}

function joinChannels(tensors: readonly tf.Tensor4D[]): tf.Tensor4D {
  return tensors.length === 1 ? tensors[0] : tf.concat([...tensors], 3);
}

/** Spatial mean, rows first: sums of at most 73 float32 instead of 5329. */
function readTap({ classifier }: InceptionParams, activation: tf.Tensor4D, tap: InceptionTap): tf.Tensor2D {
  const mean = tf.mean(tf.mean(activation, 2), 1) as tf.Tensor2D; // [batch, channels]
  if (typeof tap === "number") return mean;
  if (!classifier) throw new Error("bug: logits without a classifier.");
  const unbiased = tf.matMul(mean, classifier.weight) as tf.Tensor2D; // [batch, 1008]
  return tap === "logits" ? tf.add(unbiased, classifier.bias) : unbiased;
}
