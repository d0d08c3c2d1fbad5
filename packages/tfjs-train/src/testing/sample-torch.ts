import { writeStoredZip } from "../zip/write-stored-zip.ts";
import { type PickleItem, writePickle } from "./write-pickle.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
export const orderedDict: PickleItem = { call: { global: ["collections", "OrderedDict"] }, args: [] };

/** A tensor of a test file. */
export interface SampleTensor {
  readonly storage: PickleItem;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
  readonly offset?: number;
}

export const storageId = (type: string, key: string, count: number): PickleItem => ({
  tuple: ["storage", { global: ["torch", type] }, key, "cpu", count],
});

/** `_rebuild_tensor_v2`, row-major where no strides are given. */
export function sampleTensor({ storage, shape, strides, offset = 0 }: SampleTensor): PickleItem {
  const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  return {
    call: { global: ["torch._utils", "_rebuild_tensor_v2"] },
    args: [storage, offset, { tuple: shape }, { tuple: strides ?? rowMajor }, false, orderedDict],
  };
}

/** The five pickles of a legacy file around an object, then storages of the given bytes; `counts` in elements. */
export function legacyFile(
  object: PickleItem,
  storages: readonly { key: string; count: number; bytes: Uint8Array }[],
): Uint8Array {
  const system = new Map<PickleItem, PickleItem>([["protocol_version", 1001], ["little_endian", true]]); // biome-ignore format: one entry
  const parts = [MAGIC, 1001, system, object, storages.map(({ key }) => key)].map((item) => [...writePickle(item)]);
  const data = storages.flatMap(({ count, bytes }) => [...new Uint8Array(BigInt64Array.of(BigInt(count)).buffer), ...bytes]);
  return Uint8Array.from([...parts.flat(), ...data]);
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const longs = (...values: bigint[]): Uint8Array => new Uint8Array(BigInt64Array.from(values).buffer);

/** A state dict: a matrix, a transposed view of it, a vector of halves, a counter, and numbers and text beside them. */
function stateDict(protocolId: (type: string, key: string, count: number) => PickleItem): PickleItem {
  const matrix: PickleItem = { persistent: protocolId("FloatStorage", "0", 6) };
  return new Map<PickleItem, PickleItem>([
    [
      "model",
      new Map<PickleItem, PickleItem>([
        ["conv.weight", sampleTensor({ storage: matrix, shape: [2, 3] })],
        ["conv.turned", sampleTensor({ storage: matrix, shape: [3, 2], strides: [1, 3] })],
        ["half", sampleTensor({ storage: { persistent: protocolId("HalfStorage", "1", 3) }, shape: [3] })],
        ["steps", sampleTensor({ storage: { persistent: protocolId("LongStorage", "2", 1) }, shape: [] })],
      ]),
    ],
    ["epoch", 12],
    ["rate", 0.5],
    ["name", "sample"],
  ]);
}
const storages = [
  { key: "0", count: 6, bytes: floats(1, 2, 3, 4, 5, 6) },
  { key: "1", count: 3, bytes: Uint8Array.of(0, 0x3c, 0, 0xbc, 0, 0x40) },
  { key: "2", count: 1, bytes: longs(7n) },
];

export function sampleLegacy(): Uint8Array {
  const withView = (type: string, key: string, count: number): PickleItem => ({
    tuple: ["storage", { global: ["torch", type] }, key, "cpu", count, null],
  });
  return legacyFile(stateDict(withView), storages);
}

/** Wraps a pickle and storages as torch's zip. */
export function torchZip(pickle: Uint8Array, data = storages): Uint8Array {
  return writeStoredZip(
    [
      ["archive/data.pkl", pickle],
      ["archive/byteorder", new TextEncoder().encode("little")],
      ...data.map(({ key, bytes }) => [`archive/data/${key}`, bytes] as const),
      ["archive/version", new TextEncoder().encode("3\n")],
    ],
    "torchZip",
  );
}

export const sampleTorchPickle = (): Uint8Array => writePickle(stateDict(storageId));
export const sampleTorchZip = (): Uint8Array => torchZip(sampleTorchPickle());
