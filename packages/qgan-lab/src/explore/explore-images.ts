import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createInceptionExtractor,
  createRandomConvolutionExtractor,
  type FeatureExtractor,
  type Features,
  nearestNeighbours,
} from "fid-metrics";
import { resolveInceptionWeights } from "fid-metrics/node";
import { checkOptions, expect } from "repro-kit";
import { commitFolder } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { createWorkProgress } from "../generate/work-progress.ts";
import { type ImageSet, openImageSet } from "../measure/image-set.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { listVersions } from "../run-folder/versions.ts";
import { type CollectedImages, collectImages } from "./collect-images.ts";
import { formatMapPage } from "./map-page.ts";
import { principalComponents } from "./principal-components.ts";
import { type MapItem, makeSprite, writeTensorboardFiles } from "./tensorboard-files.ts";
import { umapMap } from "./umap-map.ts";

export interface ExploreImagesOptions {
  /** Real images: a dataset zip or a folder. */
  readonly real: string;
  /** Generated images: a dataset zip, a folder, a run folder or a checkpoint. */
  readonly fake: string;
  readonly checkpoint?: CheckpointChoice;
  /** Most images of each side. Default 300. */
  readonly images?: number;
  /** "inception" (default where its weights are there) or "random". */
  readonly extractor?: "inception" | "random";
  readonly inception?: string;
  readonly allowDownload?: boolean;
  /** UMAP's neighbours. Default 15. */
  readonly neighbours?: number;
  /** How close UMAP's points may lie. Default 0.1. */
  readonly minDistance?: number;
  readonly seed?: number;
  /** A new folder. */
  readonly out: string;
  readonly backend?: string;
}

export interface ExploreImagesResult {
  readonly out: string;
  readonly page: string;
  readonly numReal: number;
  readonly numGenerated: number;
  readonly extractor: string;
  /** Why it is not Inception and how to get that. */
  readonly missing?: string;
}

const KNOWN = [
  ...[
    "real",
    "fake",
    "checkpoint",
    "images",
    "extractor",
    "inception",
    "allowDownload",
    "neighbours",
    "minDistance",
    "seed",
    "out",
  ],
  "backend",
];
const SCOPE = "explore";
/** Components that UMAP sees: enough to hold what differs, few enough to be quick. */
const COMPONENTS = 50;
/** Largest side of the sheet of thumbnails, and of a thumbnail. */
const SHEET = 2048;
const THUMBNAIL = 64;

/**
 * A map of real and generated images by what an extractor sees in them (PCA and UMAP), as a page to look around in, and as files for
 * TensorBoard's projector.
 *
 * @throws UsageError for sets that are empty or mixed, or a folder that exists.
 */
export async function exploreImages(options: ExploreImagesOptions, hooks: LabHooks = {}): Promise<ExploreImagesResult> {
  checkOptions("exploreImages", options, KNOWN);
  const { images = 300, neighbours, minDistance, seed = 0, out, checkpoint, backend = "auto" } = options;
  await ready({ backend: backend as BackendName | "auto" }); // `ready` checks the name
  const { extractor, missing } = await openExtractor(options, hooks);
  const opened: ImageSet[] = [];
  try {
    const open = async (path: string): Promise<ImageSet> => {
      const set = await openImageSet(path, { images, ...(checkpoint === undefined ? {} : { checkpoint }) });
      opened.push(set);
      return set;
    };
    const [real, fake] = [await open(options.real), await open(options.fake)];
    expect(real.kind !== "checkpoint", SCOPE, `${options.real} is a checkpoint; --real takes real images.`);
    const total = real.count + fake.count;
    const columns = Math.ceil(Math.sqrt(total));
    const side = Math.max(8, Math.min(THUMBNAIL, Math.floor(SHEET / columns)));
    const report = createWorkProgress("Looking at images", total, hooks);
    const collect = (set: ImageSet, before: number): Promise<CollectedImages> =>
      collectImages(set, {
        extractor,
        side,
        onImages: (done) => {
          expect(!hooks.signal?.aborted, SCOPE, "stopped; nothing was written.");
          report(before + done);
        },
      });
    const sides = [await collect(real, 0), await collect(fake, real.count)];
    const { dimension } = extractor;
    const features = joined(sides.map((one) => one.features));
    const thumbnails = joinedBytes(sides.map((one) => one.thumbnails));
    const items: MapItem[] = sides.flatMap((one, k) =>
      one.names.map((name, i) => ({
        kind: k === 0 ? ("real" as const) : ("generated" as const),
        name,
        ...(one.classes[i] === undefined ? {} : { class: one.classes[i] }),
      })),
    );
    const numComponents = Math.min(COMPONENTS, total, dimension);
    const { coordinates, explained } = principalComponents(features, dimension, Math.max(2, numComponents));
    const width = Math.max(2, numComponents);
    const pca = Float64Array.from({ length: 2 * total }, (_, i) => coordinates[Math.floor(i / 2) * width + (i % 2)]);
    const umap = await umapMap(coordinates, width, {
      ...(neighbours === undefined ? {} : { neighbours }),
      ...(minDistance === undefined ? {} : { minDistance }),
      seed,
      onProgress: (fraction) => {
        hooks.onFact?.({ kind: "progress", part: "Drawing the map (UMAP)", fraction });
        return hooks.signal?.aborted !== true;
      },
    });
    const percent = (share = 0): string => `${(100 * share).toFixed(0)} %`;
    const notes = {
      UMAP: `UMAP of the first ${numComponents} principal components; ${neighbours ?? 15} neighbours, least distance ${minDistance ?? 0.1}, seed ${seed}.`,
      PCA: `The first two principal components: ${percent(explained[0])} and ${percent(explained[1])} of the variance.`,
    };
    const sprite = makeSprite(thumbnails, side);
    const sheet = compressPng(sprite);
    const name = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
    const protocol = {
      real: `${real.count} of ${real.name}`,
      generated: `${fake.count} of ${fake.name}`,
      features: `${extractor.name}, tap ${extractor.tap}, ${extractor.mode}; images resized: ${extractor.resize}`,
      "extractor's weights": extractor.fingerprint,
      "real images (digest)": real.content(),
      "generated images (digest)": fake.content(),
      ...listVersions(),
    };
    const page = formatMapPage({
      title: `${name(options.real)} and ${name(options.fake)}`,
      items,
      maps: umap ? { UMAP: umap, PCA: pca } : { PCA: pca },
      nearest: nearestOfOther(sides, dimension),
      sprite: sheet,
      columns: sprite.columns,
      side,
      notes,
      protocol,
    });
    await commitFolder(out, async (partial) => {
      await writeFile(join(partial, "index.html"), page);
      await writeTensorboardFiles(partial, { items, features, sprite, side });
    });
    hooks.onFact?.({ kind: "file", what: "map of images", path: join(out, "index.html") });
    return {
      out,
      page: join(out, "index.html"),
      numReal: real.count,
      numGenerated: fake.count,
      extractor: extractor.name,
      ...(missing === undefined ? {} : { missing }),
    };
  } finally {
    for (const set of opened) await set.close();
    extractor.dispose();
  }
}

/** For each image the nearest of the other side, by its place among all. */
function nearestOfOther(sides: readonly CollectedImages[], dimension: number) {
  const [real, generated] = sides.map(({ features, count }): Features => ({ data: features, count, dimension }));
  const toGenerated = nearestNeighbours(real, generated);
  const toReal = nearestNeighbours(generated, real);
  return [
    ...Array.from(toGenerated.indices, (index, i) => ({ index: real.count + index, distance: toGenerated.distances[i] })),
    ...Array.from(toReal.indices, (index, i) => ({ index, distance: toReal.distances[i] })),
  ];
}

async function openExtractor(
  { extractor, inception, allowDownload = true }: ExploreImagesOptions,
  { onFact, signal }: LabHooks,
): Promise<{ extractor: FeatureExtractor; missing?: string }> {
  if (extractor === "random") return { extractor: createRandomConvolutionExtractor() };
  onFact?.({ kind: "progress", part: "Looking for the Inception weights" });
  const resolved = await resolveInceptionWeights({
    ...(inception === undefined ? {} : { file: inception }),
    allowDownload,
    ...(signal ? { signal } : {}),
  });
  if (resolved.missing === undefined) return { extractor: createInceptionExtractor({ weights: resolved.weights }) };
  expect(extractor !== "inception", SCOPE, `${resolved.missing} Or take --extractor random.`);
  const missing =
    "The map shows features of a small random network: without Inception weights it sees colour and texture only. Give them with --inception <file>.";
  return { extractor: createRandomConvolutionExtractor(), missing };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const joinedBytes = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
