import { expect } from "repro-kit";
import { bareRecord, type WeightFile, type WeightTensor, weightTypes } from "../weight-file.ts";
import { readPickle } from "./pickle.ts";
import { readStoredZip } from "./stored-zip.ts";
import { findTorchName, isMarker, isTorchTensor, type TorchStorage, weightFromTorch } from "./torch-names.ts";

const SCOPE = "readTorch";
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** Dicts and lists walked through in all; a pickle of shared parts can unfold to more than any memory. */
const MAX_ITEMS = 500_000;
const MAX_DEPTH = 64;

/**
 * Reads a PyTorch weight file (`torch.save`), zip-based or legacy, without running anything in it: only tensors, dicts, lists,
 * numbers and text are understood. Tensors are named by their path (`state_dict.conv.weight`); numbers, text and booleans beside
 * them come as metadata. Contiguous tensors are views of `bytes`.
 *
 * @param bytes - The whole file.
 * @throws UsageError if the file is damaged, or asks for anything that is not allowed; the message says what.
 */
export function readTorch(bytes: Uint8Array): WeightFile {
  expect(bytes.length >= 4, SCOPE, `a torch file has at least 4 bytes; got ${bytes.length}.`);
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return collect(isZip ? readZip(bytes) : readLegacy(bytes), bytes.length);
}

/** `<archive>/data.pkl` and, for each storage, `<archive>/data/<key>`. */
function readZip(bytes: Uint8Array): unknown {
  const entries = readStoredZip(bytes);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  expect(
    pickles.length === 1,
    SCOPE,
    `a torch zip holds one data.pkl; got ${pickles.length}. Is this another kind of zip (TorchScript, a package)?`,
  );
  const archive = pickles[0].slice(0, -"data.pkl".length);
  const order = entries.get(`${archive}byteorder`);
  expect(
    order === undefined || new TextDecoder().decode(order) === "little",
    SCOPE,
    "the file was written on a big-endian machine.",
  );
  const load = (id: unknown): TorchStorage => {
    const { type, key, count } = storageId(id);
    return {
      type,
      count,
      bytes: () => {
        const data = entries.get(`${archive}data/${key}`);
        expect(data, SCOPE, `the storage "${key}" is missing. The file is damaged.`);
        return data.subarray(0, count * itemSize(type));
      },
    };
  };
  return readPickle(entries.get(pickles[0]) as Uint8Array, 0, { find: findTorchName, load }).value; // the name came from these entries
}

/** Five pickles (magic, protocol, system, the object, the storages' keys), then the storages: length and data, in that order. */
function readLegacy(bytes: Uint8Array): unknown {
  const storages = new Map<string, Uint8Array>();
  const types = new Map<string, TorchStorage["type"]>();
  const load = (id: unknown): TorchStorage => {
    const { type, key, count, view } = storageId(id);
    expect(view === null, SCOPE, "views of storages (torch before 0.4) are not read. Save the file again with a newer torch.");
    types.set(key, type);
    const find = () => {
      const data = storages.get(key);
      expect(data, SCOPE, `the storage "${key}" is missing. The file is damaged.`);
      return data;
    };
    return { type, count, bytes: find };
  };
  const hooks = { find: findTorchName, load };
  const magic = readPickle(bytes, 0, hooks);
  expect(magic.value === MAGIC, SCOPE, "this is no torch file (its magic number is missing).");
  const protocol = readPickle(bytes, magic.end, hooks);
  expect(protocol.value === PROTOCOL, SCOPE, `the legacy protocol must be ${PROTOCOL}; got ${protocol.value}.`);
  const system = readPickle(bytes, protocol.end, hooks);
  expect(
    !(system.value instanceof Map) || system.value.get("little_endian") !== false,
    SCOPE,
    "the file was written on a big-endian machine.",
  );
  const object = readPickle(bytes, system.end, hooks);
  const keys = readPickle(bytes, object.end, hooks);
  expect(Array.isArray(keys.value), SCOPE, "the list of storages is missing. The file is damaged.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = keys.end;
  for (const key of keys.value) {
    expect(position + 8 <= bytes.length, SCOPE, "the file is truncated.");
    const length = view.getBigInt64(position, true);
    const size = itemSize(types.get(String(key)) ?? "U8");
    expect(length >= 0n && length <= bytes.length, SCOPE, "a storage claims more than the file holds.");
    const end = position + 8 + Number(length) * size;
    expect(end <= bytes.length, SCOPE, "a storage reaches beyond the end; the file is truncated.");
    storages.set(String(key), bytes.subarray(position + 8, end));
    position = end;
  }
  return object.value;
}

/** ("storage", class, key, location, count) and, in legacy files, a view. */
function storageId(id: unknown): { type: TorchStorage["type"]; key: string; count: number; view: unknown } {
  expect(Array.isArray(id) && id.length >= 5 && id[0] === "storage", SCOPE, "a persistent id must be that of a storage.");
  const [, kind, key, , count, view = null] = id;
  expect(isMarker(kind), SCOPE, "a storage must name its class.");
  expect(typeof key === "string" && Number.isSafeInteger(count) && count >= 0, SCOPE, "a storage must have a key and a length.");
  return { type: kind.marker, key, count, view };
}

const itemSize = (type: TorchStorage["type"]): number => (type === "untyped" ? 1 : weightTypes[type].bytes);

/** Walks the object and names what is in it by its path. */
function collect(root: unknown, fileSize: number): WeightFile {
  const tensors = bareRecord<WeightTensor>();
  const metadata = bareRecord<string>();
  const above = new Set<unknown>();
  let numItems = 0;
  const walk = (value: unknown, path: string): void => {
    expect(++numItems <= MAX_ITEMS, SCOPE, `the file unfolds to more than ${MAX_ITEMS} items. It is no weight file.`);
    if (isTorchTensor(value)) {
      tensors[path] = weightFromTorch(path, value, fileSize);
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
