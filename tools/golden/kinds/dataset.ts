import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { decodePng, encodePng, openDatasetZip, writeDatasetZip } from "dataset-zip";
import { type ImportImagesOptions, importImages } from "dataset-zip/node";
import { unzipSync } from "fflate";
import { largestDifference } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";

/** A run of the dataset tool, as golden/stylegan2/README.md tells it; `name`d entries with their headers and digests. */
interface Run {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
  readonly exit_code: number;
  readonly entries?: readonly { readonly name: string; readonly text?: string }[];
}

interface PngStructure {
  readonly zip: string;
  readonly entry: string;
  readonly chunks: readonly (readonly [string, number])[];
  readonly zlib_header: string;
  readonly stored_blocks: readonly number[];
  readonly row_filter_types: readonly number[];
}

/** A JPEG's pixels may differ by a level between decoders. */
const JPEG_LEVELS = 1;

const has = (value: unknown, ...fields: string[]): boolean =>
  typeof value === "object" && value !== null && fields.every((field) => field in value);

function runsOf({ json }: GoldenFile): readonly Run[] | undefined {
  if (!has(json, "runs", "pillow")) return undefined;
  const { runs } = json as { runs: unknown };
  return Array.isArray(runs) && runs.every((run) => has(run, "name", "tool", "args", "exit_code")) ? runs : undefined;
}

function structuresOf({ json }: GoldenFile): readonly PngStructure[] | undefined {
  const images = has(json, "images") ? (json as { images: unknown }).images : undefined;
  const isStructure = (one: unknown) => has(one, "zip", "entry", "chunks", "stored_blocks", "row_filter_types");
  return Array.isArray(images) && images.length > 0 && images.every(isStructure) ? images : undefined;
}

/** The option that stands behind `--name` or after `--name=`. */
function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  return args[at].includes("=") ? args[at].slice(name.length + 3) : args[at + 1];
}

/** What the run's options are for our importer; undefined where a part of it is not built yet. */
function importOptions(folder: string, { args }: Run): ImportImagesOptions | undefined {
  const source = join(folder, ...(optionOf(args, "source") ?? "").split("/"));
  if (/-ubyte\.gz$|\.tar\.gz$/.test(source)) return undefined; // MNIST and CIFAR archives
  const [width, height] = ["width", "height"].map((name) => optionOf(args, name));
  const maxImages = optionOf(args, "max-images");
  return {
    ...{ source, orientation: "ignore", unlabelled: "keep", minImages: 1 },
    ...(source.endsWith(".zip") || existsSync(join(source, "dataset.json")) ? {} : { labels: false as const }),
    ...(width && height ? { size: { width: Number(width), height: Number(height) } } : {}),
    transform: (optionOf(args, "transform") ?? "stretch") as ImportImagesOptions["transform"],
    filter: (optionOf(args, "resize-filter") ?? "lanczos") as ImportImagesOptions["filter"],
    ...(maxImages ? { maxImages: Number(maxImages) } : {}),
  };
}

async function checkRun(folder: string, run: Run, options: ImportImagesOptions): Promise<Deviation[]> {
  const theirs = unzipSync(readFileSync(join(folder, ...(optionOf(run.args, "dest") ?? "").split("/"))));
  const imported = await importImages(options);
  const zip = await writeDatasetZip(imported, { provenance: false });
  const ours = unzipSync(zip);
  const names = Object.keys(theirs);
  if (names.join() !== Object.keys(ours).join()) throw new Error(`entries ${Object.keys(ours)} differ from ${names}.`);
  const json = (files: Record<string, Uint8Array>) => JSON.stringify(JSON.parse(new TextDecoder().decode(files["dataset.json"])));
  if (json(ours) !== json(theirs)) throw new Error(`dataset.json ${json(ours)} differs from ${json(theirs)}.`);
  await openDatasetZip(zip);
  const hasJpeg = names.length > 0 && (await sourcesOf(options)).some((path) => /\.jpe?g$/i.test(path));
  return names
    .filter((name) => name.endsWith(".png"))
    .map((name) => {
      const [mine, reference] = [decodePng(ours[name]), decodePng(theirs[name])];
      const isAlike = mine.height === reference.height && mine.width === reference.width && mine.channels === reference.channels;
      const error = isAlike ? largestDifference(mine.data, reference.data) : Number.NaN;
      return { what: `${name}, levels`, error, tolerance: hasJpeg ? JPEG_LEVELS : 0 };
    });
}

async function sourcesOf(options: ImportImagesOptions): Promise<string[]> {
  const paths: string[] = [];
  for await (const { source } of await importImages(options)) paths.push(source ?? "");
  return paths;
}

/** Runs of the reference's dataset tool: names, order, labels and pixels of the zips they wrote. */
export const datasetRuns: GoldenKind = {
  name: "dataset-runs",
  find: ({ files }) =>
    files.flatMap((file) => {
      const runs = runsOf(file);
      if (!runs) return [];
      const folder = dirname(file.absolutePath);
      const cases = runs.map((run): GoldenCase => {
        // Refusals, folders as destination and the fork's JPEG entries come with the issue of the data tool.
        const isZip = run.exit_code === 0 && run.tool === "nvlabs" && (optionOf(run.args, "dest") ?? "").endsWith(".zip");
        const options = isZip ? importOptions(folder, run) : undefined;
        return { name: run.name, check: options && (() => checkRun(folder, run, options)) };
      });
      return [{ files: [file], cases }];
    }),
};

/** How the PNGs of those zips are built: chunks, deflate blocks, row filters; and that ours have the same bytes. */
export const datasetPngStructure: GoldenKind = {
  name: "dataset-png-structure",
  find: ({ files }) =>
    files.flatMap((file) => {
      const structures = structuresOf(file);
      if (!structures) return [];
      const folder = dirname(file.absolutePath);
      const zips = [...new Set(structures.map(({ zip }) => zip))];
      const cases = zips.map((zip) => ({
        name: zip,
        check: () =>
          checkStructures(
            join(folder, "outputs", zip),
            structures.filter((structure) => structure.zip === zip),
          ),
      }));
      return [{ files: [file], cases }];
    }),
};

function checkStructures(path: string, structures: readonly PngStructure[]): Deviation[] {
  const files = unzipSync(readFileSync(path));
  return structures.flatMap(({ entry, chunks, zlib_header, stored_blocks, row_filter_types }) => {
    const png = encodePng(decodePng(files[entry]));
    const found = readStructure(png);
    const same = (a: unknown, b: unknown): number => (JSON.stringify(a) === JSON.stringify(b) ? 0 : Number.NaN);
    return [
      { what: `${entry} chunks`, error: same(found.chunks, chunks), tolerance: 0 },
      { what: `${entry} zlib header`, error: same(found.zlibHeader, zlib_header), tolerance: 0 },
      { what: `${entry} stored blocks`, error: same(found.storedBlocks, stored_blocks), tolerance: 0 },
      { what: `${entry} row filters`, error: same(found.rowFilters, row_filter_types), tolerance: 0 },
      { what: `${entry} bytes`, error: largestDifference(png, files[entry]), tolerance: 0 },
    ];
  });
}

/** The structure of a PNG of stored blocks. */
function readStructure(png: Uint8Array) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: [string, number][] = [];
  const pieces: Uint8Array[] = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.push([type, view.getUint32(at)]);
    if (type === "IDAT") pieces.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const stream = Buffer.concat(pieces);
  const storedBlocks: number[] = [];
  const rows: Uint8Array[] = [];
  for (let at = 2; at < stream.length - 4; at += 5 + storedBlocks[storedBlocks.length - 1]) {
    storedBlocks.push(stream.readUInt16LE(at + 1));
    rows.push(stream.subarray(at + 5, at + 5 + stream.readUInt16LE(at + 1)));
  }
  const data = Buffer.concat(rows);
  const stride = data.length / view.getUint32(20);
  const rowFilters = Array.from({ length: view.getUint32(20) }, (_, y) => data[y * stride]);
  return { chunks, zlibHeader: stream.subarray(0, 2).toString("hex"), storedBlocks, rowFilters };
}
