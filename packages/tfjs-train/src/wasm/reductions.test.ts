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

test("NaN is not lost, integers and empty tensors go their own way", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, Number.NaN, 3, 4, 5, 6, 7, 8], [2, 4]);
    expect([...tf.max(x, 0).dataSync()]).toEqual([5, Number.NaN, 7, 8]);
    expect([...tf.max(x, 1).dataSync()]).toEqual([Number.NaN, 8]);
    expect(tf.max(tf.tensor1d([-3, -1, -2])).dataSync()[0]).toBe(-1);
    const n = tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), 0);
    expect([n.dtype, ...n.dataSync()]).toEqual(["int32", 4, 6]);
    expect(tf.sum(tf.zeros([0, 3]), 0).shape).toEqual([3]);
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
