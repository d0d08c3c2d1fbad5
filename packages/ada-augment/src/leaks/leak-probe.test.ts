import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { createPipeline } from "../pipeline.ts";
import { createLeakProbe } from "./leak-probe.ts";

beforeAll(async () => {
  await ready();
});

/**
 * Reddish discs on a skin-coloured ground with a little texture: enough for the probe to have something to look at.
 *
 * @param lean - How much lighter the right side is than the left.
 */
function discs(count: number, seed: number, lean = 0): tf.Tensor4D {
  const size = 24;
  const out = new Float32Array(count * size * size * 3);
  const rng = createRng(seed);
  for (let i = 0; i < count; i++) {
    const [x0, y0, radius, tone] = [9 + 6 * rng.uniform(), 9 + 6 * rng.uniform(), 3 + 4 * rng.uniform(), 0.2 * rng.normal()];
    for (let k = 0; k < size * size; k++) {
      const inside = Math.hypot((k % size) - x0, Math.floor(k / size) - y0) < radius ? 0.6 : 0;
      const texture = 0.03 * rng.normal();
      [0.5, 0.1, -0.05].forEach((ground, c) => {
        out[(i * size * size + k) * 3 + c] =
          ground + 0.3 * tone + (lean * (k % size)) / size + texture - inside * [0.4, 0.7, 0.6][c];
      });
    }
  }
  return tf.tensor4d(out, [count, size, size, 3]);
}

test("it names a leaking op with the remedy, is silent on clean images, repeats itself and leaks no tensor", () => {
  const options = { ops: ["hue", "cutout"], steps: 60 } as const;
  const real = discs(96, 1);
  const others = discs(96, 2);
  const leaking = tf.concat([
    createPipeline(["cutout"], { p: 1 })(tf.slice(others, [0, 0, 0, 0], [24, 24, 24, 3]), { rng: createRng(3) }),
    tf.slice(others, [24, 0, 0, 0], [72, 24, 24, 3]),
  ]) as tf.Tensor4D;
  const before = tf.memory().numTensors;
  const probe = createLeakProbe(real, { ...options, rng: createRng(0) });
  expect(probe.ops).toEqual(["hue", "cutout"]);
  expect(probe.inspect(others).leaked).toBeUndefined();
  const report = probe.inspect(leaking);
  expect(report.leaked?.op).toBe("cutout");
  expect(report.remedy).toContain("Drop cutout from the pipe");
  expect(report.traces).toHaveLength(2);
  expect(probe.inspect(leaking)).toEqual(report);
  expect(tf.memory().numTensors).toBe(before);
});

test("a mirror is named where images have a left and a right, and else said to be out of reach", () => {
  const rng = createRng(0);
  const mirrored = (images: tf.Tensor4D) =>
    tf.concat([tf.reverse(tf.slice(images, [0, 0, 0, 0], [20, 24, 24, 3]), 2), tf.slice(images, [20, 0, 0, 0], [76, 24, 24, 3])]);
  const leaning = createLeakProbe(discs(96, 1, 0.4), { ops: ["x-flip"], rng });
  expect(leaning.inspect(discs(96, 2, 0.4))).toMatchObject({ leaked: undefined, untold: [] });
  const { leaked } = leaning.inspect(mirrored(discs(96, 2, 0.4)) as tf.Tensor4D);
  expect(leaked?.op).toBe("x-flip");
  expect(Math.abs((leaked?.share ?? 0) - (2 * 20) / 96)).toBeLessThan(0.06); // the op mirrors one image of two
  const alike = createLeakProbe(discs(96, 1), { ops: ["x-flip"], rng });
  const report = alike.inspect(mirrored(discs(96, 2)) as tf.Tensor4D);
  expect(report).toMatchObject({ leaked: undefined, untold: ["x-flip"] });
  expect(report.traces[0].leastShare).toBeUndefined();
});

test("mistakes are named", () => {
  const rng = createRng(0);
  expect(() => createLeakProbe(tf.zeros([3, 16, 16, 3]), { rng })).toThrow("64 real images at least are needed; got 3.");
  expect(() => createLeakProbe(tf.zeros([64, 4, 16, 3]), { rng })).toThrow("images need 8 pixels a side; got 4×16.");
  expect(() => createLeakProbe(tf.zeros([64, 16, 16, 3]), { rng, ops: ["hues"] })).toThrow('did you mean "hue"?');
});
