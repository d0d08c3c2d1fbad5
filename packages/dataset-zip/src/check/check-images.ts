import { dirname } from "node:path";
import { checkOptions, expect, UsageError } from "repro-kit";
import { findLabels, type LabelledCandidates } from "../import/find-labels.ts";
import { checkThreads, chooseThreads, createImageReaders, type ImageReaders } from "../import/image-readers.ts";
import { type ImageSource, isImageName, openImageSource } from "../import/image-source.ts";
import type { Rejection } from "../import/import-images.ts";
import { inOrder } from "../import/in-order.ts";
import { type DatasetPreset, datasetPresets } from "../import/presets.ts";
import { findCopyLeaks, findGroupLeaks, type Leak, type PlacedImage, splitOfPath } from "./find-leaks.ts";
import { connectPairs, findLikePairs } from "./find-likes.ts";
import type { ScannedImage, ScanTask } from "./scan-image.ts";

export interface CheckImagesOptions {
  /** A folder, a zip, a dataset zip, or a table beside its images. */
  readonly source: string;
  /** As `importImages`. */
  readonly labels?: string | false;
  /** A published set by name, as in `importImages`. */
  readonly preset?: string | DatasetPreset;
  readonly classes?: readonly string[];
  readonly group?: string | ((path: string) => string);
  /** Pictures at a `lookDistance` of at most this are called look-alikes, in [0, 1]. Default 0.08. */
  readonly likeDistance?: number;
  /** Images of more pixels are not read. Default 100 million. */
  readonly maxPixels?: number;
  /** Threads that decode. Default: one a processor, up to eight; 1 for fewer than a hundred images. */
  readonly threads?: number;
  readonly onProgress?: (numChecked: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What stands in a folder or zip of images, and what is wrong with it. Plain JSON. */
export interface CheckReport {
  readonly source: string;
  readonly numFiles: number;
  /** Files with a picture's name, and those of them that can be read. */
  readonly numImages: number;
  readonly numReadable: number;
  /** Every image that cannot be read, with its reason. */
  readonly bad: readonly Rejection[];
  /** What is wrong with the table of labels as a whole; undefined where nothing is. */
  readonly labelProblem?: string;
  readonly labelsFrom: string;
  /** Images that the table does not name. */
  readonly unlabelled: readonly string[];
  /** Images a class, with labels. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly numGroups?: number;
  /** Shapes that occur, the most frequent first. */
  readonly shapes: readonly {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly count: number;
  }[];
  /** Mean and standard deviation of each channel over all pixels, 0 to 255, of grey and of colour images. */
  readonly statistics: readonly {
    readonly kind: "grey" | "color";
    readonly mean: readonly number[];
    readonly standardDeviation: readonly number[];
  }[];
  /** Images of one colour throughout. */
  readonly constant: readonly string[];
  readonly transparent: readonly string[];
  /** Sets of images with the same pixels. */
  readonly copies: readonly (readonly string[])[];
  /** Sets of images that look alike: resized, compressed or brightened copies, and what only looks so. */
  readonly lookAlikes: readonly (readonly string[])[];
  /** Sets of copies whose members have different labels. */
  readonly contradictions: readonly (readonly string[])[];
  /** Images a part of a published split, by its folders. */
  readonly splits: readonly { readonly name: string; readonly count: number }[];
  readonly leaks: readonly Leak[];
  readonly notes: readonly string[];
}

const SCOPE = "checkImages";
const KNOWN = ["source", "labels", "preset", "classes", "group", "likeDistance", "maxPixels", "threads", "onProgress", "signal"];
const LIKE_DISTANCE = 0.08;

/**
 * Reads every image of a folder or zip and tells what is there and what is wrong: unreadable files, exact and near duplicates,
 * classes, shapes, channel statistics, and groups or copies that stand in several parts of a published split.
 *
 * Near duplicates are found by `pictureLook`: resized, compressed or brightened copies, not shifted, cropped or mirrored ones.
 *
 * @throws UsageError if there is no such source or it holds no image, an option is unknown, or `signal` is aborted.
 */
export async function checkImages(options: CheckImagesOptions): Promise<CheckReport> {
  checkOptions(SCOPE, options, KNOWN);
  const { likeDistance = LIKE_DISTANCE, maxPixels = 1e8, threads, onProgress, signal } = options;
  checkThreads(SCOPE, threads);
  expect(likeDistance >= 0 && likeDistance <= 1, SCOPE, `likeDistance must lie in [0, 1]; got ${likeDistance}.`);
  const isTable = /\.(csv|tsv)$/i.test(options.source);
  const source = await openImageSource(isTable ? dirname(options.source) : options.source);
  try {
    const preset = options.preset === undefined ? undefined : datasetPresets.resolve(options.preset);
    const isOfSet = preset?.classOfPath ?? (() => true); // masks are no images of the set
    const paths = source.paths.filter((path) => isImageName(path) && isOfSet(path) !== undefined);
    expect(paths.length > 0, SCOPE, `there is no image in ${options.source}. Give a folder or zip of pictures.`);
    const found = await tryLabels(source, paths, {
      ...options,
      preset,
      labels: options.labels ?? (isTable ? options.source : undefined),
    });
    const bad: Rejection[] = [];
    const scanned: (PlacedImage & { readonly scan: ScannedImage; readonly label?: number })[] = [];
    const known = new Map(found.candidates.map((candidate) => [candidate.path, candidate]));
    const readers = createImageReaders(chooseThreads(paths.length, threads), { kind: "scan", maxPixels });
    try {
      for await (const { item: path, index, value } of inOrder(paths, (one) => scanPicture(source, one, readers))) {
        expect(!signal?.aborted, SCOPE, "stopped.");
        const { label, group } = known.get(path) ?? {};
        if (typeof value === "string") bad.push({ path, reason: value });
        else scanned.push({ path, split: splitOfPath(path), group, label, scan: value });
        onProgress?.(index + 1, paths.length);
      }
    } finally {
      await readers.close();
    }
    const copies = copiesOf(scanned);
    const varied = scanned.filter(({ scan }) => !scan.isConstant);
    const looks = varied.map(({ scan }) => scan.look);
    const pairs = findLikePairs(looks, likeDistance).filter(({ a, b }) => varied[a].scan.digest !== varied[b].scan.digest);
    const lookAlikes = connectPairs(pairs).map((set) => set.map((i) => varied[i]));
    const groups = new Set(scanned.flatMap(({ group }) => (group === undefined || group === "" ? [] : [group])));
    const pathsOf = (sets: readonly (readonly PlacedImage[])[]) => sets.map((set) => set.map(({ path }) => path));
    return {
      source: source.name,
      numFiles: source.paths.length,
      numImages: paths.length,
      numReadable: scanned.length,
      bad,
      ...(found.problem === undefined ? {} : { labelProblem: found.problem }),
      labelsFrom: found.origin,
      unlabelled:
        found.origin === "none"
          ? []
          : found.candidates.filter(({ label, labelVector }) => label === undefined && !labelVector).map(({ path }) => path),
      classes: (found.classes ?? []).map((name, k) => ({ name, count: scanned.filter(({ label }) => label === k).length })),
      ...(groups.size > 0 ? { numGroups: groups.size } : {}),
      shapes: shapesOf(scanned.map(({ scan }) => scan)),
      statistics: statisticsOf(scanned.map(({ scan }) => scan)),
      constant: scanned.filter(({ scan }) => scan.isConstant).map(({ path }) => path),
      transparent: scanned.filter(({ scan }) => scan.hasTransparency).map(({ path }) => path),
      copies: pathsOf(copies),
      lookAlikes: pathsOf(lookAlikes),
      contradictions: pathsOf(copies.filter((set) => new Set(set.map(({ label }) => label)).size > 1)),
      splits: countBy(scanned.flatMap(({ split }) => split ?? [])),
      leaks: [...findGroupLeaks(scanned), ...findCopyLeaks("copy", copies), ...findCopyLeaks("look-alike", lookAlikes)],
      notes: found.notes,
    };
  } finally {
    await source.close();
  }
}

/** What is seen in a picture, or why it cannot be read. @throws UsageError only if a package that decodes it is missing. */
async function scanPicture(source: ImageSource, path: string, readers: ImageReaders<ScanTask>): Promise<ScannedImage | string> {
  let bytes: Uint8Array;
  try {
    bytes = await source.read(path);
  } catch (error) {
    if (!UsageError.isInstance(error)) throw error;
    return error.message.replace(/^\[\w+\] /, "");
  }
  const { result, isDecoderMissing } = await readers.read(bytes);
  if (isDecoderMissing) throw new UsageError(`[${SCOPE}] "${path}": ${result}`);
  return result;
}

/** Labels, or the sentence that says why there are none. */
async function tryLabels(
  source: ImageSource,
  paths: readonly string[],
  { labels, preset, classes, group }: Omit<CheckImagesOptions, "preset"> & { readonly preset: DatasetPreset | undefined },
): Promise<Pick<LabelledCandidates, "candidates" | "classes" | "origin" | "notes"> & { problem?: string }> {
  try {
    return await findLabels(source, paths, { labels, preset, classes, group, unlabelled: "keep" });
  } catch (error) {
    if (!UsageError.isInstance(error)) throw error;
    const problem = error.message.replace(/^\[\w+\] /, "");
    const candidates = paths.map((path) => ({ path, label: undefined, labelVector: undefined, group: undefined }));
    return { candidates, classes: undefined, origin: "none", notes: [], problem };
  }
}

function copiesOf<T extends { readonly scan: ScannedImage }>(images: readonly T[]): T[][] {
  const sets = new Map<string, T[]>();
  for (const image of images) {
    const set = sets.get(image.scan.digest);
    if (set) set.push(image);
    else sets.set(image.scan.digest, [image]);
  }
  return [...sets.values()].filter(({ length }) => length > 1);
}

function shapesOf(scans: readonly ScannedImage[]): CheckReport["shapes"] {
  const shapes = new Map<string, { height: number; width: number; channels: number; count: number }>();
  for (const { height, width, channels } of scans) {
    const key = `${height} ${width} ${channels}`;
    const shape = shapes.get(key);
    if (shape) shape.count++;
    else shapes.set(key, { height, width, channels, count: 1 });
  }
  return [...shapes.values()].sort((a, b) => b.count - a.count);
}

function countBy(names: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}

function statisticsOf(scans: readonly ScannedImage[]): CheckReport["statistics"] {
  return (["grey", "color"] as const).flatMap((kind) => {
    const of = scans.filter(({ channels }) => channels >= 3 === (kind === "color"));
    if (of.length === 0) return [];
    const numPixels = of.reduce((sum, { height, width }) => sum + height * width, 0);
    const channels = kind === "color" ? [0, 1, 2] : [0];
    const mean = channels.map((k) => of.reduce((sum, { sums }) => sum + sums[k], 0) / numPixels);
    const standardDeviation = channels.map((k) =>
      Math.sqrt(Math.max(0, of.reduce((sum, { squares }) => sum + squares[k], 0) / numPixels - mean[k] ** 2)),
    );
    return [{ kind, mean, standardDeviation }];
  });
}
