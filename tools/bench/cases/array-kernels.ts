import { multiplyMatrices, type ResizeFilter, resizeImage, singularValues, symmetricEigen } from "array-kernels";
import { createRng } from "repro-kit";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

const backend = "wasm simd";

function resizeCase(filter: ResizeFilter, channels: number): BenchCase {
  const [height, width, toHeight, toWidth] = [1024, 1024, 256, 256];
  const data = new Uint8Array(height * width * channels).map((_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
  return {
    name: `resize ${filter} ${height}×${width}×${channels} to ${toHeight}×${toWidth}`,
    backend,
    run() {
      resizeImage({ data, height, width, channels }, { height: toHeight, width: toWidth, filter });
    },
    peerArguments: { work: "resize", filter, height, width, channels, toHeight, toWidth },
  };
}

function algebraCase(work: "matmul" | "eigen" | "eigenvalues" | "singular", n: number): BenchCase {
  const rng = createRng(1);
  const matrix = Float64Array.from({ length: n * n }, () => rng.normal());
  const symmetric = matrix.map((value, i) => value + matrix[(i % n) * n + Math.floor(i / n)]);
  const runs = {
    matmul: () => multiplyMatrices(matrix, symmetric, { m: n, k: n, n }),
    eigen: () => symmetricEigen(symmetric, n),
    eigenvalues: () => symmetricEigen(symmetric, n, { vectors: false }),
    singular: () => singularValues(matrix, n, n),
  };
  return {
    name: `${work} ${n}×${n}, float64`,
    backend,
    run() {
      runs[work]();
    },
    peerArguments: { work, n },
  };
}

export const arrayKernelsSuite: BenchSuite = {
  name: "array-kernels",
  cases: () => [
    resizeCase("lanczos", 3),
    resizeCase("bilinear", 3),
    resizeCase("lanczos", 1),
    algebraCase("matmul", 768),
    algebraCase("eigen", 768),
    algebraCase("eigenvalues", 768),
    algebraCase("singular", 768),
  ],
  peers: [
    { name: "pillow", script: "resize.py" },
    { name: "scipy", script: "eigen.py" },
  ],
};
