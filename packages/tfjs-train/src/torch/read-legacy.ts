import { expect } from "repro-kit";
import { type PickleNames, readPickle } from "repro-kit/pickle";
import { isMarker, itemSize, type TorchStorage, torchStorage } from "./torch-names.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

export interface ReadLegacyOptions {
  /** What the pickles may name. */
  readonly allowed: PickleNames;
  readonly scope: string;
  readonly advice: string;
}

/**
 * The object of a legacy torch file: five pickles (magic, protocol, system, the object, the storages' keys), then the storages,
 * each its length and its data, in that order.
 *
 * @throws UsageError if the file is damaged, or asks for anything that is not allowed.
 */
export function readLegacy(bytes: Uint8Array, options: ReadLegacyOptions): unknown {
  const { scope } = options;
  const data = new Map<string, Uint8Array>();
  const storages = new Map<string, TorchStorage>();
  const load = (id: unknown): TorchStorage => {
    const { type, key, count, view } = storageId(id, scope);
    expect(view === null, scope, "views of storages (torch before 0.4) are not read. Save the file again with a newer torch.");
    const known = storages.get(key);
    expect(
      !known || (known.type === type && known.count === count),
      scope,
      `the storage "${brief(key)}" has two types or lengths. The file is damaged.`,
    );
    const storage = known ?? torchStorage(type, count, () => dataOf(key));
    storages.set(key, storage);
    return storage;
  };
  const dataOf = (key: string): Uint8Array => {
    const found = data.get(key);
    expect(found, scope, `the storage "${brief(key)}" is missing. The file is damaged.`);
    return found;
  };
  const read = (start: number) => readPickle(bytes, { ...options, load, start });
  const magic = read(0);
  expect(magic.value === MAGIC, scope, "this is no torch file (its magic number is missing).");
  const protocol = read(magic.end);
  expect(protocol.value === PROTOCOL, scope, `the legacy protocol must be ${PROTOCOL}; got another.`);
  const system = read(protocol.end);
  expect(
    !(system.value instanceof Map) || system.value.get("little_endian") !== false,
    scope,
    "the file was written on a big-endian machine.",
  );
  const object = read(system.end);
  const keys = read(object.end);
  expect(Array.isArray(keys.value), scope, "the list of storages is missing. The file is damaged.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = keys.end;
  for (const name of keys.value) {
    const key = typeof name === "string" ? name : "";
    const storage = storages.get(key);
    expect(storage && !data.has(key), scope, "the list of storages does not fit the object. The file is damaged.");
    expect(position + 8 <= bytes.length, scope, "the file is truncated.");
    const length = view.getBigInt64(position, true);
    expect(
      length === BigInt(storage.count),
      scope,
      `the storage "${brief(key)}" has another length than the object says. The file is damaged.`,
    );
    const end = position + 8 + storage.count * itemSize(storage.type);
    expect(end <= bytes.length, scope, "a storage reaches beyond the end; the file is truncated.");
    data.set(key, bytes.subarray(position + 8, end));
    position = end;
  }
  return object.value;
}

/** ("storage", class, key, location, count) and, in legacy files, a view. */
export function storageId(id: unknown, scope: string): { type: TorchStorage["type"]; key: string; count: number; view: unknown } {
  expect(Array.isArray(id) && id.length >= 5 && id[0] === "storage", scope, "a persistent id must be that of a storage.");
  const [, kind, key, , count, view = null] = id;
  expect(isMarker(kind), scope, "a storage must name its class.");
  expect(typeof key === "string" && Number.isSafeInteger(count) && count >= 0, scope, "a storage must have a key and a length.");
  return { type: kind.marker, key, count, view };
}

const brief = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
