import { UsageError } from "repro-kit";
import { describe, expect, test } from "vitest";
import { readNpz } from "../numpy/npz.ts";
import { readNpy } from "../numpy/read-npy.ts";
import { readWeights } from "../read-weights.ts";
import { readTorch } from "../torch/read-torch.ts";
import { crc32 } from "../zip/crc32.ts";
import { type CraftedZip, craftZip, little } from "./craft-zips.ts";
import { deflateZip, fortranNpy, sampleFiles } from "./sample-files.ts";
import { legacyFile, sampleLegacy, sampleTensor, storageId, torchZip } from "./sample-torch.ts";
import { type PickleItem, writePickle } from "./write-pickle.ts";

const npy = fortranNpy();
/** An .npy file with a header of that text. */
const headed = (header: string, data: readonly number[] = [], version = 1, length = header.length): Uint8Array =>
  Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0],
    ...little(length, version === 1 ? 2 : 4),
    ...new TextEncoder().encode(header),
    ...data,
  ]);
const described = (descr: string, shape: string, order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
const zipped = (zip: CraftedZip): Uint8Array => craftZip(zip);
const intact = crc32(npy);

const npyFiles: [what: string, bytes: Uint8Array, message: string][] = [
  ["empty", new Uint8Array(0), "begins with"],
  ["cut in the magic", npy.subarray(0, 4), "begins with"],
  ["cut in the length", npy.subarray(0, 9), "the header is truncated"],
  ["cut in the header", npy.subarray(0, 60), "the header claims 118 bytes; 50 follow"],
  ["cut in the data", npy.subarray(0, -1), "23 bytes of data follow; shape (2, 3) and type >i4 need 24"],
  ["bytes at the end", Uint8Array.from([...npy, 0]), "25 bytes of data follow"],
  ["another magic", npy.map((byte, i) => (i === 1 ? 0x6e : byte)), "begins with"],
  ["version 0", headed(described("'<f4'", "()"), [0, 0, 0, 0], 0), "version must be 1, 2 or 3; got 0"],
  ["version 4", headed(described("'<f4'", "()"), [0, 0, 0, 0], 4), "version must be 1, 2 or 3; got 4"],
  ["a header of 4 GB", headed("{}", [], 2, 2 ** 32 - 1), "may take 10000 bytes; it claims 4294967295"],
  ["a header beyond the end", headed("{}", [], 1, 5000), "claims 5000 bytes"],
  ["no dict", headed("[1, 2]"), "must be a dict"],
  ["an empty dict", headed("{}"), "must hold descr, fortran_order and shape"],
  ["a field too few", headed("{'descr': '<f4', 'shape': (), }"), "must hold descr"],
  ["a field too many", headed("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1, }"), "nothing else"],
  ["a field twice", headed("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (), }"), 'says "descr" twice'],
  ["code after the dict", headed(`${described("'<f4'", "()")} or exit()`), "nothing else"],
  ["code for a shape", headed(described("'<f4'", "__import__('os').system('true')")), "nothing else"],
  ["a negative size", headed(described("'<f4'", "(-1,)")), "nothing else"],
  ["a size of 40 digits", headed(described("'<f4'", `(${"9".repeat(40)},)`)), "tuple of at most 64 sizes"],
  ["a product beyond 2^53", headed(described("'<f4'", "(67108864, 67108864, 67108864)")), "takes less than 2^53 bytes"],
  ["a shape beyond the data", headed(described("'<f4'", "(1000000,)"), [0, 0, 0, 0]), "need 4000000"],
  ["65 axes", headed(described("'<f4'", `(${"1,".repeat(65)})`), [0, 0, 0, 0]), "at most 64 sizes"],
  ["an order that is no flag", headed(described("'<f4'", "()", "'no'")), '"fortran_order" is damaged'],
  ["a shape that is text", headed(described("'<f4'", "'(3,)'")), '"shape" is damaged'],
  ["a type that is a flag", headed(described("True", "()")), '"descr" is damaged'],
  ["objects", headed(described("'|O'", "(2,)"), Array(16).fill(0)), "holds objects, which can only be read by running"],
  ["floats of 3 bytes", headed(described("'<f3'", "()"), [0, 0, 0]), 'got "<f3"'],
  ["long doubles", headed(described("'<f16'", "()"), Array(16).fill(0)), 'got "<f16"'],
  ["a type of the prototype", headed(described("'constructor'", "()")), "the dtype must be one of"],
  ["records", headed(described("[('a', '<f4')]", "()"), [0, 0, 0, 0]), "records"],
];

const npzFiles: [what: string, bytes: Uint8Array, message: string][] = [
  ["empty", new Uint8Array(0), "without a zip directory"],
  ["no end record", zipped({ endSignature: 0 }), "without a zip directory"],
  ["cut", zipped({}).subarray(0, 100), "without a zip directory"],
  ["more entries than there are", zipped({ count: 2 }), "more entries than the file can hold"],
  ["more entries than fit", zipped({ count: 60_000 }), "more entries than the file can hold"],
  ["a directory elsewhere", zipped({ directoryOffset: 3 }), "the zip's directory is damaged"],
  ["a directory beyond the end", zipped({ directoryOffset: 2 ** 31 }), "more entries than the file can hold"],
  ["an entry elsewhere", zipped({ entries: [{ offset: 7 }] }), "does not lie where the zip says"],
  ["an entry beyond the end", zipped({ entries: [{ offset: 2 ** 31 }] }), "does not lie where the zip says"],
  ["another local header", zipped({ entries: [{ localSignature: 1 }] }), "does not lie where the zip says"],
  ["a size beyond the end", zipped({ entries: [{ size: 2 ** 31, packed: 2 ** 31 }] }), "reaches beyond the end"],
  ["two sizes of a stored entry", zipped({ entries: [{ size: 10 }] }), "in another size than its own"],
  ["an entry twice", zipped({ entries: [{}, {}] }), 'holds "a.npy" twice'],
  ["two names for the same bytes", zipped({ entries: [{}, { name: "b.npy", offset: 0 }] }), "overlaps another"],
  ["an encrypted entry", zipped({ entries: [{ flags: 1 }] }), "is encrypted"],
  ["another method", zipped({ entries: [{ method: 12 }] }), "packed by method 12"],
  [
    "a zip64 field cut off",
    zipped({ entries: [{ size: 2 ** 32 - 1, extra: [1, 0, 4, 0, 0, 0, 0, 0] }] }),
    "zip64 field is truncated",
  ],
  [
    "a zip64 size of 2^60",
    zipped({ entries: [{ size: 2 ** 32 - 1, extra: [1, 0, 8, 0, ...little(2 ** 60, 8)] }] }),
    "impossible length",
  ],
  ["a wrong checksum", zipped({ entries: [{ crc32: intact ^ 1 }] }), "its checksum is wrong"],
  ["no array", zipped({ entries: [{ name: "evil.py", crc32: intact }] }), 'holds .npy arrays; got "evil.py"'],
  [
    "a damaged array",
    zipped({ entries: [{ contents: npy.subarray(0, 20), crc32: crc32(npy.subarray(0, 20)) }] }),
    "[readNpz: a.npy]",
  ],
  [
    "a deflate stream that is none",
    zipped({ entries: [{ method: 8, crc32: intact, contents: Uint8Array.of(7, 7, 7), size: 100 }] }),
    "is damaged",
  ],
  ["a deflated entry that claims too much", zipped({ entries: [{ method: 8, size: 2 ** 30 }] }), "more than its"],
];

/** The deflated sample with another size in both headers, or with its stream cut. */
function lyingDeflate(size: number): Uint8Array {
  const bytes = deflateZip(craftZip({ entries: [{ crc32: intact }] })).slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (view.getUint32(at, true) === 0x04034b50) view.setUint32(at + 22, size, true);
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, size, true);
  }
  return bytes;
}

const tensorOn = (storage: PickleItem, shape: readonly number[], strides?: readonly number[]): PickleItem =>
  sampleTensor({ storage, shape, ...(strides ? { strides } : {}) });
const floats = (key: string, count: number): PickleItem => ({ persistent: storageId("FloatStorage", key, count) });
const four = [{ key: "0", count: 1, bytes: new Uint8Array(4) }];
const zipWith = (object: PickleItem): Uint8Array => torchZip(writePickle(object), four);

const torchFiles: [what: string, bytes: Uint8Array, message: string][] = [
  ["a legacy file cut in its data", sampleLegacy().subarray(0, -3), "truncated"],
  ["a storage with another length", legacyFile(floatsIn("0", 2), four), "another length than the object says"],
  ["a storage without data", legacyFile(floatsIn("0", 1), []), "is missing"],
  ["a storage that nobody asked for", legacyFile(7, four), "does not fit the object"],
  ["a storage twice", legacyFile(floatsIn("0", 1), [...four, ...four]), "does not fit the object"],
  ["a storage of two lengths", legacyFile([floatsIn("0", 1), floatsIn("0", 2)], four), "has two types or lengths"],
  ["a zip without the storage", zipWith([tensorOn(floats("7", 1), [1])]), 'the storage "7" is missing'],
  ["a zip with too short a storage", zipWith([tensorOn(floats("0", 2), [2])]), "shorter than the file says"],
  ["a tensor beyond its storage", zipWith([tensorOn(floats("0", 1), [2])]), "reaches beyond its storage"],
  ["a stride beyond", zipWith([tensorOn(floats("0", 1), [2], [1000])]), "reaches beyond its storage"],
  ["a shape larger than the file", zipWith([tensorOn(floats("0", 1), [100_000], [0])]), "more than the file holds"],
  [
    "tensors that unfold to more than the file",
    zipWith(Array.from({ length: 4000 }, () => tensorOn(floats("0", 1), [300], [0]))),
    "unfold to more than the file",
  ],
  ["two data.pkl", craftZip({ entries: [{ name: "a/data.pkl" }, { name: "b/data.pkl" }] }), "holds one data.pkl; got 2"],
  ["a compressed zip", deflateZip(torchZip(writePickle(null), four)), "is compressed; torch stores"],
  ["two tensors of one name", zipWith(new Map<PickleItem, PickleItem>([["a.b", tensorOn(floats("0", 1), [1])], ["a", new Map([["b", tensorOn(floats("0", 1), [1])]])]])), 'two tensors are named "a.b"'], // biome-ignore format: one row
];

function floatsIn(key: string, count: number): PickleItem {
  return tensorOn({ persistent: { tuple: ["storage", { global: ["torch", "FloatStorage"] }, key, "cpu", count, null] } }, [1]);
}

async function messageOf(read: () => unknown): Promise<string> {
  try {
    await read();
  } catch (error) {
    expect(UsageError.isInstance(error), String((error as Error).stack)).toBe(true);
    return (error as Error).message;
  }
  return "it was read";
}

test.each(npyFiles)("npy: %s", async (_, bytes, message) => {
  expect(await messageOf(() => readNpy(bytes))).toContain(message);
});
test.each([
  ...npzFiles,
  ["a deflated entry that is longer than it says", lyingDeflate(100), "does not have the 100 bytes"],
  ["a deflated entry that is shorter than it says", lyingDeflate(200), "does not have the 200 bytes"],
] as const)("npz: %s", async (_, bytes, message) => {
  expect(await messageOf(() => readNpz(bytes))).toContain(message);
});
test.each(torchFiles)("torch: %s", async (_, bytes, message) => {
  expect(await messageOf(() => readTorch(bytes))).toContain(message);
});

describe.each(sampleFiles())("$format", ({ bytes, wrap, read }) => {
  test("cut after any byte, it is refused in a sentence", async () => {
    for (let length = 0; length < bytes.length; length += 1 + (bytes.length >> 7)) {
      const cut = bytes.subarray(0, length);
      expect(await messageOf(() => read(wrap?.(cut) ?? cut))).toMatch(/^\[.+\] .+\.$/s);
    }
  });
});

test("readWeights knows a format by its bytes", async () => {
  for (const { format, bytes, wrap } of sampleFiles()) {
    const file = wrap?.(bytes) ?? bytes;
    if (format.startsWith("StyleGAN2")) await expect(readWeights(file)).rejects.toThrow("readStyleGanPickle");
    else expect(Object.keys((await readWeights(file)).tensors).length, format).toBeGreaterThan(0);
  }
  await expect(readWeights(new TextEncoder().encode("this is some text, no weights"))).rejects.toThrow("none of safetensors");
  await expect(readWeights(new Uint8Array(0))).rejects.toThrow("at least 8 bytes");
});
