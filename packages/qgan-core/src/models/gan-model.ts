import type * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import type { Optimizer, Params } from "tfjs-train";
import type { ParameterSpec } from "./parameter-spec.ts";

/** [height, width, channels]. */
export type ImageShape = readonly [number, number, number];

/** Plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An output together with the buffers (running statistics) that a pass in training has moved on. */
export interface Forward<T extends tf.Tensor> {
  readonly output: T;
  readonly buffers: Params;
}

export interface ForwardOptions {
  /** Batch statistics instead of running ones. */
  readonly training: boolean;
}

/** What a conditional or style-based generator can be told; others take no notice. */
export interface GenerateOptions {
  /** Label vectors, [batch, labelSize]; needed exactly if labelSize is not 0. */
  readonly labels?: tf.Tensor2D;
  /** Styles are pulled towards their mean by psi; all of them, or the first `cutoff`. */
  readonly truncation?: { readonly psi: number; readonly cutoff?: number };
  /** Stored noise (default), or none. */
  readonly noise?: "const" | "none";
}

/** Latents to images. */
export interface Generator {
  readonly name: string;
  readonly latentSize: number;
  readonly imageShape: ImageShape;
  /** What each coordinate of a latent is drawn from: N(0, 1) or U[0, 1). */
  readonly latentDistribution: "normal" | "uniform";
  /** Length of a label vector of a conditional generator; 0 or absent for others. */
  readonly labelSize?: number;
  readonly parameters: readonly ParameterSpec[];
  /** Images in [−1, 1], [batch, height, width, channels], from latents [batch, latentSize]; row i depends on row i only. */
  apply(params: Params, latents: tf.Tensor2D, options?: GenerateOptions): tf.Tensor4D;
}

/** Images (or latents) to logits, [batch, 1]; positive means "real". */
export interface Discriminator<T extends tf.Tensor = tf.Tensor4D> {
  readonly name: string;
  readonly parameters: readonly ParameterSpec[];
  apply(params: Params, examples: T): tf.Tensor2D;
  forward(params: Params, examples: T, options: ForwardOptions): Forward<tf.Tensor2D>;
}

export interface PhaseContext {
  /** Counts from 0. */
  readonly step: number;
  /** Real images in [−1, 1], [batch, height, width, channels]. */
  readonly images: tf.Tensor4D;
  /** [batch, latentSize], the same for every phase of the step. */
  readonly latents: tf.Tensor2D;
  /** What an image discriminator is shown instead of the images; the identity without augmentation. `samples` are the images' places in the batch. */
  readonly augment: (images: tf.Tensor4D, label: string, samples?: readonly number[]) => tf.Tensor4D;
  /** Label vectors of the images, [batch, labelSize]; null where the images are not labelled. */
  readonly labels: tf.Tensor2D | null;
  /** Labels of images drawn at random, [count, labelSize]; null where the images are not labelled. */
  readonly drawLabels: (rng: Rng, count: number) => Float32Array | null;
  /** Steps between two runs of this phase. */
  readonly interval: number;
  /** The step's own stream of random numbers; a phase forks it by its name. */
  readonly rng: Rng;
  /** Images of the whole batch. */
  readonly batchSize: number;
  /** Places in the whole batch of the images in hand: all of it, or one of the parts that `parts` made. */
  readonly samples: readonly number[];
  /** What `prepare` made; empty where the batch is taken at once. */
  readonly prepared: Params;
}

export interface PhaseLoss {
  /** What the phase's groups minimise. */
  readonly loss: tf.Scalar;
  /** Numbers to report; no gradient flows through them. `lossD` and `lossG` are what the schedule follows. */
  readonly report: Readonly<Record<string, tf.Scalar>>;
  /** D(real) of an image discriminator, [batch, 1]: steers adaptive augmentation. */
  readonly realLogits?: tf.Tensor2D;
  /** What was seen of each image, [images] or [images, 1], by name, to be logged; no gradient flows through it. */
  readonly observed?: Readonly<Record<string, tf.Tensor>>;
  /** New values of buffers. */
  readonly buffers?: Params;
}

/** One update of a step. */
export interface TrainingPhase {
  readonly name: string;
  /** Runs at every step that is a multiple of it; at least 1. */
  readonly interval: number;
  /** Groups (first component of the parameters' names) that this phase updates at this step; every one must be under the loss. */
  groups(step: number): readonly string[];
  loss(params: Params, context: PhaseContext): PhaseLoss;
  /**
   * Splits a batch into parts of at most `size` images, of one length each, whose mean losses average to that of the whole; without
   * it the phase takes whole batches only. @throws UsageError if there is no such split.
   */
  parts?(batchSize: number, size: number): readonly (readonly number[])[];
  /** What every part must know of all others, as tensors that the caller owns: made before the losses, where there are several parts. */
  prepare?(params: Params, parts: readonly PhaseContext[]): Params;
}

/** Small state on the host that follows the losses from step to step: the adaptive noise bound. */
export interface LossSchedule {
  readonly start: JsonObject;
  /** The state after a step that reported these numbers. */
  next(state: JsonObject, report: Readonly<Record<string, number>>): JsonObject;
  /** Buffers that the state sets, as plain numbers by parameter name. */
  buffers(state: JsonObject): Readonly<Record<string, number>>;
  /** Numbers to log. */
  facts(state: JsonObject): Readonly<Record<string, number>>;
}

/** A generator, what trains it, and how: data and functions, no state but what `takeTimings` counts. */
export interface GanModel {
  readonly name: string;
  /** Every option in force; `models.resolve(name).create(options)` makes this model again. */
  readonly options: JsonObject;
  readonly generator: Generator;
  /** Every tensor of the model, discriminators and buffers too. */
  readonly parameters: readonly ParameterSpec[];
  /** By group; called once a training. */
  createOptimizers(): Readonly<Record<string, Optimizer>>;
  readonly phases: readonly TrainingPhase[];
  readonly schedule?: LossSchedule;
  /** An image discriminator's logits, [batch, 1], of images as they are; positive means "real". */
  judge?(params: Params, images: tf.Tensor4D, labels: tf.Tensor2D | null): tf.Tensor2D;
  /** Whether a phase calls `augment`. */
  readonly judgesImages: boolean;
  /** Milliseconds spent in parts since the last call (`quantum`), and zeroes them. */
  takeTimings?(): Readonly<Record<string, number>>;
}

/** What `trainGan` is advised to run with. */
export interface TrainingPreset {
  readonly batchSize: number;
  /** Half-life of the moving average, as a share of the images seen so far; the model's own where absent. */
  readonly emaRampUp?: number;
}

export interface ModelPreset {
  readonly description: string;
  readonly options: JsonObject;
  readonly training: TrainingPreset;
}

/** A kind of model: the registry's entry, from which models are made. */
export interface GanModelKind {
  readonly name: string;
  /** Paper and section. */
  readonly source: string;
  readonly presets: Readonly<Record<string, ModelPreset>>;
  /** @throws UsageError that lists the known options. */
  create(options?: object): GanModel;
}
