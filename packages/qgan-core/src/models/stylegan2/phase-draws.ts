import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import type { PhaseContext } from "../gan-model.ts";
import type { StyleGan2Network } from "./generator.ts";
import type { GeneratorDraws } from "./objectives.ts";

export interface PhaseDrawOptions {
  readonly generator: StyleGan2Network;
  /** Name of the phase, which has numbers of its own. */
  readonly phase: string;
  readonly styleMixing: number;
  /** Places in the whole batch. */
  readonly samples: readonly number[];
}

/**
 * Latents, labels, mixing and noise of a phase, for some samples of the batch: those that they would have in the whole batch. One
 * cutoff of style mixing for the batch, as in the reference.
 */
export function drawForPhase(
  { rng, batchSize, drawLabels }: Pick<PhaseContext, "rng" | "batchSize" | "drawLabels">,
  { generator, phase, styleMixing, samples }: PhaseDrawOptions,
): GeneratorDraws {
  const stream = rng.fork(phase);
  const { latentSize, labelSize } = generator;
  const latentsOf = (label: string) =>
    rowsOf(stream.fork(label).fillNormal(new Float32Array(batchSize * latentSize)), latentSize, samples);
  const { numStyles } = generator.synthesis;
  const mixing = stream.fork("mixing");
  const cutoff = 1 + mixing.integer(numStyles - 1);
  const isMixed = styleMixing > 0 && mixing.uniform() < styleMixing;
  const labels = labelSize > 0 ? drawLabels(stream.fork("labels"), batchSize) : null;
  return {
    latents: latentsOf("latents"),
    labels: labels && rowsOf(labels, labelSize, samples),
    noise: (layer, size) => normalMaps(stream.fork("noise").fork(layer), samples, [size, size, 1]),
    ...(isMixed ? { mixing: { cutoff, latents: latentsOf("mixed-latents") } } : {}),
  };
}

/** Standard normal maps, [samples, ...shape]: a sample's depends on its place only. */
export function normalMaps(rng: Rng, samples: readonly number[], shape: readonly [number, number, number]): tf.Tensor4D {
  const length = shape[0] * shape[1] * shape[2];
  const values = new Float32Array(samples.length * length);
  for (const [row, sample] of samples.entries())
    rng.fork("sample", sample).fillNormal(values.subarray(row * length, (row + 1) * length));
  return tf.tensor4d(values, [samples.length, ...shape]);
}

function rowsOf(values: Float32Array, width: number, samples: readonly number[]): tf.Tensor2D {
  const rows = new Float32Array(samples.length * width);
  for (const [row, sample] of samples.entries()) rows.set(values.subarray(sample * width, (sample + 1) * width), row * width);
  return tf.tensor2d(rows, [samples.length, width]);
}
