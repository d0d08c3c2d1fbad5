import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { ResizeFilter } from "array-kernels";
import { checkOptions, expect, listKnown, UsageError } from "repro-kit";
import type { JsonObject, LabelledImage } from "../dataset/labelled-image.ts";
import { decoderVersion, isForSharp } from "./decode-image.ts";
import { type Candidate, findLabels, type LabelledCandidates } from "./find-labels.ts";
import { FRAME_TRANSFORMS, type FrameTransform } from "./frame-image.ts";
import { checkThreads, chooseThreads, createImageReaders, type ImageReaders } from "./image-readers.ts";
import { type ImageSource, isImageName, openImageSource } from "./image-source.ts";
import { inOrder } from "./in-order.ts";
import { type DatasetPreset, datasetPresets } from "./presets.ts";
import type { ReadImage, ReadTask } from "./read-image.ts";

export interface ImportImagesOptions {
  /** A folder of images (class folders are understood), a zip of images, a dataset zip, or a table beside its images. */
  readonly source: string;
  /** CSV with columns for file and class, or JSON as the reference tool's dataset.json; a path, or a name inside the source. Default: labels.csv or dataset.json at the top of the source, else the folders. `false`: no labels. */
  readonly labels?: string | false;
  /** A published set by name (isic2019, isic2020, ham10000, fitzpatrick17k, odir-5k, covid), or a description of one: where its labels and groups stand. Not together with labels or a column as group. */
  readonly preset?: string | DatasetPreset;
  /** Classes to take, in the order of their labels. Default: all, sorted. */
  readonly classes?: readonly string[];
  /** What must not be split: a column of the table, or a function of the path. */
  readonly group?: string | ((path: string) => string);
  /** Height and width in pixels. Default: as they are. */
  readonly size?: number | { readonly height: number; readonly width: number };
  /** Filter of Pillow. Default "lanczos". */
  readonly filter?: ResizeFilter;
  /** What to do with another shape than the size's. Default "center-crop". */
  readonly transform?: FrameTransform;
  /** 1 makes all grey, 3 all RGB. Default: as they are, and a mixture is refused. */
  readonly channels?: 1 | 3;
  /** What lies behind transparent pixels. Default: images that have some are left out. */
  readonly background?: "black" | "white";
  /** "apply" turns pictures upright by their EXIF entry; "ignore" does as Pillow and the reference tool. Default "apply". */
  readonly orientation?: "apply" | "ignore";
  /** Stop at the first image that cannot be read. Default false: leave it out and report it. */
  readonly strict?: boolean;
  /** What becomes of images that the table does not name. Default "reject". */
  readonly unlabelled?: "reject" | "keep";
  /** Images to leave out, with the reason that the report gives: what `planFix` proposes. */
  readonly exclude?: Readonly<Record<string, string>>;
  /** Take the first so many images only. */
  readonly maxImages?: number;
  /** Fewer images than this are refused. Default 2: nothing can be learnt from one. */
  readonly minImages?: number;
  /** Images of more pixels are left out. Default 100 million. */
  readonly maxPixels?: number;
  /** Threads that decode. Default: one a processor, up to eight; 1 for fewer than a hundred images. */
  readonly threads?: number;
  /** Told of each image that is left out. */
  readonly onReject?: (rejection: Rejection) => void;
}

export interface Rejection {
  readonly path: string;
  readonly reason: string;
}

export interface ImportReport {
  /** Images in the source, those that came through, and those of classes not asked for. */
  readonly numFound: number;
  readonly numImported: number;
  readonly numOtherClasses: number;
  readonly rejected: readonly Rejection[];
  readonly notes: readonly string[];
}

/** Images on their way in, read one after the other while they are iterated over (once). */
export interface ImageImport extends AsyncIterable<LabelledImage> {
  /** Number of images to come, before any is rejected. */
  readonly count: number;
  /** Undefined without labels. */
  readonly classes: readonly string[] | undefined;
  /** What has happened so far. */
  report(): ImportReport;
  /** What belongs into the provenance block of a dataset zip; whole after the last image. */
  provenance(): JsonObject;
}

const SCOPE = "importImages";
const KNOWN =
  "source labels preset classes group size filter transform channels background orientation strict unlabelled exclude maxImages minImages maxPixels threads onReject".split(
    " ",
  );
const FILTERS: readonly ResizeFilter[] = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"];

/**
 * Reads a folder or zip of images with its labels, in the order of the paths (code units, folder by folder), brought to one size. What cannot
 * be read is left out and reported; pass the result and its `classes` and `provenance` to `writeDatasetZipFile`.
 *
 * @throws UsageError with one sentence: no images, one only, a class without image, a table that does not fit, unknown options;
 *   while iterating: grey mixed with colour, an unreadable image with `strict`, sharp missing.
 */
export async function importImages(options: ImportImagesOptions): Promise<ImageImport> {
  checkOptions(SCOPE, options, KNOWN);
  checkValues(options);
  const isTable = typeof options.source === "string" && /\.(csv|tsv)$/i.test(options.source);
  const source = await openImageSource(isTable ? dirname(options.source) : options.source);
  try {
    const { classes, group, unlabelled = "reject", maxImages = Number.POSITIVE_INFINITY, minImages = 2, exclude } = options;
    const preset = options.preset === undefined ? undefined : datasetPresets.resolve(options.preset);
    expect(
      !preset || (options.labels === undefined && typeof group !== "string"),
      SCOPE,
      "a preset says itself where labels and groups stand; leave out labels and the group's column.",
    );
    const labels = options.labels ?? (isTable ? options.source : undefined);
    const images = source.paths.filter(isImageName);
    const wanted = preset?.classOfPath ? images.filter(preset.classOfPath) : images; // masks are no images of the set
    expect(
      images.length === 0 || wanted.length > 0,
      SCOPE,
      `no image in ${options.source} lies where ${preset?.name} has them (${preset?.source}).`,
    );
    const what = source.paths.length === 0 ? "it is empty" : `none of its ${source.paths.length} files is a picture`;
    expect(
      images.length > 0,
      SCOPE,
      `there is no image in ${options.source}: ${what}. Give a folder or zip of PNG or JPEG files.`,
    );
    const found = await findLabels(source, wanted, { labels, preset, classes, group, unlabelled });
    const isExcluded = ({ path }: Candidate): boolean => exclude !== undefined && Object.hasOwn(exclude, path);
    const candidates = found.candidates.filter((candidate) => !isExcluded(candidate)).slice(0, maxImages);
    expect(
      candidates.length >= Math.min(minImages, maxImages),
      SCOPE,
      `${describeCount(candidates.length)} to import from ${options.source}; a data set needs at least ${minImages}. Add images.`,
    );
    return createImport(source, { ...found, candidates }, { ...options, numFound: wanted.length });
  } catch (error) {
    await source.close();
    throw error;
  }
}

const describeCount = (count: number): string =>
  count === 0 ? "there is no image" : count === 1 ? "there is one image only" : `there are ${count} images only`;

function checkValues(options: ImportImagesOptions): void {
  const { source, filter = "lanczos", transform = "center-crop", size, channels, background, maxImages = 1, threads } = options;
  expect(typeof source === "string" && source !== "", SCOPE, "source must be the path of a folder or a zip.");
  expect(FILTERS.includes(filter), SCOPE, () => `no filter named "${filter}"; ${listKnown(filter, FILTERS)}`);
  expect(
    FRAME_TRANSFORMS.includes(transform),
    SCOPE,
    () => `no transform named "${transform}"; ${listKnown(transform, FRAME_TRANSFORMS)}`,
  );
  const sides = size === undefined ? [] : typeof size === "number" ? [size] : [size.height, size.width];
  const isSide = (n: number) => Number.isInteger(n) && n >= 1 && n <= 16384;
  expect(
    sides.length > 0 || options.transform === undefined,
    SCOPE,
    `transform "${transform}" needs a size to bring the images to. Give a size.`,
  );
  expect(sides.every(isSide), SCOPE, () => `size must be pixels, integers in [1, 16384]; got ${sides.join(" × ")}.`);
  const isBackground = background === undefined || background === "black" || background === "white";
  expect(isBackground, SCOPE, `background must be black or white; got ${JSON.stringify(background)}.`);
  expect(channels === undefined || channels === 1 || channels === 3, SCOPE, `channels must be 1 or 3; got ${channels}.`);
  expect(Number.isInteger(maxImages) && maxImages >= 1, SCOPE, `maxImages must be an integer ≥ 1; got ${maxImages}.`);
  checkThreads(SCOPE, threads);
}

type Settings = ImportImagesOptions & { readonly numFound: number };

function createImport(source: ImageSource, found: LabelledCandidates, options: Settings): ImageImport {
  const { candidates, classes, origin, notes, numOtherClasses } = found;
  const { onReject, strict = false, filter = "lanczos", transform = "center-crop", size, orientation = "apply" } = options;
  const hash = createHash("sha256");
  const rejected: Rejection[] = [];
  let decoder: string | undefined;
  const filled = new Set<number>();
  let numImported = 0;
  let isBegun = false;
  let closeReaders = async (): Promise<void> => {};
  const leaveOut = (path: string, reason: string): void => {
    rejected.push({ path, reason });
    onReject?.({ path, reason });
  };
  const reject = (path: string, reason: string): void => {
    if (strict) throw new UsageError(`[${SCOPE}] "${path}": ${reason}`);
    leaveOut(path, reason);
  };

  let usesSharp = false;
  const onBytes = (bytes: Uint8Array): void => {
    usesSharp ||= isForSharp(bytes);
  };

  async function* iterate(): AsyncGenerator<LabelledImage> {
    expect(!isBegun, SCOPE, "an import is read once only. Call importImages again.");
    isBegun = true;
    try {
      const readers = createImageReaders(chooseThreads(candidates.length, options.threads), {
        kind: "read",
        size: typeof size === "number" ? { height: size, width: size } : size,
        filter,
        transform,
        orientation,
        channels: options.channels,
        background: options.background,
        maxPixels: options.maxPixels ?? 1e8,
      });
      closeReaders = readers.close;
      for (const [path, reason] of Object.entries(options.exclude ?? {})) leaveOut(path, reason);
      for (const path of found.unlabelled) reject(path, `${origin} has no label for it.`);
      let numChannels: number | undefined;
      const results = inOrder(candidates, ({ path }) => readPicture(source, path, { readers, onBytes }));
      for await (const { item, index, value } of results) {
        const { path, label, labelVector, group } = item;
        hash.update(`${path}\0${value.sha256}\n`);
        if (typeof value.result === "string") {
          reject(path, value.result);
          continue;
        }
        const { channels } = value.result;
        numChannels ??= channels;
        const kind = (n: number) => (n === 1 ? "grey" : "in colour");
        expect(
          channels === numChannels,
          SCOPE,
          `"${path}" is ${kind(channels)}, but the images before are ${kind(numChannels)}. Give channels: 3 (or 1) to make them alike.`,
        );
        numImported++;
        if (label !== undefined) filled.add(label);
        yield { pixels: value.result, label, labelVector, group, source: path, index };
      }
      if (usesSharp) decoder = await decoderVersion();
      const reasons = rejected[0] ? ` The first reason: "${rejected[0].path}": ${rejected[0].reason}` : "";
      expect(numImported > 0, SCOPE, `none of the ${candidates.length} images could be read.${reasons}`);
      const empty = candidates.find(({ label }) => label !== undefined && !filled.has(label));
      const emptyName = empty?.label === undefined ? "" : classes?.[empty.label];
      expect(!empty, SCOPE, `class "${emptyName}" has no image that could be read.${reasons}`);
    } finally {
      await closeReaders();
      await source.close();
    }
  }
  return {
    count: candidates.length,
    classes,
    [Symbol.asyncIterator]: iterate,
    report: () => ({ numFound: options.numFound, numImported, numOtherClasses, rejected: [...rejected], notes }),
    provenance: () => ({
      source: source.name,
      sourceDigest: hash.copy().digest("hex"),
      labelsFrom: origin,
      ...(options.preset === undefined ? {} : { preset: datasetPresets.resolve(options.preset).name }),
      ...(typeof options.group === "string" ? { groupColumn: options.group } : {}),
      ...(size === undefined
        ? {}
        : { size: typeof size === "number" ? [size, size] : [size.height, size.width], filter, transform }),
      ...(options.channels === undefined ? {} : { channels: options.channels }),
      ...(options.background === undefined ? {} : { background: options.background }),
      orientation,
      colorProfile: "not applied",
      ...(decoder === undefined ? {} : { decoder }),
      numFound: options.numFound,
      ...(numOtherClasses > 0 ? { numOtherClasses } : {}),
      leftOut: rejected.map(({ path, reason }) => [path, reason]),
    }),
  };
}

interface ReadPictureOptions {
  readonly readers: ImageReaders<ReadTask>;
  /** Told of the bytes before they go to a thread. */
  readonly onBytes: (bytes: Uint8Array) => void;
}

/** The picture's bytes from the source, then the picture; a source that cannot give them gives the reason. */
async function readPicture(source: ImageSource, path: string, { readers, onBytes }: ReadPictureOptions): Promise<ReadImage> {
  let bytes: Uint8Array;
  try {
    bytes = await source.read(path);
  } catch (error) {
    if (!UsageError.isInstance(error)) throw error;
    return { sha256: "", result: error.message.replace(/^\[\w+\] /, "") };
  }
  onBytes(bytes);
  const image = await readers.read(bytes);
  if (image.isDecoderMissing) throw new UsageError(`[${SCOPE}] "${path}": ${image.result}`);
  return image;
}
