import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  imagesFromPixels,
  type ProjectionDraws,
  type ProjectionState,
  pixelsFromImages,
  projectImages,
  type StyleStatistics,
  styleStatistics,
} from "qgan-core";
import { createRng, type Rng } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { readSafetensors, writeSafetensors } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { type OpenedGenerator, requireStyles } from "../generate/open-generator.ts";
import { stylesBytes } from "../generate/styles-file.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import type { PerceptualFeatures } from "./perceptual-features.ts";
import type { ProjectedImage, ProjectTargetsOptions } from "./project-options.ts";
import type { ProjectionTarget } from "./read-targets.ts";

/** The state of the targets in hand, beside what is done. */
export const STATE = "state.safetensors";

export interface Target extends ProjectionTarget {
  readonly kind: ProjectedImage["kind"];
  readonly label?: number;
}

/** Told after each step of a block: which targets, how far, and their mean distance. */
export type TellStep = (at: {
  readonly first: number;
  readonly count: number;
  readonly step: number;
  readonly distance: number;
}) => void;

export interface ProjectBlockOptions {
  readonly opened: OpenedGenerator;
  readonly perceptual: PerceptualFeatures;
  readonly block: readonly Target[];
  /** Place of the block's first target among all. */
  readonly first: number;
  readonly options: ProjectTargetsOptions & { readonly steps: number };
  readonly out: string;
  readonly hooks: LabHooks;
  readonly tellStep: TellStep;
}

/** Projects some targets together and writes their files. @returns Undefined when it was stopped; its state is saved then. */
export async function projectBlock(given: ProjectBlockOptions): Promise<readonly ProjectedImage[] | undefined> {
  const { opened, perceptual, block, first, options, out, hooks, tellStep } = given;
  const { steps, seed = 0, space = "w", saveSeconds = 30 } = options;
  const { network, params } = requireStyles("project", opened);
  const { imageShape } = opened;
  const size = imageShape.reduce((product, one) => product * one, 1);
  const levels = new Uint8Array(block.length * size);
  for (const [i, { pixels }] of block.entries()) levels.set(pixels, i * size);
  const targets = imagesFromPixels(levels, imageShape);
  const state = await readState(out, first);
  const byLabel = new Map<number | undefined, StyleStatistics>();
  for (const { label } of block)
    if (!byLabel.has(label)) byLabel.set(label, await styleStatistics(network, params, label === undefined ? {} : { label }));
  const statistics = block.map(({ label }) => byLabel.get(label) as StyleStatistics); // every label was put in
  let savedAt = performance.now();
  try {
    const projection = projectImages({
      network,
      params,
      targets,
      features: perceptual.features,
      statistics,
      draws: drawsOf(seed, first),
      numSteps: steps,
      space,
      ...(state ? { state } : {}),
    });
    for await (const now of projection) {
      const { step, distances } = now;
      tellStep({ first, count: block.length, step, distance: distances.reduce((sum, one) => sum + one / block.length, 0) });
      if (step === steps) {
        const images = now.images();
        const styles = await now.styles();
        const found = pixelsFromImages(await images.data());
        const shown = tf.tidy(() => tf.sqrt(distanceOf(perceptual, targets, images)).dataSync<"float32">());
        images.dispose();
        return await writeImages(given, { found, styles, distances: shown });
      }
      const isStopped = hooks.signal?.aborted === true;
      if (isStopped || performance.now() - savedAt > 1000 * saveSeconds) {
        await writeState(out, first, await now.state());
        savedAt = performance.now();
      }
      if (isStopped) return undefined;
    }
    throw new Error("bug: a projection ends with its last step.");
  } finally {
    targets.dispose();
  }
}

/** A target's stream is that of its place among all targets, whatever block it is projected in. */
function drawsOf(seed: number, first: number): ProjectionDraws {
  const own = (i: number): Rng => createRng(seed).fork("project", first + i);
  return {
    noiseMap: (layer, size, i) =>
      own(i)
        .fork(layer)
        .fillNormal(new Float32Array(size * size)),
    styleNoise: (step, count, i) => own(i).fork("styles", step).fillNormal(new Float32Array(count)),
  };
}

function distanceOf({ features }: PerceptualFeatures, targets: tf.Tensor4D, images: tf.Tensor4D): tf.Tensor1D {
  return tf.sum(tf.squaredDifference(features(targets), features(images)), 1);
}

interface Found {
  readonly found: Uint8Array;
  readonly styles: Float32Array;
  readonly distances: Float32Array;
}

async function writeImages(
  { opened, block, out }: ProjectBlockOptions,
  { found, styles, distances }: Found,
): Promise<ProjectedImage[]> {
  const { network } = requireStyles("project", opened);
  const [height, width, channels] = opened.imageShape;
  const size = height * width * channels;
  const row = styles.length / block.length;
  const images: ProjectedImage[] = [];
  for (const [i, { name, kind, pixels, className }] of block.entries()) {
    const projection = found.slice(i * size, (i + 1) * size);
    const files = { target: `${name}.target.png`, projected: `${name}.projected.png`, styles: `${name}.npz` };
    await writeFileAtomic(join(out, files.target), compressPng({ data: pixels, height, width, channels }));
    await writeFileAtomic(join(out, files.projected), compressPng({ data: projection, height, width, channels }));
    await writeFileAtomic(join(out, files.styles), stylesBytes(styles.slice(i * row, (i + 1) * row), network));
    const squares = projection.reduce((sum, value, k) => sum + (value - pixels[k]) ** 2, 0);
    images.push({
      name,
      kind,
      ...(className === undefined ? {} : { class: className }),
      distance: distances[i],
      levels: Math.sqrt(squares / size),
      ...files,
    });
  }
  return images;
}

async function writeState(out: string, first: number, { step, tensors }: ProjectionState): Promise<void> {
  const stored = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [name, { dtype: "F32" as const, shape, data }]),
  );
  await writeFileAtomic(join(out, STATE), writeSafetensors(stored, { step: String(step), first: String(first) }));
}

/** The state that was saved of this block; another block's is of no use. */
async function readState(out: string, first: number): Promise<ProjectionState | undefined> {
  const path = join(out, STATE);
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = readSafetensors(await readFile(path));
  if (metadata.first !== String(first)) return undefined;
  const entries = Object.entries(tensors).map(
    ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data as Float32Array) }] as const,
  ); // F32 by `writeState`
  return { step: Number(metadata.step), tensors: Object.fromEntries(entries) };
}
