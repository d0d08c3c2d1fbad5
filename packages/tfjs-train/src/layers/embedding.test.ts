import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { attention, multiHeadAttention } from "./attention.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { groupNorm, layerNorm } from "./group-norm.ts";

beforeAll(() => ready({ backend: "cpu" }));

test("embedding takes rows, and the gradient of a row taken twice counts twice", () => {
  tf.tidy(() => {
    const weight = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect([...embedding([2, 0, 2], { weight }).dataSync()]).toEqual([5, 6, 1, 2, 5, 6]);
    const rows = tf.tensor2d([[2, 0]], [1, 2], "int32");
    expect(embedding(rows, { weight }).shape).toEqual([1, 2, 2]);
    const gradient = tf.grad((table) => tf.sum(embedding([2, 0, 2], { weight: table })))(weight);
    expect([...gradient.dataSync()]).toEqual([1, 1, 0, 0, 2, 2]);
    expect(() => embedding([3], { weight })).toThrow("integers from 0 to 2; got 3");
  });
});

test("dropout keeps the mean, draws the same mask from the same seed, and is nothing outside training", () => {
  tf.tidy(() => {
    const x = tf.ones([100, 100]);
    const draw = () => [...dropout(x, { rate: 0.3, training: true, rng: createRng(1) }).dataSync()];
    const once = draw();
    expect(draw()).toEqual(once);
    const dropped = once.filter((value) => value === 0).length;
    expect(Math.abs(dropped - 3000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.3 * 0.7));
    expect(Math.abs(once.reduce((a, b) => a + b) / 1e4 - 1)).toBeLessThan(0.04);
    expect(dropout(x, { rate: 0.3, training: false }).dataSync()).toEqual(x.dataSync());
    expect(() => dropout(x, { rate: 1, training: true })).toThrow("rate must be in [0, 1); got 1");
    expect(() => dropout(x, { rate: 0.5, training: true })).toThrow("Give createRng(seed)");
  });
});

test("norms and attention differentiated twice agree with differences of the first derivative", () => {
  const layers: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    groupNorm: (x) => groupNorm(x, {}, { groups: 2 }),
    layerNorm: (x) => layerNorm(x, {}),
    attention: (x) => attention(x, tf.sin(x), tf.cos(x)),
  };
  for (const [name, layer] of Object.entries(layers))
    tf.tidy(() => {
      const rng = createRng(3);
      const [x, direction] = [1, 2].map(() => tf.tensor(rng.fillNormal(new Float32Array(24)), [1, 6, 4]));
      const first = tf.grad((z) => tf.sum(tf.pow(layer(z), 3)));
      const second = tf
        .grad((z) => tf.sum(tf.mul(first(z), direction)))(x)
        .dataSync(); // Hessian times direction, as the Hessian is symmetric
      const h = 1e-2;
      const difference = tf
        .div(tf.sub(first(tf.add(x, tf.mul(direction, h))), first(tf.sub(x, tf.mul(direction, h)))), 2 * h)
        .dataSync();
      const scale = Math.max(...second.map(Math.abs));
      expect(scale, name).toBeGreaterThan(0.1);
      second.forEach((value, i) => {
        expect(Math.abs(value - difference[i]), `${name} [${i}]`).toBeLessThan(0.01 * scale);
      });
    });
});

test("a mask of −∞ hides keys, and no slope becomes none", () => {
  tf.tidy(() => {
    const [k, v] = [tf.tensor3d([1, 2, 3, 5], [1, 2, 2]), tf.tensor3d([1, 2, 3, 4], [1, 2, 2])];
    const mask = tf.tensor2d([0, Number.NEGATIVE_INFINITY, 0, 0], [2, 2]);
    const first = tf.grad((q) => tf.sum(tf.square(attention(q, k, v, { mask }))));
    const q = tf.ones([1, 2, 2]);
    expect([...attention(q, k, v, { mask }).dataSync()].slice(0, 2)).toEqual([1, 2]);
    for (const slopes of [first(q), tf.grad((z) => tf.sum(tf.square(first(z))))(q)].map((slope) => [...slope.dataSync()])) {
      expect(slopes.slice(0, 2)).toEqual([0, 0]);
      expect(slopes.slice(2).every((slope) => Number.isFinite(slope) && slope !== 0)).toBe(true);
    }
  });
});

test("mistakes are named", () => {
  tf.tidy(() => {
    expect(() => groupNorm(tf.zeros([1, 2, 2, 6]), {}, { groups: 4 })).toThrow("groups must divide the 6 channels; got 4");
    const x = tf.ones<tf.Rank.R3>([1, 2, 3]);
    const turned = { in_proj_weight: tf.ones([9, 3]), "out_proj.weight": tf.ones([3, 3]) };
    expect(() => multiHeadAttention(x, turned, { heads: 1 })).toThrow("in_proj_weight must be [3, 9]; got [9, 3]");
    const mask = tf.tensor2d([true, false, true, true], [2, 2], "bool");
    expect(() => attention(x, x, x, { mask })).toThrow("the mask is added and must be numbers; got booleans");
    expect(attention(x, x, x, { mask: tf.where(mask, 0, -1e9) }).shape).toEqual([1, 2, 3]);
  });
});
