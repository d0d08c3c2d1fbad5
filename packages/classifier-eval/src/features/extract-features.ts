import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { type Params, readSafetensors, writeSafetensors } from "tfjs-train";
import type { Backbone } from "../backbones/backbone.ts";
import { backbones } from "../backbones/index.ts";
import type { ClassifierData, ImageSource } from "../data/image-source.ts";
import { openSource } from "../data/image-source.ts";
import { imageTensor } from "../data/image-tensor.ts";
import type { ByteStore } from "../store/byte-store.ts";
import { digestImages, digestOf, digestParams } from "../store/digest.ts";

/** What a frozen network sees in each image. */
export interface FeatureTable {
  /** [count, dimension] row-major. */
  readonly data: Float32Array;
  readonly count: number;
  readonly dimension: number;
}

export interface ExtractFeaturesOptions {
  readonly backbone: string | Backbone;
  /** Its weights (`loadBackbone`); they stay the caller's. */
  readonly params: Params;
  readonly data: ClassifierData;
  /** Name of an activation, whose mean over the image is taken. Default: the backbone's features. */
  readonly tap?: string;
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** Where features are kept, by the content of images, backbone, weights and tap. Default: nowhere. */
  readonly store?: ByteStore;
  /** Ends it between two batches: it throws the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onBatch?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Grows when features of the same content would come out otherwise. */
const VERSION = 1;

/**
 * Features of every image, computed once: with a `store`, the second call for the same images, weights and tap reads them.
 *
 * @returns Rows in the order of the images, and whether they came from the store.
 * @throws UsageError if there is no such tap or the data do not fit.
 */
export async function extractFeatures(options: ExtractFeaturesOptions): Promise<FeatureTable & { readonly isCached: boolean }> {
  const scope = "extractFeatures";
  checkOptions(scope, options, ["backbone", "params", "data", "tap", "batchSize", "store", "signal", "onBatch"]);
  const { params, tap, batchSize = 32, store } = options;
  const backbone = backbones.resolve(options.backbone);
  const source = openSource(scope, options.data, Number.POSITIVE_INFINITY);
  const name = store && `features-${await contentKey(backbone, params, source, source.count, tap)}.safetensors`;
  if (store && name) {
    const known = readTable(await store.read(name), source.count);
    if (known) return { ...known, isCached: true };
  }
  const table = await compute(scope, { ...options, backbone, batchSize }, source, source.count);
  if (store && name)
    await store.write(
      name,
      writeSafetensors(
        { features: { dtype: "F32", shape: [table.count, table.dimension], data: table.data } },
        { backbone: backbone.name, tap: tap ?? "features" },
      ),
    );
  return { ...table, isCached: false };
}

async function contentKey(
  backbone: Backbone,
  params: Params,
  source: ImageSource,
  count: number,
  tap: string | undefined,
): Promise<string> {
  const content = [VERSION, backbone.name, tap ?? null, await digestParams(params), await digestImages(source, count)];
  return (await digestOf(content)).slice(0, 32);
}

/** A table from the store; undefined where there is none that can be used. */
function readTable(bytes: Uint8Array | undefined, count: number): FeatureTable | undefined {
  if (!bytes) return undefined;
  try {
    const { shape, data } = readSafetensors(bytes).tensors.features;
    return shape[0] === count && data instanceof Float32Array ? { data, count, dimension: shape[1] } : undefined;
  } catch {
    return undefined; // damaged: computed again
  }
}

async function compute(
  scope: string,
  { backbone, params, tap, batchSize, signal, onBatch }: ExtractFeaturesOptions & { backbone: Backbone; batchSize: number },
  source: ImageSource,
  count: number,
): Promise<FeatureTable> {
  let data: Float32Array | undefined;
  let dimension = 0;
  for (let start = 0; start < count; start += batchSize) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 0)); // lets timers and signals be served
    const indices = Array.from({ length: Math.min(batchSize, count - start) }, (_, k) => start + k);
    const images = await source.images(indices);
    const seen: string[] = [];
    const features = tf.tidy(() => {
      let tapped: tf.Tensor2D | undefined;
      const result = backbone.features(params, imageTensor(images, source.imageShape), {
        training: false,
        tap(name, activation) {
          seen.push(name);
          if (name === tap) tapped = tf.keep(tf.mean(activation, [1, 2])) as tf.Tensor2D; // [batch, channels]
          return activation;
        },
      });
      return tap === undefined ? result.features : tapped;
    });
    expect(features, scope, () => `${backbone.name} has no activation "${tap}"; known: ${[...new Set(seen)].join(", ")}.`);
    dimension = features.shape[1];
    data ??= new Float32Array(count * dimension);
    data.set(await features.data(), start * dimension);
    features.dispose();
    onBatch?.({ done: start + indices.length, total: count });
  }
  return { data: data ?? new Float32Array(0), count, dimension };
}
