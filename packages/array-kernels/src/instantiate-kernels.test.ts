import { expect, test } from "vitest";
import { resampleBytesWasm } from "./generated/resample-bytes.ts";
import { decodeKernel, instantiateKernels, reserveMemory } from "./instantiate-kernels.ts";

test("an embedded text decodes to the bytes that Node's own decoder gives", () => {
  expect(decodeKernel(resampleBytesWasm)).toEqual(new Uint8Array(Buffer.from(resampleBytesWasm, "hex")));
  expect(decodeKernel("0061736d01ff")).toEqual(Uint8Array.of(0, 97, 115, 109, 1, 255));
});

test("every instance has a memory of its own, which grows as reserved", () => {
  const [a, b] = [instantiateKernels(resampleBytesWasm), instantiateKernels(resampleBytesWasm)];
  reserveMemory(a.memory, 200_000);
  expect(a.memory.buffer.byteLength).toBe(4 * 65536);
  reserveMemory(a.memory, 100);
  expect(a.memory.buffer.byteLength).toBe(4 * 65536);
  expect(b.memory.buffer.byteLength).toBe(65536);
});
