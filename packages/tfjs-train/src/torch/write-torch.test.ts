import { expect, test } from "vitest";
import type { WeightTensor } from "../weight-file.ts";
import { readTorch } from "./read-torch.ts";
import { writeTorch } from "./write-torch.ts";

const tensors: Record<string, WeightTensor> = {
  "conv.weight": { dtype: "F32", shape: [2, 3, 1], data: Float32Array.of(1, -2, 3, 0.5, 1e-9, 6) },
  scalar: { dtype: "F64", shape: [], data: Float64Array.of(Math.PI) },
  half: { dtype: "F16", shape: [2], data: Float32Array.of(0.5, -3) },
  counts: { dtype: "I64", shape: [2], data: BigInt64Array.of(7n, -7n) },
  none: { dtype: "F32", shape: [0, 4], data: new Float32Array(0) },
};

test("what is written is read back by name, in order; equal tensors give equal bytes", async () => {
  const bytes = writeTorch(tensors);
  const read = (await readTorch(bytes)).tensors;
  expect(Object.keys(read)).toEqual(Object.keys(tensors));
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    expect(read[name]).toMatchObject({ dtype, shape });
    expect([...read[name].data]).toEqual([...data]);
  }
  expect(writeTorch(tensors)).toEqual(bytes);
});

test("a shape that does not fit and a type that torch's storages lack are refused", () => {
  expect(() => writeTorch({ a: { dtype: "F32", shape: [3], data: new Float32Array(2) } })).toThrow(
    '"a" has shape [3] but 2 values',
  );
  expect(() => writeTorch({ a: { dtype: "U16", shape: [1], data: new Uint16Array(1) } })).toThrow("this format holds F64, F32");
});
