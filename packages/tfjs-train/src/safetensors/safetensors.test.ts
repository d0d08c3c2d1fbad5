import { Buffer } from "node:buffer";
import { createRng, UsageError } from "repro-kit";
import { describe, expect, test } from "vitest";
import { bfloatToFloat, halfToFloat } from "../half-floats.ts";
import type { WeightTensor } from "../weight-file.ts";
import { readSafetensors } from "./read-safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const NUM_MUTATIONS = 20_000;

/** A file with the given header text and data. */
function craft(header: string | object, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}
const entry = (begin: number, end: number, shape: unknown = [end - begin], dtype: unknown = "U8") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const all: Record<string, WeightTensor> = {
  b: { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, -2, 3.5, Number.NaN) },
  a: { dtype: "F64", shape: [1], data: Float64Array.of(Math.PI) },
  "c.long": { dtype: "I64", shape: [2], data: BigInt64Array.of(1n, -(2n ** 40n)) },
  i: { dtype: "I32", shape: [], data: Int32Array.of(-7) },
  s: { dtype: "I16", shape: [3], data: Int16Array.of(1, -2, 3) },
  t: { dtype: "I8", shape: [1, 1], data: Int8Array.of(-8) },
  u: { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) },
  z: { dtype: "BOOL", shape: [2], data: Uint8Array.of(0, 1) },
  "empty ü": { dtype: "F32", shape: [0, 5], data: new Float32Array(0) },
  __proto: { dtype: "U16", shape: [1], data: Uint16Array.of(65535) },
};

describe("writeSafetensors and readSafetensors", () => {
  test("every type, shape and name comes back; the bytes do not depend on the order given", () => {
    const bytes = writeSafetensors(all, { note: "x", format: "pt" });
    const reversed = Object.fromEntries(Object.entries(all).reverse());
    expect(writeSafetensors(reversed, { format: "pt", note: "x" })).toEqual(bytes);
    const { tensors, metadata } = readSafetensors(bytes);
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(all).sort());
    for (const [name, { dtype, shape, data }] of Object.entries(all)) {
      expect(tensors[name]).toMatchObject({ dtype, shape });
      expect(tensors[name].data).toEqual(data);
    }
    expect({ ...metadata }).toEqual({ note: "x", format: "pt" });
  });

  test("data are views where aligned, and right where the file lies crooked, in a Buffer too", () => {
    const bytes = writeSafetensors(all);
    expect(readSafetensors(bytes).tensors.b.data.buffer).toBe(bytes.buffer);
    for (let shift = 1; shift < 8; shift++) {
      const buffer = Buffer.alloc(bytes.length + shift);
      buffer.set(bytes, shift);
      const { tensors } = readSafetensors(buffer.subarray(shift));
      expect(tensors.a.data).toEqual(all.a.data);
      expect(tensors["c.long"].data).toEqual(all["c.long"].data);
    }
  });

  test("halves are widened exactly", () => {
    const halves = craft(
      { h: entry(0, 8, [4], "F16"), b: entry(8, 12, [2], "BF16") },
      [0x00, 0x3c, 0xff, 0x7b, 1, 0, 0, 0xfc, 0x80, 0x3f, 0x49, 0xc0],
    );
    const { tensors } = readSafetensors(halves);
    expect([...(tensors.h.data as Float32Array)]).toEqual([1, 65504, 2 ** -24, Number.NEGATIVE_INFINITY]);
    expect([...(tensors.b.data as Float32Array)]).toEqual([1, -3.140625]);
    expect(halfToFloat(0x7e00)).toBeNaN();
    expect(Object.is(halfToFloat(0x8000), -0)).toBe(true);
    expect(bfloatToFloat(0x7f80)).toBe(Number.POSITIVE_INFINITY);
  });

  test("a name like __proto__ is a name", () => {
    const { tensors, metadata } = readSafetensors(
      craft(
        '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{"__proto__":"m","constructor":"c"}}',
        [9],
      ),
    );
    expect(Object.getPrototypeOf(tensors)).toBe(null);
    expect(Object.keys(tensors)).toEqual(["__proto__"]);
    expect(Object.entries(metadata)).toEqual([
      ["__proto__", "m"],
      ["constructor", "c"],
    ]);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });

  test("what cannot be written is said", () => {
    expect(() => writeSafetensors({ a: { dtype: "F32", shape: [3], data: new Float32Array(2) } })).toThrow(
      "has shape [3] but 2 values",
    );
    const unknown = { dtype: "F8", shape: [2], data: new Float32Array(2) } as unknown as WeightTensor;
    expect(() => writeSafetensors({ a: unknown })).toThrow("Write it as F32");
    expect(() => writeSafetensors({ a: { dtype: "F32", shape: [2], data: new Float64Array(2) } })).toThrow(
      "must be a Float32Array",
    );
    expect(() => writeSafetensors({ __metadata__: { dtype: "U8", shape: [1], data: new Uint8Array(1) } })).toThrow(
      "may not be named",
    );
  });
});

describe("a lying file is refused with a sentence", () => {
  const ok = entry(0, 4);
  const cases: [what: string, file: Uint8Array, message: string][] = [
    ["empty", new Uint8Array(0), "at least 8 bytes"],
    ["cut in the length", new Uint8Array(7), "at least 8 bytes"],
    ["header beyond the end", craft({ a: ok }, [1, 2, 3, 4]).subarray(0, 20), "truncated"],
    ["giant header", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127, 123), "may take 100000000"],
    ["header of zero bytes", craft("", [0x20]), "must begin with {"],
    ["no JSON", craft("{nope", []), "must be JSON"],
    ["no UTF-8", craft('{"a":"', [0xff]), "must be JSON"],
    ["an array", craft("[1]"), "must begin with {"],
    ["metadata of numbers", craft({ __metadata__: { a: 1 } }), "strings only"],
    ["metadata a list", craft({ __metadata__: [] }), "object of strings"],
    ["entry a number", craft({ a: 1 }), "must be an object"],
    ["unknown dtype", craft({ a: entry(0, 4, [4], "F7") }, [1, 2, 3, 4]), "must be one of"],
    ["dtype of the prototype", craft({ a: entry(0, 4, [4], "constructor") }, [1, 2, 3, 4]), "must be one of"],
    ["shape no list", craft({ a: entry(0, 4, 4) }, [1, 2, 3, 4]), "array of at most"],
    ["negative size", craft({ a: entry(0, 4, [-4]) }, [1, 2, 3, 4]), "non-negative integers"],
    ["fractional size", craft({ a: entry(0, 4, [4.5]) }, [1, 2, 3, 4]), "non-negative integers"],
    ["overflowing shape", craft({ a: entry(0, 4, [2 ** 30, 2 ** 30, 2 ** 30]) }, [1, 2, 3, 4]), "below 2^53"],
    ["too many axes", craft({ a: entry(0, 4, Array(65).fill(1)) }, [1, 2, 3, 4]), "at most 64"],
    ["shape too large for its data", craft({ a: entry(0, 4, [5]) }, [1, 2, 3, 4]), "take 4 bytes"],
    ["shape too small", craft({ a: entry(0, 4, [3]) }, [1, 2, 3, 4]), "take 4 bytes"],
    ["wrong size for F32", craft({ a: entry(0, 4, [4], "F32") }, [1, 2, 3, 4]), "need 16"],
    ["offsets reversed", craft({ a: entry(4, 0, [4]) }, [1, 2, 3, 4]), "outside the 4 bytes"],
    ["offsets beyond", craft({ a: entry(0, 5, [5]) }, [1, 2, 3, 4]), "outside the 4 bytes"],
    ["offset negative", craft({ a: entry(-1, 3, [4]) }, [1, 2, 3, 4]), "two offsets"],
    ["one offset", craft({ a: { dtype: "U8", shape: [4], data_offsets: [0] } }, [1, 2, 3, 4]), "two offsets"],
    ["offsets missing", craft({ a: { dtype: "U8", shape: [4] } }, [1, 2, 3, 4]), "two offsets"],
    ["unknown field", craft({ a: { ...ok, extra: 1 } }, [1, 2, 3, 4]), "unknown field"],
    ["overlap", craft({ a: entry(0, 3), b: entry(2, 4) }, [1, 2, 3, 4]), "overlap"],
    ["same range twice", craft({ a: ok, b: ok }, [1, 2, 3, 4]), "overlap"],
    ["gap", craft({ a: entry(0, 1), b: entry(2, 4) }, [1, 2, 3, 4]), "belong to nothing"],
    ["hole at the start", craft({ a: entry(1, 4) }, [1, 2, 3, 4]), "belong to nothing"],
    ["rest at the end", craft({ a: ok }, [1, 2, 3, 4, 5]), "belong to no tensor"],
    [
      "name twice",
      craft(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
        [1, 2, 3, 4],
      ),
      "belong to nothing",
    ],
    ["data cut off", craft({ a: ok }, [1, 2, 3, 4]).subarray(0, -1), "outside the 3 bytes"],
  ];
  test.each(cases)("%s", (_, file, message) => {
    const error = (() => {
      try {
        readSafetensors(file);
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(UsageError.isInstance(error), String(error)).toBe(true);
    expect((error as Error).message).toContain(message);
  });
});

test(`${NUM_MUTATIONS} random mutations are read or refused, never worse`, () => {
  const rng = createRng(1);
  const original = writeSafetensors(all, { note: "x" });
  const headerEnd = 8 + Number(new DataView(original.buffer).getBigUint64(0, true));
  for (let i = 0; i < NUM_MUTATIONS; i++) {
    const bytes = original.slice(0, rng.integer(8) === 0 ? rng.integer(original.length) : original.length);
    for (let k = rng.integer(4); k >= 0; k--)
      if (bytes.length > 0) bytes[rng.integer(Math.min(bytes.length, headerEnd))] = rng.integer(256);
    try {
      for (const { data } of Object.values(readSafetensors(bytes).tensors))
        expect(data.byteLength).toBeLessThanOrEqual(2 * original.length);
    } catch (error) {
      if (!UsageError.isInstance(error)) throw error;
    }
  }
});
