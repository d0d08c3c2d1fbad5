import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Params } from "tfjs-train";
import { numpyNormals } from "../../sampling/numpy-normals.ts";
import type { StyleGan2Network } from "./generator.ts";

export interface StyleStatistics {
  /** Mean of w, [styleSize]. */
  readonly mean: Float32Array;
  /** Root of the mean squared distance of w from its mean: one number for all coordinates together. */
  readonly deviation: number;
}

export interface StyleStatisticsOptions {
  /** Class of every sample, from 0; needed exactly for conditional networks. */
  readonly label?: number;
  /** Default 10000. */
  readonly count?: number;
  /** Seed of numpy's generator, which draws the latents. Default 123, as the reference. */
  readonly seed?: number;
}

const BLOCK = 1000;
const SCOPE = "styleStatistics";

/**
 * Mean and spread of the styles w that random latents are mapped to, where a projection begins and how far it first looks around.
 *
 * @param params - Of the network, by its own names.
 * @throws UsageError if the class is missing, or not among the network's.
 * @see Karras et al. 2019, arXiv:1912.04958, App. D: μ_w = E f(z), σ²_w = E ‖f(z) − μ_w‖² over 10 000 latents.
 */
export async function styleStatistics(
  network: Pick<StyleGan2Network, "mapping">,
  params: Params,
  { label, count = 10_000, seed = 123 }: StyleStatisticsOptions = {},
): Promise<StyleStatistics> {
  const { latentSize, labelSize, styleSize } = network.mapping;
  expect(Number.isInteger(count) && count >= 1, SCOPE, `count must be an integer ≥ 1; got ${count}.`);
  checkLabel(SCOPE, labelSize, label);
  const draw = numpyNormals(seed);
  const styles = new Float32Array(count * styleSize);
  for (let start = 0; start < count; start += BLOCK) {
    const size = Math.min(BLOCK, count - start);
    const latents = Float32Array.from(draw(size * latentSize));
    const w = tf.tidy(() => {
      const labels = label === undefined ? null : oneHotRows(new Array<number>(size).fill(label), labelSize);
      return network.mapping.apply(params, tf.tensor2d(latents, [size, latentSize]), labels);
    });
    styles.set(await w.data<"float32">(), start * styleSize);
    w.dispose();
  }
  const mean = new Float64Array(styleSize);
  for (let i = 0; i < styles.length; i++) mean[i % styleSize] += styles[i] / count;
  let squares = 0;
  for (let i = 0; i < styles.length; i++) squares += (styles[i] - mean[i % styleSize]) ** 2;
  return { mean: Float32Array.from(mean), deviation: Math.sqrt(squares / count) };
}

/** Classes as vectors of one 1, [labels.length, labelSize]. */
export function oneHotRows(labels: readonly number[], labelSize: number): tf.Tensor2D {
  const values = new Float32Array(labels.length * labelSize);
  for (const [row, label] of labels.entries()) values[row * labelSize + label] = 1;
  return tf.tensor2d(values, [labels.length, labelSize]);
}

/** @throws UsageError where a class is missing, not wanted, or not among the network's. */
export function checkLabel(scope: string, labelSize: number, label: number | undefined): void {
  expect(labelSize > 0 || label === undefined, scope, "this network is not conditional: leave the class out.");
  if (labelSize === 0) return;
  const last = labelSize - 1;
  expect(label !== undefined, scope, `this network is conditional: choose a class, from 0 to ${last}.`);
  expect(
    Number.isInteger(label) && label >= 0 && label <= last,
    scope,
    `class ${label} is not among the network's ${labelSize}, which are counted from 0 to ${last}.`,
  );
}
