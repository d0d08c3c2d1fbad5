import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { WeightTensor } from "../weight-file.ts";
import { readNpz, writeNpz } from "./npz.ts";
import { readNpy } from "./read-npy.ts";
import { writeNpy } from "./write-npy.ts";

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, "__fixtures__", name)));
const numbers = ({ data }: WeightTensor): number[] => Array.from(data as ArrayLike<number | bigint>, Number);
const base = Array.from({ length: 24 }, (_, i) => i - 5);

describe.each(["stored.npz", "deflated.npz"])("%s", async (name) => {
  const { tensors } = await readNpz(fixture(name));
  test("every type, in both byte orders and both memory orders", () => {
    const typed = Object.keys(tensors).filter((key) => / [CF]$/.test(key));
    expect(typed).toHaveLength(42);
    for (const key of typed) {
      expect(tensors[key].shape).toEqual([2, 3, 4]);
      const wanted = key.startsWith("bool") ? base.map((x) => Math.abs(x % 2)) : key.includes("u") ? base.map(Math.abs) : base;
      expect(numbers(tensors[key]), key).toEqual(wanted);
    }
    expect(tensors["big f2 F"].dtype).toBe("F16");
    expect(tensors["little i8 C"].data).toBeInstanceOf(BigInt64Array);
  });
  test("scalars, vectors, empty and strided arrays", () => {
    expect(tensors.scalar).toMatchObject({ dtype: "F64", shape: [] });
    expect(numbers(tensors.scalar)).toEqual([-0.5]);
    expect(tensors.vector.shape).toEqual([3]);
    expect(tensors.empty).toMatchObject({ shape: [0, 5], data: new Float32Array(0) });
    expect(numbers(tensors.strided)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  });
});

const written: Record<string, WeightTensor> = {
  f2: { dtype: "F16", shape: [2], data: Float32Array.of(1.5, -65504) },
  f4: { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.NaN) },
  f8: { dtype: "F64", shape: [], data: Float64Array.of(Math.PI) },
  i1: { dtype: "I8", shape: [1], data: Int8Array.of(-1) },
  i2: { dtype: "I16", shape: [1], data: Int16Array.of(-300) },
  i4: { dtype: "I32", shape: [1, 1, 1], data: Int32Array.of(-70000) },
  i8: { dtype: "I64", shape: [1], data: BigInt64Array.of(-(2n ** 60n)) },
  u1: { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) },
  u2: { dtype: "U16", shape: [1], data: Uint16Array.of(65535) },
  u4: { dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
  u8: { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  "größe/b1": { dtype: "BOOL", shape: [2], data: Uint8Array.of(0, 1) },
  empty: { dtype: "F32", shape: [0, 2], data: new Float32Array(0) },
};

test("what is written comes back, byte for byte the same each time", async () => {
  const bytes = writeNpz(written);
  expect(writeNpz(written)).toEqual(bytes);
  const { tensors } = await readNpz(bytes);
  expect(Object.keys(tensors)).toEqual(Object.keys(written));
  for (const [name, { dtype, shape, data }] of Object.entries(written)) {
    expect(tensors[name]).toMatchObject({ dtype, shape });
    expect(tensors[name].data).toEqual(data);
    expect(readNpy(writeNpy(written[name])).data).toEqual(data);
  }
});

test("an .npy file of numpy comes out byte for byte", () => {
  const bytes = fixture("one.npy");
  expect(writeNpy(readNpy(bytes))).toEqual(bytes);
  const { data } = readNpy(bytes);
  expect(data.buffer).toBe(bytes.buffer);
});

const python = process.env.QGAN_PEERS_ENV
  ? join(process.env.QGAN_PEERS_ENV, "bin", "python")
  : join(import.meta.dirname, "..", "..", "..", "..", "..", "peers-env", "bin", "python");

test.runIf(existsSync(python))("numpy reads what is written", () => {
  const folder = mkdtempSync(join(tmpdir(), "npz-"));
  try {
    writeFileSync(join(folder, "a.npz"), writeNpz(written));
    writeFileSync(join(folder, "a.npy"), writeNpy(written.f4));
    const script =
      "import numpy as np, sys, json, zipfile\n" +
      "f = np.load(sys.argv[1] + '/a.npz')\n" +
      "assert zipfile.ZipFile(sys.argv[1] + '/a.npz').testzip() is None\n" +
      "one = np.load(sys.argv[1] + '/a.npy')\n" +
      "print(json.dumps([[k, f[k].dtype.str, list(f[k].shape), f[k].astype('f8').ravel()[:3].tolist()] for k in f] + [one.shape]))";
    const { stdout, stderr } = spawnSync(python, ["-c", script, folder], { encoding: "utf8" });
    expect(stderr).toBe("");
    const read = JSON.parse(stdout) as [string, string, number[], number[]][];
    expect(read.pop()).toEqual([2, 2]);
    for (const [name, type, shape, values] of read) {
      expect(type.slice(1)).toBe(name === "empty" ? "f4" : name.slice(-2));
      expect(shape).toEqual(written[name].shape);
      expect(values).toEqual(numbers(written[name]).slice(0, 3));
    }
    expect(read.map(([name]) => name)).toEqual(Object.keys(written));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is no plain number is refused by what it is", () => {
  const message = (name: string) => {
    try {
      readNpy(fixture(name));
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  expect(message("object.npy")).toContain("holds objects, which can only be read by running what is in the file (dtype |O)");
  expect(message("record.npy")).toContain("records");
  expect(message("text.npy")).toContain("holds text (dtype <U2)");
  expect(message("complex.npy")).toContain("complex numbers");
  expect(() => writeNpy({ dtype: "BF16", shape: [1], data: new Float32Array(1) })).toThrow("has dtype BF16");
  expect(() => writeNpz({ "": written.f4 })).toThrow("a name must have letters");
});

test("a small file of much compressed data is opened only as far as is allowed", async () => {
  await expect(readNpz(fixture("deflated.npz"), { maxInflatedBytes: 1000 })).rejects.toThrow("maxInflatedBytes is 1000");
});
