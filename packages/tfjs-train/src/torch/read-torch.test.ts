import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRng, UsageError } from "repro-kit";
import { describe, expect, test } from "vitest";
import { readWeights } from "../read-weights.ts";
import type { WeightFile } from "../weight-file.ts";
import { readTorch } from "./read-torch.ts";

const NUM_MUTATIONS = 4_000;
/** CPU time: a machine that does other things too may let a test wait. */
const MAX_CPU_MS = 1000;

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, "__fixtures__", name));
const values = (file: WeightFile, name: string): unknown[] => [...(file.tensors[name].data as Iterable<unknown>)];

test("a state_dict comes with its names, shapes and values", () => {
  const file = readTorch(fixture("state-dict.pth"));
  expect(Object.keys(file.tensors)).toEqual([
    ...["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"],
    ...["2.weight", "2.bias"],
  ]);
  expect(file.tensors["0.weight"]).toMatchObject({ dtype: "F32", shape: [4, 3, 3, 3] });
  expect(values(file, "0.weight").slice(0, 4)).toEqual([0, 0.125, 0.25, 0.375]);
  expect(values(file, "2.weight")).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25]);
  expect(values(file, "1.num_batches_tracked")).toEqual([0n]);
});

describe.each(["mixed.pth", "mixed-legacy.pth"])("%s", (name) => {
  const file = readTorch(fixture(name));
  test("every element type", () => {
    expect(values(file, "double")).toEqual([1.5, -2.25]);
    expect(values(file, "half")).toEqual([1, 0.333251953125, -65504, 2 ** -14, Number.POSITIVE_INFINITY]);
    expect(values(file, "bfloat")).toEqual([1, -3.140625]);
    expect(values(file, "long")).toEqual([1n, -(2n ** 40n), 3n, 4n]);
    expect(values(file, "int")).toEqual([7, -8]);
    expect(values(file, "short")).toEqual([300, -300]);
    expect(values(file, "char")).toEqual([-5, 5]);
    expect(values(file, "byte")).toEqual([250, 3]);
    expect(values(file, "bool")).toEqual([1, 0, 1]);
    expect(file.tensors.scalar.shape).toEqual([]);
    expect(values(file, "scalar")).toEqual([3.5]);
    expect(file.tensors.empty.shape).toEqual([0, 3]);
  });
  test("views, shared storages, parameters and nested containers", () => {
    expect(file.tensors.transposed.shape).toEqual([6, 4]);
    expect(values(file, "transposed").slice(0, 5)).toEqual([0, 6, 12, 18, 1]);
    expect(values(file, "slice")).toEqual([8, 10, 14, 16]);
    expect(values(file, "shared")).toHaveLength(24);
    expect(values(file, "parameter")).toEqual([9]);
    expect(values(file, "nested.list.1")).toEqual([2]);
    expect(file.metadata).toMatchObject({
      "nested.epoch": "12",
      "nested.name": "α",
      "nested.rate": "0.5",
      "nested.flag": "true",
    });
  });
});

test.each(["beside.pth", "beside-legacy.pth"])("%s: numpy arrays and scalars, devices and sizes beside the tensors", (name) => {
  const file = readTorch(fixture(name));
  expect(file.tensors.mean).toMatchObject({ dtype: "F64", shape: [2, 3] });
  expect(values(file, "mean")).toEqual([0, 1, 2, 3, 4, 5]);
  expect(file.tensors.turned).toMatchObject({ dtype: "I32", shape: [2, 3] });
  expect(values(file, "turned")).toEqual([0, 1, 2, 3, 4, 5]);
  expect(values(file, "weight")).toEqual([1, 1]);
  expect({ ...file.metadata }).toEqual({ best: "0.75", device: "cuda:1", "size.0": "3", "size.1": "4" });
});

test.each([3, 4, 5])("a legacy file of protocol %i is read, and known by its beginning", async (protocol) => {
  const bytes = fixture(`legacy-protocol-${protocol}.pth`);
  expect(values(readTorch(bytes), "w")).toEqual([1.5, -2]);
  expect(values(await readWeights(bytes), "w")).toEqual([1.5, -2]);
});

test("a tensor that is stored with the opposite sign is refused, not read with the wrong one", () => {
  expect(() => readTorch(fixture("negative-view.pth"))).toThrow("a tensor is stored with the opposite sign");
});

test("TorchScript is named as what it is", () => {
  expect(() => readTorch(fixture("script.pth"))).toThrow("the file is TorchScript, a program. Save its state_dict() alone.");
});

test("a whole module is refused by the name that it asks for", () => {
  expect(() => readTorch(fixture("module.pth"))).toThrow(
    'asks for "torch.nn.modules.container.Sequential", which is not allowed',
  );
});

/** A legacy file up to the object, which is the given pickle. */
function legacy(pickle: string | readonly number[]): Uint8Array {
  const original = fixture("mixed-legacy.pth");
  const start = legacyObjectStart(original);
  const body = typeof pickle === "string" ? [...pickle].map((letter) => letter.charCodeAt(0)) : pickle;
  const keys = [0x80, 2, 0x5d, 0x2e]; // []
  return Uint8Array.from([...original.subarray(0, start), ...body, ...keys]);
}
function legacyObjectStart(bytes: Uint8Array): number {
  let start = 0;
  for (let pickles = 0; pickles < 3; pickles++) start = bytes.indexOf(0x2e, start) + 1;
  return start;
}

describe("a hostile pickle is refused", () => {
  const text = (value: string) => [0x8c, value.length, ...[...value].map((letter) => letter.charCodeAt(0))];
  const cases: [what: string, pickle: string | readonly number[], message: string][] = [
    ["os.system by GLOBAL", "\x80\x02cos\nsystem\n\x8c\x02id\x85R.", 'asks for "os.system"'],
    ["eval by STACK_GLOBAL", [0x80, 4, ...text("builtins"), ...text("eval"), 0x93, 0x2e], 'asks for "builtins.eval"'],
    ["getattr", "\x80\x02c__builtin__\ngetattr\n.", 'asks for "__builtin__.getattr"'],
    ["a name of the prototype", "\x80\x02ctorch\nconstructor\n.", 'asks for "torch.constructor"'],
    ["INST", "\x80\x02(ios\nsystem\n.", "opcode 0x69"],
    ["EXT1", "\x80\x02\x82\x01.", "opcode 0x82"],
    ["PERSID as text", "\x80\x02Pabc\n.", "opcode 0x50"],
    ["protocol 6", "\x80\x06N.", "newer protocol"],
    ["stack underflow", "\x80\x020.", "takes more from its stack"],
    ["mark missing", "\x80\x02t.", "no mark"],
    ["unknown memo", "\x80\x02h\x07.", "recalls item 7"],
    ["call of a number", "\x80\x02K\x01)R.", "cannot be called"],
    ["items of a list", "\x80\x02]K\x01K\x02s.", "no dict"],
    ["append to a dict", "\x80\x02}K\x01a.", "no list"],
    ["text of 4 GB", "\x80\x02X\xff\xff\xff\xff.", "truncated"],
    ["text of 2^60", "\x80\x04\x8d\x00\x00\x00\x00\x00\x00\x00\x10.", "beyond the file"],
    ["giant integer", "\x80\x02\x8b\xff\xff\x00\x00.", "no number of a data file"],
    ["list in itself", "\x80\x02]q\x00h\x00a.", "inside itself"],
    ["storage id of another kind", "\x80\x02\x8c\x01xQ.", "that of a storage"],
    ["end missing", "\x80\x02N", "truncated"],
  ];
  test.each(cases)("%s", (_, pickle, message) => {
    expect(() => readTorch(legacy(pickle))).toThrow(message);
  });

  test("a billion laughs ends soon", () => {
    let pickle = "\x80\x02]q\x00";
    for (let i = 0; i < 40; i++)
      pickle += `]q${String.fromCharCode(i + 1)}h${String.fromCharCode(i)}ah${String.fromCharCode(i)}a`;
    const start = process.cpuUsage();
    expect(() => readTorch(legacy(`${pickle}.`))).toThrow("unfolds to more than");
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(MAX_CPU_MS);
  });
});

test("no file that is none is taken for one", () => {
  expect(() => readTorch(new Uint8Array(0))).toThrow("at least 4 bytes");
  expect(() => readTorch(Uint8Array.of(0x50, 0x4b, 3, 4))).toThrow("truncated");
  expect(() => readTorch(new TextEncoder().encode("hello world, this is text"))).toThrow(UsageError);
  expect(() => readTorch(fixture("state-dict.pth").subarray(0, 3000))).toThrow("truncated");
  expect(() => readTorch(fixture("mixed-legacy.pth").subarray(0, -3))).toThrow("truncated");
});

test.each(["state-dict.pth", "mixed.pth", "mixed-legacy.pth"])(
  `${NUM_MUTATIONS} random mutations of %s are read or refused`,
  (name) => {
    const rng = createRng(2);
    const original = fixture(name);
    let slowest = 0;
    for (let i = 0; i < NUM_MUTATIONS; i++) {
      const bytes = new Uint8Array(original.subarray(0, rng.integer(8) === 0 ? rng.integer(original.length) : original.length));
      for (let k = rng.integer(5); k >= 0; k--) if (bytes.length > 0) bytes[rng.integer(bytes.length)] = rng.integer(256);
      const start = process.cpuUsage();
      try {
        for (const { data } of Object.values(readTorch(bytes).tensors))
          expect(data.byteLength).toBeLessThanOrEqual(2 * original.length);
      } catch (error) {
        if (!UsageError.isInstance(error)) throw error;
      }
      slowest = Math.max(slowest, process.cpuUsage(start).user / 1000);
    }
    expect(slowest).toBeLessThan(MAX_CPU_MS);
  },
);
