import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, createRng, expect } from "repro-kit";
import packageManifest from "../package.json" with { type: "json" };
import type { Evaluation } from "./evaluate.ts";
import { ppl } from "./metrics/ppl.ts";
import {
  describePath,
  type PathDistance,
  type PathGenerator,
  type PathSettings,
  perceptualPathLength,
  settingsOf,
} from "./perceptual-path-length.ts";

/** A path length to measure: its name, and where to walk, as the `path` of a StyleGAN preset says it. */
export interface NamedPath extends PathSettings {
  readonly name: string;
}

export interface EvaluatePathsOptions {
  readonly generator: PathGenerator;
  readonly distance: PathDistance;
  readonly paths: readonly NamedPath[];
  /** Pairs at once. Default 8. */
  readonly batchSize?: number;
  /** Default 0. A name's value does not depend on the other names. */
  readonly seed?: number;
  readonly onProgress?: (progress: { readonly name: string; readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

const SCOPE = "evaluatePaths";
const KNOWN = "generator distance paths batchSize seed onProgress signal".split(" ");

/**
 * Path lengths of a generator under their names, each with its deviation as `<name>-sd`, with the protocol that they stand under: no
 * images are measured, so `numReal` is 0 and `numGenerated` counts the images that were drawn.
 *
 * @throws UsageError as `perceptualPathLength`.
 */
export async function evaluatePaths(options: EvaluatePathsOptions): Promise<Evaluation> {
  checkOptions(SCOPE, options, KNOWN);
  const { generator, distance, paths, seed = 0, batchSize, onProgress, signal } = options;
  expect(paths.length > 0, SCOPE, "give at least one path.");
  const rng = createRng(seed);
  const values: Record<string, number> = {};
  for (const { name, ...settings } of paths) {
    const { mean, standardDeviation } = await perceptualPathLength({
      ...settings,
      generator,
      distance,
      rng: rng.fork(name),
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(onProgress ? { onProgress: (progress) => onProgress({ name, ...progress }) } : {}),
      ...(signal ? { signal } : {}),
    });
    Object.assign(values, { [name]: mean, [`${name}-sd`]: standardDeviation });
  }
  return {
    values,
    warnings: [],
    protocol: {
      package: packageManifest.name,
      version: packageManifest.version,
      backend: tf.getBackend(),
      extractor: distance.name,
      tap: "none",
      mode: "none",
      resize: "none",
      weights: distance.fingerprint ?? "none",
      quantisation: "none",
      seed,
      numReal: 0,
      numGenerated: paths.reduce((sum, path) => sum + 2 * settingsOf({ ...path, generator }).samples, 0),
      metrics: paths.map(({ name, ...settings }) => ({
        name,
        source: `${ppl.source}; ${describePath({ ...settings, generator, distance })}`,
        better: ppl.better,
      })),
    },
  };
}
