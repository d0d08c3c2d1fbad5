import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";

/** One rounding of a sum in double precision, relative to 1 + |value|. */
const TOLERANCE = 2e-7;

beforeAll(() => ready({ backend: "wasm" }));

const shapes: readonly (readonly number[])[] = [
  [1],
  [130],
  [5, 7],
  [3, 4, 5],
  [2, 3, 4, 6],
  [9, 1, 1, 13],
  [1, 1, 1, 3],
  [40, 33],
];

/** The groups of values that each output reduces, in the output's order. */
function groups(values: Float32Array, shape: readonly number[], axes: readonly number[]): number[][] {
  const out = new Map<string, number[]>();
  values.forEach((value, index) => {
    let rest = index;
    const place = [...shape].reverse().map((size) => {
      const coordinate = rest % size;
      rest = Math.floor(rest / size);
      return coordinate;
    });
    const key = place
      .reverse()
      .filter((_, i) => !axes.includes(i))
      .join();
    out.set(key, [...(out.get(key) ?? []), value]);
  });
  return [...out.values()];
}

test("sum, mean and max over every set of axes are those of double precision", () => {
  const rng = createRng(4);
  for (const shape of shapes)
    for (let mask = 1; mask < 2 ** shape.length; mask++) {
      const axes = shape.map((_, i) => i).filter((i) => mask & (1 << i));
      const values = rng.fillNormal(new Float32Array(tf.util.sizeFromShape([...shape])));
      const parts = groups(values, shape, axes);
      const sums = parts.map((part) => part.reduce((sum, value) => sum + value, 0));
      const isBlock = axes.every((axis, i) => axis === axes[0] + i); // others are the stock kernel's, in single precision
      for (const keepDims of [true, false]) {
        const kept = shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]));
        const before = tf.memory().numTensors;
        const got = tf.tidy(() => {
          const x = tf.tensor(values, [...shape] as [number]);
          return [tf.sum(x, axes, keepDims), tf.mean(x, axes, keepDims), tf.max(x, axes, keepDims)].map((tensor) => {
            expect(tensor.shape).toEqual(kept);
            return tensor.dataSync();
          });
        });
        expect(tf.memory().numTensors).toBe(before);
        const wanted = [sums, parts.map((part, i) => sums[i] / part.length), parts.map((part) => Math.max(...part))];
        wanted.forEach((list, which) => {
          list.forEach((value, i) => {
            const error = Math.abs(value - got[which][i]) / (1 + Math.abs(value));
            expect(error, `${["sum", "mean", "max"][which]} of [${shape}] over ${axes}`).toBeLessThan(isBlock ? TOLERANCE : 1e-5);
          });
        });
      }
    }
});

test("without axes all are summed, in double precision too", () => {
  tf.tidy(() => {
    const x = tf.fill([3000, 1000], 0.1); // float32 sums of so many lose the fourth digit
    const wanted = 3e6 * Math.fround(0.1);
    for (const [sum, factor] of [
      [tf.sum(x), 1],
      [tf.mean(x), 3e6],
    ] as const)
      expect(Math.abs((sum.dataSync()[0] * factor) / wanted - 1)).toBeLessThan(TOLERANCE);
    expect(tf.max(x).dataSync()[0]).toBe(Math.fround(0.1));
  });
});

test("NaN is not lost, integers go their own way", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, Number.NaN, 3, 4, 5, 6, 7, 8], [2, 4]);
    expect([...tf.max(x, 0).dataSync()]).toEqual([5, Number.NaN, 7, 8]);
    expect([...tf.max(x, 1).dataSync()]).toEqual([Number.NaN, 8]);
    expect(tf.max(tf.tensor1d([-3, -1, -2])).dataSync()[0]).toBe(-1);
    const n = tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), 0);
    expect([n.dtype, ...n.dataSync()]).toEqual(["int32", 4, 6]);
  });
});

test("reductions of nothing are TensorFlow's", () => {
  tf.tidy(() => {
    tf.fill([4096], 7).dispose(); // what lies in memory
    const empty = tf.zeros([2, 0, 3]);
    const over = (reduce: (x: tf.Tensor, axis: number[], keepDims: boolean) => tf.Tensor) => reduce(empty, [1, 2], true);
    expect(over(tf.sum)).toMatchObject({ shape: [2, 1, 1], dtype: "float32" });
    const values = [tf.sum, tf.prod, tf.mean, tf.max, tf.min].map((reduce) => over(reduce).dataSync()[1]);
    expect(values).toEqual([0, 1, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    const none = tf.zeros<tf.Rank.R2>([0, 4], "bool");
    expect([...tf.all(none, 0).dataSync(), ...tf.any(none, 0).dataSync()]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    const integers = tf.sum(tf.zeros([0, 2], "int32"), 0);
    expect([integers.dtype, ...integers.dataSync()]).toEqual(["int32", 0, 0]);
    expect(tf.max(tf.zeros([3, 0], "int32"), 1).dataSync()).toEqual(new Int32Array(3).fill(-(2 ** 31)));
    expect(tf.sum(tf.zeros([0, 3]), 1).shape).toEqual([0]);
  });
});

test("segment sums keep integers, and leave out ids that name no segment", () => {
  tf.tidy(() => {
    const ids = tf.tensor1d([1, -1, 3, 1], "int32");
    const integers = tf.unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2], "int32"), ids, 3);
    expect([integers.dtype, ...integers.dataSync()]).toEqual(["int32", 0, 0, 8, 10, 0, 0]);
    const wide = tf.unsortedSegmentSum(tf.ones([4, 9]), ids, 2);
    expect([...wide.dataSync()]).toEqual([...new Array(9).fill(0), ...new Array(9).fill(2)]);
  });
});
