import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, test } from "vitest";
import { ready } from "./ready.ts";
import { clipGradients, clipGradientValues, valueAndGrads, valueAndGradsAux } from "./value-and-grads.ts";

describe.each(["cpu", "wasm"] as const)("on %s", (backend) => {
  beforeEach(() => ready({ backend }).then(() => {}));

  test("value and gradients; an unused parameter gets zeros; nothing is left", () => {
    const before = tf.memory().numTensors;
    const params = { a: tf.tensor1d([1, 2]), b: tf.scalar(3), unused: tf.tensor1d([5, 6]) };
    const { value, grads } = valueAndGrads(({ a, b }) => tf.mul(tf.sum(tf.square(a)), b) as tf.Scalar)(params);
    expect(value.dataSync()[0]).toBe(15);
    expect([...grads.a.dataSync()]).toEqual([6, 12]);
    expect(grads.b.dataSync()[0]).toBe(5);
    expect([...grads.unused.dataSync()]).toEqual([0, 0]);
    tf.dispose([value, { ...grads }, params]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("aux comes out whole and outside of the gradient, in a tidy too", () => {
    const before = tf.memory().numTensors;
    const run = () => {
      const params = { a: tf.tensor1d([1, 2]) };
      const { value, grads, aux } = valueAndGradsAux(({ a }) => {
        const doubled = tf.mul(a, 2);
        return { loss: tf.sum(doubled) as tf.Scalar, aux: { doubled, given: a } };
      })(params);
      expect([...aux.doubled.dataSync()]).toEqual([2, 4]);
      expect([...aux.given.dataSync()]).toEqual([1, 2]);
      expect([...grads.a.dataSync()]).toEqual([2, 2]);
      return [value, grads.a, aux.doubled, aux.given, params.a];
    };
    tf.dispose(run());
    expect(tf.memory().numTensors).toBe(before);
    tf.tidy(() => {
      run();
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a gradient penalty is differentiated through", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([0.5, -1]);
      const params = { w: tf.tensor1d([2, 3]) };
      // ‖∇ₓ Σ tanh(w·x)‖² has the gradient 2·g·dg/dw with g = w·(1 − tanh²(w·x)).
      const { grads } = valueAndGrads(({ w }) => {
        const slope = tf.grad((z) => tf.sum(tf.tanh(tf.mul(z, w))))(x);
        return tf.sum(tf.square(slope)) as tf.Scalar;
      })(params);
      const wanted = [0, 1].map((i) => {
        const [w, z] = [[2, 3][i], [0.5, -1][i]];
        const t = Math.tanh(w * z);
        return 2 * w * (1 - t * t) * (1 - t * t - 2 * w * z * t * (1 - t * t));
      });
      grads.w.dataSync().forEach((value, i) => {
        expect(value).toBeCloseTo(wanted[i], 5);
      });
    });
  });

  test("a loss that is no scalar is refused and leaves nothing", () => {
    const before = tf.memory().numTensors;
    const params = { a: tf.tensor1d([1, 2]) };
    expect(() => valueAndGrads(({ a }) => tf.square(a) as unknown as tf.Scalar)(params)).toThrow(
      "must be a scalar; got shape [2]",
    );
    params.a.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("clipGradients scales to the norm, or not at all", () => {
    tf.tidy(() => {
      const grads = { a: tf.tensor1d([3, 0]), b: tf.scalar(4) };
      const clipped = clipGradients(grads, 2.5);
      expect(clipped.norm.dataSync()[0]).toBe(5);
      expect(clipped.grads.a.dataSync()[0]).toBeCloseTo(1.5, 5);
      expect(clipGradients(grads, 6).grads.b.dataSync()[0]).toBe(4);
      expect(clipGradients({}, 1).norm.dataSync()[0]).toBe(0);
      expect(() => clipGradients(grads, 0)).toThrow("maxNorm must be positive");
    });
  });
});

test("gradients are clipped value by value", async () => {
  await ready({ backend: "cpu" });
  tf.tidy(() => {
    expect([...clipGradientValues({ w: tf.tensor1d([-3, 0.5, 2]) }, 1).w.dataSync()]).toEqual([-1, 0.5, 1]);
    expect(() => clipGradientValues({}, 0)).toThrow("limit must be positive; got 0");
  });
});
