import { expect } from "repro-kit";
import { isPickledArray, type PickledArray, readPickle } from "repro-kit/pickle";
import { npyTypes } from "../numpy/npy-types.ts";
import { arrayTensor } from "../numpy/read-npy.ts";
import { bareRecord, type WeightFile, type WeightTensor } from "../weight-file.ts";
import { readZip } from "../zip/read-zip.ts";
import { readLegacy, storageId } from "./read-legacy.ts";
import { createTensorBuilder } from "./tensor-builder.ts";
import { isTorchTensor, itemSize, type TorchStorage, torchNames, torchStorage } from "./torch-names.ts";

const SCOPE = "readTorch";
const ADVICE = "Only tensors, numpy arrays, dicts, lists, numbers and text are read. Save the state_dict alone.";
const OPTIONS = { allowed: torchNames, scope: SCOPE, advice: ADVICE };
/** Items walked through in all; a pickle of shared parts can unfold to more than any memory, and a few bytes to very much. */
const MAX_ITEMS = 500_000;
const LEAST_ITEMS = 4096;
const ITEMS_A_BYTE = 4;
const MAX_DEPTH = 64;

/**
 * Reads a PyTorch weight file (`torch.save`), zip-based or legacy, without running anything in it: only tensors, numpy arrays,
 * dicts, lists, numbers and text are understood. Tensors are named by their path (`state_dict.conv.weight`); numbers, text and booleans beside
 * them come as metadata. Contiguous tensors are views of `bytes`.
 *
 * @param bytes - The whole file.
 * @throws UsageError if the file is damaged, or asks for anything that is not allowed; the message says what.
 */
export function readTorch(bytes: Uint8Array): WeightFile {
  expect(bytes.length >= 4, SCOPE, `a torch file has at least 4 bytes; got ${bytes.length}.`);
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return collect(isZip ? readArchive(bytes) : readLegacy(bytes, OPTIONS), bytes.length);
}

/** `<archive>/data.pkl` and, for each storage, `<archive>/data/<key>`. */
function readArchive(bytes: Uint8Array): unknown {
  const entries = readZip(bytes, SCOPE);
  const isScript = [...entries.keys()].some((name) => /^[^/]+\/code\//.test(name));
  expect(!isScript, SCOPE, "the file is TorchScript, a program. Save its state_dict() alone.");
  for (const { name, isDeflated } of entries.values())
    expect(!isDeflated, SCOPE, `the entry "${name}" is compressed; torch stores its entries. This is no torch file.`);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  expect(
    pickles.length === 1,
    SCOPE,
    `a torch zip holds one data.pkl; got ${pickles.length}. Other kinds of zip (packages) are not read.`,
  );
  const archive = pickles[0].slice(0, -"data.pkl".length);
  const order = entries.get(`${archive}byteorder`)?.bytes;
  expect(
    order === undefined || new TextDecoder().decode(order) === "little",
    SCOPE,
    "the file was written on a big-endian machine.",
  );
  const storages = new Map<string, TorchStorage>();
  const load = (id: unknown): TorchStorage => {
    const { type, key, count } = storageId(id, SCOPE);
    const known = storages.get(key);
    if (known?.type === type && known.count === count) return known;
    const data = entries.get(`${archive}data/${key}`)?.bytes;
    expect(data, SCOPE, `the storage "${key.slice(0, 40)}" is missing. The file is damaged.`);
    const size = count * itemSize(type);
    expect(size <= data.length, SCOPE, `the storage "${key.slice(0, 40)}" is shorter than the file says. It is damaged.`);
    const storage = torchStorage(type, count, () => data.subarray(0, size));
    storages.set(key, storage);
    return storage;
  };
  const pickle = entries.get(pickles[0])?.bytes as Uint8Array; // the name came from these entries
  return readPickle(pickle, { ...OPTIONS, load }).value;
}

/** Walks the object and names what is in it by its path. */
function collect(root: unknown, fileSize: number): WeightFile {
  const tensors = bareRecord<WeightTensor>();
  const metadata = bareRecord<string>();
  const build = createTensorBuilder(SCOPE, fileSize);
  const arrays = new Map<PickledArray, WeightTensor>();
  const arrayOf = (array: PickledArray): WeightTensor => {
    const { type, ...layout } = array;
    const tensor = arrays.get(array) ?? arrayTensor({ dtype: npyTypes[type], ...layout }, array.bytes);
    arrays.set(array, tensor); // an array that stands in two places is turned once
    return tensor;
  };
  const above = new Set<unknown>();
  const maxItems = Math.min(MAX_ITEMS, LEAST_ITEMS + ITEMS_A_BYTE * fileSize);
  let numItems = 0;
  const walk = (value: unknown, path: string): void => {
    expect(++numItems <= maxItems, SCOPE, `the file unfolds to more than ${maxItems} items. It is no weight file.`);
    if (isTorchTensor(value) || isPickledArray(value)) {
      expect(!(path in tensors), SCOPE, `two tensors are named "${path.slice(0, 80)}".`);
      tensors[path] = isTorchTensor(value) ? build(path, value) : arrayOf(value);
    } else if (value instanceof Map || Array.isArray(value)) {
      expect(!above.has(value) && above.size < MAX_DEPTH, SCOPE, "the file holds a dict or list inside itself.");
      above.add(value);
      for (const [key, item] of value.entries())
        if (typeof key === "string" || typeof key === "number") walk(item, path === "" ? String(key) : `${path}.${key}`);
      above.delete(value);
    } else if (
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean" ||
      typeof value === "bigint"
    ) {
      metadata[path] = String(value);
    }
  };
  walk(root, "");
  return { tensors, metadata };
}
