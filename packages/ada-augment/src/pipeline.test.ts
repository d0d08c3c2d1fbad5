import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { checkGradients } from "./gradient-check.ts";
import type { CorruptionOp } from "./op.ts";
import { builtinOps } from "./ops/index.ts";
import { createPipeline } from "./pipeline.ts";

/** Single precision against float64 finite differences. */
const TOLERANCE = 5e-6;

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

const images = (shape: [number, number, number, number]) => tf.randomUniform<tf.Rank.R4>(shape, -1, 1, "float32", 5);

describe.each(["basic", ...builtinOps.map(({ name }) => name)])("%s", (name) => {
  const pipeline = createPipeline(name === "basic" ? name : [name]);

  test.each([1, 3])("non-square images of %d channels: gradient and second gradient", (channels) => {
    const shape = [3, 5, 4, channels] as const;
    const rng = createRng(2);
    // The oracle: every op is affine in the images, so its matrix is read off column by column, in float64 from unit images.
    const size = 60 * channels;
    const at = (x: tf.Tensor4D) => pipeline(x, { p: 0.9, rng });
    const zero = at(tf.zeros([...shape])).dataSync();
    const columns = Array.from({ length: size }, (_, i) => {
      const unit = new Float32Array(size);
      unit[i] = 1;
      return at(tf.tensor4d(unit, [...shape])).dataSync();
    });
    const errors = checkGradients({
      shape,
      ours: at,
      oracle: (x) => Float64Array.from(zero, (offset, i) => x.reduce((sum, v, k) => sum + v * (columns[k][i] - offset), offset)),
    });
    expect(errors.value).toBeLessThan(TOLERANCE);
    expect(errors.gradient).toBeLessThan(TOLERANCE);
    expect(errors.hessianTimesVector).toBeLessThan(TOLERANCE);
  });

  test("p = 0 is the identity bit for bit, and a new tensor; p = 1 is not", () => {
    const x = images([6, 7, 9, 3]);
    const same = pipeline(x, { p: 0, rng: createRng(0) });
    expect(same.dataSync()).toEqual(x.dataSync());
    same.dispose();
    expect(x.isDisposed).toBe(false);
    expect(pipeline(x, { p: 1, rng: createRng(0) }).dataSync()).not.toEqual(x.dataSync());
  });

  test("an image's augmentation does not depend on the batch, and the rng is not advanced", () => {
    const x = images([6, 8, 8, 3]);
    const rng = createRng(9);
    const all = pipeline(x, { p: 0.7, rng }).dataSync();
    const some = pipeline(tf.slice(x, [0, 0, 0, 0], [2, 8, 8, 3]), { p: 0.7, rng }).dataSync();
    expect([...some]).toEqual([...all].slice(0, some.length));
  });

  test("nothing leaks, with and without gradients", () => {
    const x = images([2, 6, 6, 3]);
    const before = tf.memory().numTensors;
    pipeline(x, { p: 0.8, rng: createRng(1) }).dispose();
    const penalty = (t: tf.Tensor) =>
      tf.sum(tf.square(tf.grad((u) => tf.sum(tf.square(pipeline(u as tf.Tensor4D, { p: 0.8, rng: createRng(1) }))))(t)));
    tf.grad(penalty)(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("1×1 images and an empty batch pass", () => {
  const pipeline = createPipeline("basic", { p: 1 });
  expect(pipeline(tf.ones([2, 1, 1, 1]), { rng: createRng(0) }).shape).toEqual([2, 1, 1, 1]);
  expect(pipeline(tf.zeros([0, 4, 4, 3]), { rng: createRng(0) }).shape).toEqual([0, 4, 4, 3]);
});

test("about p of the images are changed", () => {
  const x = tf.ones<tf.Rank.R4>([2000, 1, 1, 1]);
  const changed = createPipeline(["brightness"])(x, { p: 0.3, rng: createRng(4) })
    .dataSync()
    .filter((v) => v !== 1).length;
  expect(Math.abs(changed / 2000 - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 2000));
});

test("strengths reach the ops of a preset; one's own op runs beside built-in ones", () => {
  const invert: CorruptionOp = {
    stage: "corruption",
    name: "invert",
    source: "test",
    strength: 1,
    sample: ({ chance }) => chance([], undefined as readonly number[] | undefined),
    apply: (x) => tf.neg(x),
  };
  const x = tf.ones<tf.Rank.R4>([1, 2, 2, 1]);
  expect([...createPipeline([invert], { p: 1 })(x, { rng: createRng(0) }).dataSync()]).toEqual([-1, -1, -1, -1]);
  const still = createPipeline("basic", {
    p: 1,
    strengths: Object.fromEntries(builtinOps.map(({ name }) => [name, { strength: 0 }])),
  });
  expect(still(x, { rng: createRng(0) }).dataSync()).toEqual(x.dataSync());
});

test("mistakes are named", () => {
  expect(() => createPipeline("bgcx")).toThrow('[createPipeline] no preset named "bgcx"; known: basic, shift.');
  expect(() => createPipeline(["x-flop"])).toThrow('did you mean "x-flip"?');
  expect(() => createPipeline("basic", { strengths: { hue: {} } })).toThrow('strengths name "hue"');
  expect(() => createPipeline(["cutout", "cutout"])).toThrow('the op "cutout" stands twice');
  expect(() => createPipeline("basic", { probability: 1 } as object)).toThrow('unknown option "probability"');
  expect(() => createPipeline("basic", { p: 1.4 })).toThrow("p must be a number in [0, 1]; got 1.4.");
  const pipeline = createPipeline("basic");
  expect(() => pipeline(images([1, 2, 2, 3]), { rng: createRng(0) })).toThrow("p is missing");
  expect(() => pipeline(images([1, 2, 2, 2]), { p: 1, rng: createRng(0) })).toThrow(
    "images must be [batch, height, width, 1 or 3]",
  );
});
