import { expect, test } from "vitest";
import type { ByteSource } from "../byte-source.ts";
import type { WeightTensor } from "../weight-file.ts";
import { openSafetensors } from "./open-safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const tensors: Record<string, WeightTensor> = {
  "conv.weight": { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  steps: { dtype: "I64", shape: [], data: BigInt64Array.of(7n) },
  half: { dtype: "F16", shape: [2], data: Float32Array.of(0.5, -2) },
};
const bytes = writeSafetensors(tensors, { note: "x" });

/** Counts what is read. */
function countingSource(): ByteSource & { readonly reads: [number, number][]; isClosed: boolean } {
  const reads: [number, number][] = [];
  return {
    size: bytes.length,
    reads,
    isClosed: false,
    async read(offset, length) {
      reads.push([offset, length]);
      return bytes.slice(offset, offset + length);
    },
    async close() {
      this.isClosed = true;
    },
  };
}

test.each([
  ["bytes", bytes],
  ["a Blob", new Blob([bytes as Uint8Array<ArrayBuffer>])],
])("one tensor at a time from %s", async (_, source) => {
  const file = await openSafetensors(source);
  expect([...file.names].sort()).toEqual(Object.keys(tensors).sort());
  expect(file.metadata.note).toBe("x");
  expect(file.describe("half")).toEqual({ dtype: "F16", shape: [2], bytes: 4 });
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    const tensor = await file.read(name);
    expect(tensor).toMatchObject({ dtype, shape });
    expect(tensor.data).toEqual(data);
  }
  const order: string[] = [];
  for await (const [name, tensor] of file.tensors()) {
    expect(tensor.data).toEqual(tensors[name].data);
    order.push(name);
  }
  expect(order).toEqual(file.names);
  await file.close();
});

test("only the header and the range of the tensor are read", async () => {
  const source = countingSource();
  const file = await openSafetensors(source);
  await file.read("half");
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(source.reads.slice(0, 2)).toEqual([
    [0, 8],
    [8, header],
  ]);
  expect(source.reads[2]).toEqual([bytes.length - 4, 4]);
  await file.close();
  expect(source.isClosed).toBe(true);
});

test("a name that is not there, a header that lies, and a file that shrinks are told", async () => {
  const file = await openSafetensors(bytes);
  await expect(file.read("halt")).rejects.toThrow('no tensor named "halt"; did you mean "half"?');
  expect(() => file.describe("__proto__")).toThrow('no tensor named "__proto__"');
  await expect(openSafetensors(bytes.subarray(0, -1))).rejects.toThrow("outside the");
  await expect(openSafetensors(bytes.subarray(0, 5))).rejects.toThrow("at least 8 bytes");
  const source = countingSource();
  const shrunk = await openSafetensors({
    ...source,
    read: async (at, length) => bytes.slice(at, Math.min(at + length, bytes.length - 1)),
  });
  await expect(shrunk.read("half")).rejects.toThrow("become shorter");
});
