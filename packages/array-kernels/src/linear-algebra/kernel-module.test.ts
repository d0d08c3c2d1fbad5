import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

const n = 9;
const a = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 3 : 1 / (1 + (i % n) + Math.floor(i / n))));
/** Sums of nine products, rounded once or twice each. */
const ROUNDING = 1e-13;

test("an engine without relaxed SIMD has the same kernels, with other last bits at most", async () => {
  const withFused = (await import("./product-eigenvalues.ts")).productEigenvalues(a, a, n);
  vi.resetModules();
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false); // how it is asked for
  const { linearAlgebraModule } = await import("./kernel-module.ts");
  const { linearAlgebraWasm } = await import("../generated/linear-algebra.ts");
  const plain = new WebAssembly.Module(Buffer.from(linearAlgebraWasm, "hex"));
  expect(WebAssembly.Module.exports(linearAlgebraModule(false))).toEqual(WebAssembly.Module.exports(plain));
  const { productEigenvalues } = await import("./product-eigenvalues.ts");
  const without = productEigenvalues(a, a, n);
  for (let i = 0; i < n; i++) expect(Math.abs(without[i] - withFused[i])).toBeLessThan(ROUNDING * withFused[n - 1]);
});

test("the shared kind takes shared memory only, and is compiled once", async () => {
  const { kernelMemory, linearAlgebraModule } = await import("./kernel-module.ts");
  const module = linearAlgebraModule(true);
  expect(linearAlgebraModule(true)).toBe(module);
  const start = (isShared: boolean) =>
    new WebAssembly.Instance(module, { env: { memory: kernelMemory(70_000, isShared), abort: () => {} } });
  expect(start(true)).toBeInstanceOf(WebAssembly.Instance);
  expect(() => start(false)).toThrow(WebAssembly.LinkError);
  expect(kernelMemory(70_000, true).buffer.byteLength).toBe(131_072);
});
