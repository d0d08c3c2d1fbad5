import * as tf from "@tensorflow/tfjs-core";
import { createRng, type Rng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";

/** Float32 sums of up to some thousand products, against float64; relative to the largest entry. */
const TOLERANCE = 5e-6;

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const values = (rng: Rng, shape: readonly number[]) => rng.fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1)));

interface Case {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly batchA: readonly number[];
  readonly batchB: readonly number[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function errorOf(rng: Rng, { m, k, n, batchA, batchB, transposeA, transposeB }: Case): number {
  const shapeA = [...batchA, ...(transposeA ? [k, m] : [m, k])];
  const shapeB = [...batchB, ...(transposeB ? [n, k] : [k, n])];
  const [a, b] = [values(rng, shapeA), values(rng, shapeB)];
  const before = tf.memory().numTensors;
  const out = tf.tidy(() => tf.matMul(tf.tensor(a, shapeA), tf.tensor(b, shapeB), transposeA, transposeB));
  const got = out.dataSync();
  const batch = out.shape.slice(0, -2);
  out.dispose();
  expect(tf.memory().numTensors).toBe(before);
  let largest = 1e-3;
  let error = 0;
  const count = tf.util.sizeFromShape(batch);
  for (let index = 0; index < count; index++) {
    const position = tf.util.indexToLoc(index, batch.length, tf.util.computeStrides(batch).concat(1).slice(0, batch.length));
    const matrixOf = (own: readonly number[]) =>
      own.reduce((at, size, axis) => at * size + (size === 1 ? 0 : position[axis + batch.length - own.length]), 0);
    const [startA, startB] = [matrixOf(batchA) * m * k, matrixOf(batchB) * k * n];
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let wanted = 0;
        for (let l = 0; l < k; l++)
          wanted += a[startA + (transposeA ? l * m + i : i * k + l)] * b[startB + (transposeB ? j * k + l : l * n + j)];
        largest = Math.max(largest, Math.abs(wanted));
        error = Math.max(error, Math.abs(got[(index * m + i) * n + j] - wanted));
      }
  }
  return error / largest;
}

const sizes: readonly (readonly [m: number, k: number, n: number])[] = [
  ...([
    [1, 1, 1],
    [1, 7, 5],
    [4, 9, 3],
    [5, 3, 1],
    [6, 8, 8],
    [7, 13, 12],
    [25, 31, 17],
    [100, 6, 33],
  ] as const),
  ...([
    [3, 1500, 9],
    [12, 2100, 4],
    [200, 260, 20],
    [101, 300, 5],
  ] as const),
];

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])("matrix products agree with float64, transposed %s, %s", (transposeA, transposeB) => {
  const rng = createRng(5);
  const batches: readonly (readonly [number[], number[]])[] = [
    [[], []],
    [[3], [3]],
    [[3], [1]],
    [[1], [4]],
    [[2, 3], [3]],
    [
      [2, 1],
      [1, 3],
    ],
    [
      [2, 3],
      [2, 1],
    ],
  ];
  for (const [m, k, n] of sizes)
    for (const [batchA, batchB] of m * k * n > 1e5 ? batches.slice(0, 1) : batches) {
      const one = { m, k, n, batchA, batchB, transposeA, transposeB };
      expect(errorOf(rng, one), JSON.stringify(one)).toBeLessThan(TOLERANCE);
    }
});
