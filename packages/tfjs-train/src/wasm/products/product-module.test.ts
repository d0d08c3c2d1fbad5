import { afterEach, describe, expect, test, vi } from "vitest";
import { createKernelTeam } from "../threads/kernel-team.ts";
import { productModule } from "./product-module.ts";

afterEach(() => vi.restoreAllMocks());

/** One tile, of six rows of three numbers at 1024 and a panel [3][8] at 2048, to 4096: small whole numbers, so that any rounding will do. */
function checkTile(module: WebAssembly.Module, memory: WebAssembly.Memory): void {
  const heap = new DataView(memory.buffer);
  for (let i = 0; i < 18; i++) heap.setFloat32(1024 + 4 * i, i - 5, true);
  for (let i = 0; i < 24; i++) heap.setFloat32(2048 + 4 * i, 7 - i, true);
  const [segment, job, panel, numSegments] = [512, 64, 28, 36]; // see kernels/_tile.ts
  heap.setInt32(segment + 4, 3, true);
  for (let m = 0; m < 6; m++) {
    heap.setInt32(segment + 8 + 4 * m, 1024 + 12 * m, true);
    heap.setInt32(job + 4 * m, 4096 + 32 * m, true);
  }
  heap.setInt32(job + panel, 2048, true);
  heap.setInt32(job + numSegments, 1, true);
  createKernelTeam({ modules: [module], memory, threads: 1 }).run("tile8", [[segment, job]]);
  for (let m = 0; m < 6; m++)
    for (let j = 0; j < 8; j++) {
      const wanted = [0, 1, 2].reduce((sum, k) => sum + (3 * m + k - 5) * (7 - 8 * k - j), 0);
      expect(heap.getFloat32(4096 + 4 * (8 * m + j), true)).toBe(wanted);
    }
}

describe("the products' module", () => {
  test.each([false, true])("works in a memory that is shared: %s", (isShared) => {
    const memory = new WebAssembly.Memory(isShared ? { initial: 1, maximum: 65536, shared: true } : { initial: 1 });
    checkTile(productModule(isShared), memory);
  });

  test("has the same exports on an engine without relaxed SIMD, and works there", () => {
    const fused = productModule(false);
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false); // what tells whether the engine knows it
    const plain = productModule(false);
    checkTile(plain, new WebAssembly.Memory({ initial: 1 }));
    expect(WebAssembly.Module.exports(plain)).toEqual(WebAssembly.Module.exports(fused));
  });
});
