import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { checkGradients } from "./gradient-check.ts";
import type { CorruptionOp } from "./op.ts";
import { builtinOps } from "./ops/index.ts";
import { createPipeline } from "./pipeline.ts";
import { presets } from "./presets.ts";

/** Single precision against float64 finite differences. */
const TOLERANCE = 5e-6;

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

const images = (shape: [number, number, number, number]) => tf.randomUniform<tf.Rank.R4>(shape, -1, 1, "float32", 5);

describe.each(["basic", "bgcfnc", ...builtinOps.map(({ name }) => name)])("%s", (name) => {
  const pipeline = createPipeline(name in presets ? name : [name]);

  test.each([1, 3])("non-square images of %d channels: gradient and second gradient", (channels) => {
    const shape = [3, 5, 4, channels] as const;
    const rng = createRng(2);
    // The oracle: every op is affine in the images, so its matrix is read off column by column from unit images; tests of each stage hold
    // the values themselves to independent ones.
    const size = 60 * channels;
    const at = (x: tf.Tensor4D) => pipeline(x, { p: 0.9, rng });
    const zero = at(tf.zeros([...shape])).dataSync();
    const columns = Array.from({ length: size }, (_, i) => {
      const unit = new Float32Array(size);
      unit[i] = 1;
      return Float64Array.from(at(tf.tensor4d(unit, [...shape])).dataSync(), (value, k) => value - zero[k]);
    });
    const oracle = (x: Float64Array) => {
      const y = Float64Array.from(zero);
      for (let i = 0; i < size; i++) for (let k = 0; k < size; k++) y[k] += x[i] * columns[i][k];
      return y;
    };
    const errors = checkGradients({ shape, ours: at, oracle });
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

test.each(["basic", "bgcfnc"])("1×1 images and an empty batch pass: %s", (name) => {
  const pipeline = createPipeline(name, { p: 1 });
  expect(pipeline(tf.ones([2, 1, 1, 1]), { rng: createRng(0) }).shape).toEqual([2, 1, 1, 1]);
  expect(pipeline(tf.zeros([0, 4, 4, 3]), { rng: createRng(0) }).shape).toEqual([0, 4, 4, 3]);
});

test.each([
  [21, 5],
  [8, 8],
  [2, 33],
])("images of %d×%d pass every op: the reference needs 22 pixels a side", (height, width) => {
  const x = images([2, height, width, 3]);
  const y = createPipeline("bgcfnc", { p: 1 })(x, { rng: createRng(3) });
  expect(y.shape).toEqual(x.shape);
  expect(y.dataSync().every(Number.isFinite)).toBe(true);
});

test("with probability p one of the two rotations at least happens", () => {
  const x = images([600, 4, 4, 1]);
  const y = createPipeline(["rotation"], { p: 0.4 })(x, { rng: createRng(8) });
  const before = x.dataSync();
  const after = y.dataSync();
  const turned = Array.from({ length: 600 }, (_, i) => i).filter((i) => before[16 * i + 5] !== after[16 * i + 5]).length;
  expect(Math.abs(turned / 600 - 0.4)).toBeLessThan(4 * Math.sqrt(0.24 / 600));
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
    strengths: Object.fromEntries(presets.basic.ops.map((name) => [name, { strength: 0 }])),
  });
  expect(still(x, { rng: createRng(0) }).dataSync()).toEqual(x.dataSync());
});

test("mistakes are named", () => {
  expect(() => createPipeline("bgcx")).toThrow(
    '[createPipeline] no preset named "bgcx"; did you mean "bg"? known: basic, bg, bgc,',
  );
  expect(() => createPipeline(["x-flop"])).toThrow('did you mean "x-flip"?');
  expect(() => createPipeline("basic", { strengths: { hue: {} } })).toThrow('strengths name "hue"');
  expect(() => createPipeline(["cutout", "cutout"])).toThrow('the op "cutout" stands twice');
  expect(() => createPipeline("basic", { probability: 1 } as object)).toThrow('unknown option "probability"');
  expect(() => createPipeline("basic", { blits: "kept" as never })).toThrow('blits must be "copied" or "resampled"; got "kept".');
  expect(() => createPipeline("basic", { p: 1.4 })).toThrow("p must be a number in [0, 1]; got 1.4.");
  const pipeline = createPipeline("basic");
  expect(() => pipeline(images([1, 2, 2, 3]), { rng: createRng(0) })).toThrow("p is missing");
  expect(() => pipeline(images([1, 2, 2, 2]), { p: 1, rng: createRng(0) })).toThrow(
    "images must be [batch, height, width, 1 or 3]",
  );
});
