import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";

beforeAll(() => ready({ backend: "wasm" }));

/** The box of an array, entry by entry. */
function box(values: ArrayLike<number>, shape: readonly number[], begin: readonly number[], size: readonly number[]): number[] {
  const count = size.reduce((product, n) => product * n, 1);
  return Array.from({ length: count }, (_, index) => {
    let rest = index;
    let flat = 0;
    let stride = 1;
    for (let i = shape.length - 1; i >= 0; i--) {
      flat += (begin[i] + (rest % size[i])) * stride;
      rest = Math.floor(rest / size[i]);
      stride *= shape[i];
    }
    return values[flat];
  });
}

test("slices, splits and stacks taken apart are the entries that were asked for", () => {
  const rng = createRng(12);
  for (let number = 0; number < 300; number++) {
    const shape = Array.from({ length: 1 + rng.integer(6) }, () => 1 + rng.integer(5));
    const begin = shape.map((n) => (rng.integer(2) === 0 ? 0 : rng.integer(n)));
    const size = shape.map((n, i) => (begin[i] === 0 && rng.integer(2) === 0 ? n : rng.integer(n - begin[i] + 1)));
    const dtype = number % 3 === 0 ? "int32" : number % 7 === 0 ? "bool" : "float32";
    const values = Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) => (dtype === "bool" ? i % 2 : i));
    const before = tf.memory().numDataBuffers;
    tf.tidy(() => {
      const x = tf.tensor(values, shape as [number], dtype);
      const part = tf.slice(x, begin, size);
      expect([part.dtype, part.shape]).toEqual([dtype, size]);
      expect([...part.dataSync()]).toEqual(box(values, shape, begin, size));
      const axis = rng.integer(shape.length);
      const cut = rng.integer(shape[axis] + 1);
      const pieces = tf.split(x, [cut, shape[axis] - cut], axis);
      pieces.forEach((piece, i) => {
        const start = shape.map((_, k) => (k === axis && i === 1 ? cut : 0));
        expect([...piece.dataSync()]).toEqual(box(values, shape, start, piece.shape));
      });
      tf.unstack(x, axis).forEach((piece, i) => {
        expect(piece.shape).toEqual(shape.filter((_, k) => k !== axis));
        const one = shape.map((n, k) => (k === axis ? 1 : n));
        expect([...piece.dataSync()]).toEqual(
          box(
            values,
            shape,
            shape.map((_, k) => (k === axis ? i : 0)),
            one,
          ),
        );
      });
    });
    expect(tf.memory().numDataBuffers).toBe(before);
  }
});

test("a scalar, an open end and a box that does not fit", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    expect([...tf.slice(x, [0, 1]).dataSync()]).toEqual([2, 3, 5, 6]);
    expect([...tf.slice(x, 1, 1).dataSync()]).toEqual([4, 5, 6]);
    expect(() => tf.slice(x, [0, 2], [2, 2])).toThrow("Error in slice2D");
  });
});
