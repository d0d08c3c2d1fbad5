import { expect, test } from "vitest";
import { hasChromium, openPage } from "./__fixtures__/open-page.ts";

const TIMEOUT_MS = 90_000;

const program = `
import { createLinearAlgebraPool, createWorkerPool, resizeImage, symmetricEigen } from "array-kernels";
const matrix = Float64Array.of(3, 0, 0, 1);
results.eigen = [...symmetricEigen(matrix, 2).values];
const image = { data: Uint8Array.of(0, 100, 200, 40), height: 2, width: 2, channels: 1 };
results.resized = [...resizeImage(image, { height: 1, width: 1, filter: "box" }).data];
const algebra = createLinearAlgebraPool();
results.inWorker = [...(await algebra.symmetricEigen(matrix, 2)).values];
const signal = AbortSignal.timeout(100);
results.aborted = await algebra.singularValues(new Float64Array(1500 ** 2).fill(1), 1500, 1500, { signal }).catch((error) => error.name);
await algebra.close();
const pool = createWorkerPool({ source: "export const next = (x) => x.map((v) => v + 1); export const bad = () => { throw new RangeError('no'); };" });
results.task = [...(await pool.run("next", [Float32Array.of(1)]))];
results.error = await pool.run("bad", []).catch((error) => error.name + ": " + error.message);
await pool.close();
`;

test.skipIf(!hasChromium)("array-kernels: kernels and workers run in a browser", { timeout: TIMEOUT_MS }, async () => {
  expect(await openPage(program)).toEqual({
    eigen: [1, 3],
    resized: [85],
    inWorker: [1, 3],
    aborted: "TimeoutError",
    task: [2],
    error: "RangeError: no",
  });
});
