import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decodePng, encodePng, openDatasetZip, writeDatasetZip } from "dataset-zip";
import { type ImportImagesOptions, importImages, writeDatasetFolder } from "dataset-zip/node";
import { unzipSync } from "fflate";
import { runCommandLine } from "qgan-lab";
import { largestDifference } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";

/** A run of the dataset tool, as golden/stylegan2/README.md tells it; `name`d entries with their headers and digests. */
interface Run {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
  readonly exit_code: number;
  readonly error_last_line?: string;
  readonly stdout?: string;
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

/** What the run's options are for our importer. */
function importOptions(folder: string, { args }: Run): ImportImagesOptions {
  const source = join(folder, ...(optionOf(args, "source") ?? "").split("/"));
  const [width, height] = ["width", "height"].map((name) => optionOf(args, name));
  const maxImages = optionOf(args, "max-images");
  return {
    ...{ source, orientation: "ignore", unlabelled: "keep", minImages: 1 },
    ...(/\.(zip|gz)$/.test(source) || existsSync(join(source, "dataset.json")) ? {} : { labels: false as const }),
    ...(width && height ? { size: { width: Number(width), height: Number(height) } } : {}),
    ...(width && height ? { transform: (optionOf(args, "transform") ?? "stretch") as ImportImagesOptions["transform"] } : {}),
    filter: (optionOf(args, "resize-filter") ?? "lanczos") as ImportImagesOptions["filter"],
    ...(maxImages ? { maxImages: Number(maxImages) } : {}),
  };
}

/** The files of a zip or a folder by name. */
function filesOf(path: string): Record<string, Uint8Array> {
  if (path.endsWith(".zip")) return unzipSync(readFileSync(path));
  const names = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) =>
    join(parentPath, name)
      .slice(path.length + 1)
      .replaceAll("\\", "/"),
  );
  const ordered = paths.sort((x, y) => (x < y ? -1 : 1)); // digits before "dataset.json", as in a zip
  return Object.fromEntries(ordered.map((name) => [name, readFileSync(join(path, ...name.split("/")))]));
}

async function writeAs(dest: string, options: ImportImagesOptions): Promise<Record<string, Uint8Array>> {
  const images = await importImages(options);
  const writing = { provenance: false, squarePowerOfTwo: true } as const;
  if (dest.endsWith(".zip")) {
    const zip = await writeDatasetZip(images, writing);
    await openDatasetZip(zip);
    return unzipSync(zip);
  }
  const folder = mkdtempSync(join(tmpdir(), "qgan-golden-"));
  try {
    await writeDatasetFolder(join(folder, "out"), images, writing);
    return filesOf(join(folder, "out"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkRun(folder: string, run: Run): Promise<Deviation[]> {
  const options = importOptions(folder, run);
  const dest = optionOf(run.args, "dest") ?? "";
  const theirs = filesOf(join(folder, ...dest.split("/")));
  const ours = await writeAs(dest, options);
  const names = Object.keys(theirs);
  if (names.join() !== Object.keys(ours).join()) throw new Error(`entries ${Object.keys(ours)} differ from ${names}.`);
  const json = (files: Record<string, Uint8Array>) => JSON.stringify(JSON.parse(new TextDecoder().decode(files["dataset.json"])));
  if (json(ours) !== json(theirs)) throw new Error(`dataset.json ${json(ours)} differs from ${json(theirs)}.`);
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

/** What the reference refuses and this project takes on purpose, by what the refused command is about. */
const EXCEPTIONS: readonly { readonly why: string; readonly mustNotSay: RegExp; applies(run: Run): boolean }[] = [
  {
    mustNotSay: /filter/,
    why: "bicubic and bilinear are filters of Pillow like the others, and equal to its bytes",
    applies: ({ args }) => ["bicubic", "bilinear", "hamming", "nearest"].includes(optionOf(args, "resize-filter") ?? ""),
  },
  {
    mustNotSay: /RGB or gr/,
    why: "alpha without any transparency is dropped; with some, a background is asked for",
    applies: ({ stdout }) => /stored as RGB or grayscale/.test(stdout ?? ""),
  },
  {
    mustNotSay: /\bmode\b/,
    why: "the reference's crop fails on grey images by an oversight; here grey is cropped like colour",
    applies: ({ args, error_last_line }) =>
      (optionOf(args, "transform") ?? "").startsWith("center-crop") && /Error/.test(error_last_line ?? ""),
  },
  {
    mustNotSay: /./,
    why: "an archive of MNIST or CIFAR may be a part of the set",
    applies: ({ args, error_last_line }) =>
      /(idx3-ubyte|\.tar)(\.gz)?$/.test(optionOf(args, "source") ?? "") && /AssertionError/.test(error_last_line ?? ""),
  },
];

/** The same command line given to `qgan dataset create`: refused in one sentence, nothing left behind; or taken, as the table says. */
async function checkRefusal(folder: string, run: Run): Promise<Deviation[]> {
  const temporary = mkdtempSync(join(tmpdir(), "qgan-golden-"));
  const dest = optionOf(run.args, "dest");
  const standing = dest !== undefined && !dest.endsWith(".zip");
  const out = standing ? join(folder, ...dest.split("/")) : join(temporary, "out.zip");
  let said = "";
  const sink = { write: (text: string) => (said += text) };
  const args = run.args.map((arg, i) => {
    if (run.args[i - 1] === "--source" || arg.startsWith("--source="))
      return arg.replace(/[^=]*$/, (path) => join(folder, ...path.split("/")));
    return run.args[i - 1] === "--dest" ? out : arg.startsWith("--dest=") ? `--dest=${out}` : arg;
  });
  try {
    const code = await runCommandLine(["dataset", "create", ...args], {
      out: { write: () => true },
      err: sink,
      signal: new AbortController().signal,
    });
    const exception = EXCEPTIONS.find(({ applies }) => applies(run));
    const written = readdirSync(temporary);
    if (exception && code === 0 && written.length === 1) return [{ what: `taken: ${exception.why}`, error: 0, tolerance: 0 }];
    const sentence = said.trim().split("\n").at(-1) ?? "";
    // What the table takes may still be refused for a reason of its own, such as a single image.
    const isRefused = code === 2 && written.length === 0 && sentence.length > 20 && !exception?.mustNotSay.test(sentence);
    if (!isRefused) throw new Error(`exit ${code}, left ${written.join(", ") || "nothing"}, said: ${said}`);
    return [{ what: `refused: ${sentence.slice(0, 120)}`, error: 0, tolerance: 0 }];
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The fork's zips hold JPEGs: they are read, with the labels that stand in them; one without an image is refused. */
async function checkFork(folder: string, run: Run): Promise<Deviation[]> {
  const path = join(folder, ...(optionOf(run.args, "dest") ?? "").split("/"));
  const pictures = Object.keys(filesOf(path)).filter((name) => name !== "dataset.json");
  const reading = importImages({ source: path, minImages: 1 });
  if (pictures.length === 0) {
    const refusal = await reading.then(
      () => undefined,
      (error: Error) => error.message,
    );
    return [{ what: `refused: ${refusal}`, error: refusal?.includes("no image") ? 0 : Number.NaN, tolerance: 0 }];
  }
  const images = await reading;
  const { labels } = JSON.parse(new TextDecoder().decode(filesOf(path)["dataset.json"])) as { labels: [string, number][] };
  let differing = 0;
  let count = 0;
  for await (const { source, label } of images) {
    count++;
    const [, index] = labels.find(([name]) => name === source) ?? [];
    if (images.classes?.[label ?? -1] !== String(index)) differing++;
  }
  return [{ what: `${count} JPEG entries read, labels`, error: differing + Math.abs(count - labels.length), tolerance: 0 }];
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
        const check = run.exit_code !== 0 ? checkRefusal : run.tool === "nvlabs" ? checkRun : checkFork;
        return { name: run.name, check: () => check(folder, run) };
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
