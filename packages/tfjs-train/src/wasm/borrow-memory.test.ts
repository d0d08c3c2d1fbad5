import { decodeKernel } from "array-kernels";
import { expect, test } from "vitest";
import { heapWasm } from "../generated/heap.ts";
import { borrowMemory } from "./borrow-memory.ts";

interface Exports {
  addInto(a: number, b: number, count: number): void;
}

test.each([false, true])("the kernels work in memory that is not theirs (shared: %s)", (shared) => {
  const memory = new WebAssembly.Memory(shared ? { initial: 1, maximum: 4, shared } : { initial: 1 });
  const module = new WebAssembly.Module(borrowMemory(decodeKernel(heapWasm), shared));
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  const { addInto } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const before = new Uint8Array(memory.buffer).slice();
  expect(
    before.every((byte) => byte === 0),
    "it writes nothing when it starts",
  ).toBe(true);
  const heap = new Float32Array(memory.buffer);
  heap.set([1, 2, 3, 4, 5], 100);
  heap.set([10, 20, 30, 40, 50], 200);
  addInto(400, 800, 5);
  expect([...heap.subarray(100, 106)]).toEqual([11, 22, 33, 44, 55, 0]);
});

test("a module that imports something is refused", () => {
  // (module (import "a" "b" (func)))
  const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0);
  expect(() => borrowMemory(bytes, false)).toThrow("may import nothing else");
});
