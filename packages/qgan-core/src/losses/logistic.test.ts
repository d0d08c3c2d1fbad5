import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { losses } from "./index.ts";
import { logistic } from "./logistic.ts";

beforeAll(() => ready({ backend: "cpu" }));

const column = (...logits: number[]) => tf.tensor2d(logits, [logits.length, 1]);
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** Single precision, values of order one. */
const FLOAT32 = 1e-6;

describe("logistic", () => {
  test("is binary cross-entropy on logits", () => {
    const [real, fake] = [column(0.5, -2, 3), column(-1, 0.25, 30)];
    const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
    const d = mean([-0.5, 2, -3].map(softplus)) + mean([-1, 0.25, 30].map(softplus));
    expect(Math.abs(logistic.discriminator(real, fake).dataSync()[0] - d)).toBeLessThan(FLOAT32 * 20);
    expect(Math.abs(logistic.generator(fake).dataSync()[0] - mean([1, -0.25, -30].map(softplus)))).toBeLessThan(FLOAT32);
  });

  test("is 2 log 2 and log 2 at zero logits, finite far out, and leaks nothing", () => {
    const zero = column(0, 0);
    const far = column(-500, 500);
    const before = tf.memory().numTensors;
    const values = [logistic.discriminator(zero, zero), logistic.generator(zero), logistic.generator(far)];
    expect(tf.memory().numTensors - before).toBe(values.length);
    const [d, g, extreme] = values.map((value) => value.dataSync()[0]);
    expect(Math.abs(d - 2 * Math.LN2)).toBeLessThan(FLOAT32);
    expect(Math.abs(g - Math.LN2)).toBeLessThan(FLOAT32);
    expect(extreme).toBe(250);
    tf.dispose(values);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("has the gradient −sigmoid(−x)/n of the generator's loss", () => {
    const grad = tf.grad((logits: tf.Tensor) => logistic.generator(logits as tf.Tensor2D))(column(-1, 2));
    const expected = [-1 / (1 + Math.exp(-1)) / 2, -1 / (1 + Math.exp(2)) / 2];
    Array.from(grad.dataSync()).forEach((g, i) => {
      expect(Math.abs(g - expected[i])).toBeLessThan(FLOAT32);
    });
  });
});

test("the registry lists every loss with its source", () => {
  for (const loss of losses) expect(loss.source).toMatch(/\d{4}/);
  expect(() => losses.resolve("logstic")).toThrow('no loss named "logstic"; did you mean "logistic"?');
});
