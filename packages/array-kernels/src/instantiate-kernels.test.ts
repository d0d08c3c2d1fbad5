import { expect, test } from "vitest";
import { linearAlgebraWasm } from "./generated/linear-algebra.ts";
import { decodeKernel, instantiateKernels, reserveMemory } from "./instantiate-kernels.ts";

test("an embedded text decodes to the bytes that Node's own decoder gives", () => {
  expect(decodeKernel(linearAlgebraWasm)).toEqual(new Uint8Array(Buffer.from(linearAlgebraWasm, "hex")));
  expect(decodeKernel("0061736d01ff")).toEqual(Uint8Array.of(0, 97, 115, 109, 1, 255));
});

test("every instance has a memory of its own, which grows as reserved", () => {
  const [a, b] = [instantiateKernels(linearAlgebraWasm), instantiateKernels(linearAlgebraWasm)];
  reserveMemory(a.memory, 200_000);
  expect(a.memory.buffer.byteLength).toBe(4 * 65536);
  reserveMemory(a.memory, 100);
  expect(a.memory.buffer.byteLength).toBe(4 * 65536);
  expect(b.memory.buffer.byteLength).toBe(65536);
});
