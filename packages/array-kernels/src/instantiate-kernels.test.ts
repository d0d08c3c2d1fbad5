import { expect, test } from "vitest";
import { linearAlgebraWasm } from "./generated/linear-algebra.ts";
import { decodeBase64, instantiateKernels, reserveMemory } from "./instantiate-kernels.ts";

test("base64 decodes to the bytes that Node's own decoder gives", () => {
  expect(decodeBase64(linearAlgebraWasm)).toEqual(new Uint8Array(Buffer.from(linearAlgebraWasm, "base64")));
  expect(decodeBase64("AAEC/w==")).toEqual(Uint8Array.of(0, 1, 2, 255));
  expect(() => decodeBase64("not base64!")).toThrow();
});

test("every instance has a memory of its own, which grows as reserved", () => {
  const [a, b] = [instantiateKernels(linearAlgebraWasm), instantiateKernels(linearAlgebraWasm)];
  reserveMemory(a.memory, 200_000);
  expect(a.memory.buffer.byteLength).toBe(4 * 65536);
  reserveMemory(a.memory, 100);
  expect(a.memory.buffer.byteLength).toBe(4 * 65536);
  expect(b.memory.buffer.byteLength).toBe(65536);
});
