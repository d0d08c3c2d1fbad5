import { basename } from "node:path";
import { expect, UsageError } from "repro-kit";
import { isPickledArray, numpyNames, readPickle } from "repro-kit/pickle";
import { list } from "tar";
import { openArrayArchive } from "./array-archive.ts";
import { byCodeUnits, type ImageSource } from "./image-source.ts";

const SCOPE = "importImages";
const SIDE = 32;
const PIXELS = SIDE * SIDE;
/** CIFAR-100's one file of 50 000 images is 155 MB; one of CIFAR-10's five 31 MB. */
const MAX_ENTRY = 2 ** 28;
const MAX_ENTRIES = 100;

/** Names of tar archives, as CIFAR-10 and CIFAR-100 for Python come in. */
export const isTarName = (path: string): boolean => /\.(tar\.gz|tgz|tar)$/i.test(path);

/**
 * The training images of CIFAR-10 (data_batch_1 … 5) or CIFAR-100 (train), RGB 32 × 32, with their labels (of CIFAR-100 the fine
 * ones) and, from the archive's table, their names. The pickles in it are read as data; nothing in them is run.
 *
 * @throws UsageError where the archive is damaged or holds no such batch. Cost: the archive's images in memory, 154 MB.
 * @see Krizhevsky 2009; StyleGAN2-ADA dataset_tool.py, open_cifar10.
 */
export async function openCifar(path: string): Promise<ImageSource> {
  const name = basename(path);
  const files = await readEntries(path, name);
  const batches = [...files]
    .filter(([entry]) => /(^|\/)(data_batch_\d+|train)$/.test(entry))
    .sort(([a], [b]) => byCodeUnits(a, b))
    .map(([entry, bytes]) => readBatch(bytes, `${entry} in ${name}`));
  expect(
    batches.length > 0,
    SCOPE,
    `${name} holds no CIFAR batch (data_batch_1 … or train). Of other archives unpack the images, and give their folder.`,
  );
  const count = batches.reduce((sum, { labels }) => sum + labels.length, 0);
  const starts = batches.map((_, k) => batches.slice(0, k).reduce((sum, { labels }) => sum + labels.length, 0));
  const meta = [...files].find(([entry]) => /(^|\/)(batches\.meta|meta)$/.test(entry));
  const classes = meta && readClassNames(meta[1], `${meta[0]} in ${name}`);
  return openArrayArchive(path, {
    count,
    image(index) {
      const batch = starts.findLastIndex((start) => start <= index);
      return { data: interleave(batches[batch].data, index - starts[batch]), height: SIDE, width: SIDE, channels: 3 };
    },
    labels: batches.flatMap(({ labels }) => labels),
    ...(classes ? { classes } : {}),
  });
}

async function readEntries(path: string, name: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const pieces = new Map<string, Uint8Array[]>();
  try {
    await list({
      file: path,
      strict: true,
      onReadEntry(entry) {
        const isWanted = entry.type === "File" && entry.size <= MAX_ENTRY && pieces.size < MAX_ENTRIES;
        if (!isWanted || !/(^|\/)(data_batch_\d+|train|batches\.meta|meta)$/.test(entry.path)) return entry.resume();
        const own: Uint8Array[] = [];
        pieces.set(entry.path, own);
        entry.on("data", (piece: Uint8Array) => own.push(piece));
      },
    });
  } catch (cause) {
    const refusal = new UsageError(`[${SCOPE}] ${name} is no tar archive that can be read (${(cause as Error).message}).`);
    refusal.cause = cause;
    throw refusal;
  }
  for (const [entry, own] of pieces) files.set(entry, Buffer.concat(own));
  return files;
}

/** A dict of the pickle, its keys as text. */
function readDict(bytes: Uint8Array, what: string): Map<unknown, unknown> {
  const { value } = readPickle(bytes, { allowed: numpyNames, strings: "latin1", scope: SCOPE });
  expect(value instanceof Map, SCOPE, `${what} is no CIFAR batch: a dict was expected.`);
  return value;
}

function readBatch(bytes: Uint8Array, what: string): { data: Uint8Array; labels: number[] } {
  const dict = readDict(bytes, what);
  const data = dict.get("data");
  const isImages =
    isPickledArray(data) && data.type === "u1" && !data.isFortran && data.shape.length === 2 && data.shape[1] === 3 * PIXELS;
  expect(isImages, SCOPE, `${what} must hold "data", bytes [images, 3072].`);
  const labels = dict.get("labels") ?? dict.get("fine_labels");
  const isClass = (label: unknown): label is number => typeof label === "number" && Number.isInteger(label) && label >= 0;
  expect(
    Array.isArray(labels) && labels.length === data.shape[0] && labels.every(isClass),
    SCOPE,
    `${what} must hold a class index for each of its ${data.shape[0]} images.`,
  );
  return { data: data.bytes, labels };
}

function readClassNames(bytes: Uint8Array, what: string): readonly string[] | undefined {
  const dict = readDict(bytes, what);
  const names = dict.get("label_names") ?? dict.get("fine_label_names");
  return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : undefined;
}

/** Planes [3, 32, 32] as pixels [32, 32, 3]. */
function interleave(planes: Uint8Array, index: number): Uint8Array {
  const from = index * 3 * PIXELS;
  const pixels = new Uint8Array(3 * PIXELS);
  for (let i = 0; i < PIXELS; i++) for (let c = 0; c < 3; c++) pixels[3 * i + c] = planes[from + c * PIXELS + i];
  return pixels;
}
