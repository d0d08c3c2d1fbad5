import { compileKernel, decodeKernel } from "array-kernels";
import { expect, test } from "vitest";
import { circuitProgramWasm } from "../generated/circuit-program.ts";
import { layeredCircuitWasm } from "../generated/layered-circuit.ts";
import { withSharedMemory } from "./shared-module.ts";

test.each([circuitProgramWasm, layeredCircuitWasm])("a module takes its memory from outside, kernel %#", (text) => {
  const bytes = decodeKernel(text);
  const before = compileKernel(bytes);
  const after = compileKernel(withSharedMemory(bytes, 300));
  expect(WebAssembly.Module.imports(after)).toEqual([
    ...WebAssembly.Module.imports(before),
    { module: "env", name: "memory", kind: "memory" },
  ]);
  expect(WebAssembly.Module.exports(after).map(({ name }) => name)).toEqual(
    WebAssembly.Module.exports(before).map(({ name }) => name),
  );
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 300, shared: true });
  const { exports } = new WebAssembly.Instance(after, { env: { memory, abort: () => {} } });
  expect((exports.heapBase as () => number)()).toBeGreaterThan(0);
  expect(exports.memory).toBe(memory);
});

test("other limits are refused by the engine", () => {
  const module = compileKernel(withSharedMemory(decodeKernel(layeredCircuitWasm), 300));
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 400, shared: true });
  expect(() => new WebAssembly.Instance(module, { env: { memory, abort: () => {} } })).toThrow(WebAssembly.LinkError);
});
