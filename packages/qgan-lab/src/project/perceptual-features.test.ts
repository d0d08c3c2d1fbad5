import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { backbones } from "classifier-eval";
import { lpipsTensors } from "fid-metrics";
import { createRng } from "repro-kit";
import { disposeParams, ready, valueAndGrads, weightsFromParams, writeSafetensors } from "tfjs-train";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPerceptualFeatures } from "./perceptual-features.ts";

let folder = "";
let weights = "";
let lpips = "";
const inception = join(import.meta.dirname, "../../../../../shared/weights/inception-v3-fid-768.safetensors");
const fileOf = (name: string): string | undefined => ({ "compact-cnn": weights, lpips, inception })[name];
const NAMES = ["random", "pixels", "compact-cnn", "lpips", ...(existsSync(inception) ? ["inception"] : [])];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-perceptual-"));
  weights = join(folder, "compact.safetensors");
  lpips = join(folder, "lpips.safetensors");
  await ready({ backend: "wasm" });
  const params = backbones.resolve("compact-cnn").init(createRng(0), { channels: 3 });
  writeFileSync(weights, writeSafetensors(await weightsFromParams(params, { layout: "torch" })));
  disposeParams(params);
  const rng = createRng(2);
  const tensors = lpipsTensors().map(({ name, shape }) => {
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    const data = rng.fork(name).fillUniform(new Float32Array(shape.reduce((product, size) => product * size, 1)), -1, 1);
    // He's widths; those of LPIPS are not negative.
    return [
      name,
      { dtype: "F32", shape, data: data.map((v) => (name.startsWith("lin") ? Math.abs(v) : v * Math.sqrt(6 / fanIn))) },
    ] as const;
  });
  writeFileSync(lpips, writeSafetensors(Object.fromEntries(tensors)));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Central differences in float32 along the gradient; ReLU's kinks and rounding are what is left. */
const STEP = 1e-2;
const TOLERANCE = 3e-2;

it.each(NAMES)(
  "%s: a slope is that of differences, rows do not mix, nothing leaks",
  async (name) => {
    const perceptual = await createPerceptualFeatures(name, fileOf(name));
    const shape: [number, number, number, number] = [2, 16, 16, 3];
    const size = 2 * 16 * 16 * 3;
    const draw = (label: string): Float32Array => createRng(1).fork(label).fillUniform(new Float32Array(size), -1, 1);
    const [image, target] = [draw("image"), draw("target")];
    const distance = (values: Float32Array): number =>
      tf.tidy(() => {
        const rows = tf.squaredDifference(
          perceptual.features(tf.tensor4d(values, shape)),
          perceptual.features(tf.tensor4d(target, shape)),
        );
        return tf.sum(rows).dataSync()[0];
      });
    distance(image); // filters are made with the first image
    const before = tf.memory().numTensors;
    const gradient = tf.tidy(() => {
      const goal = perceptual.features(tf.tensor4d(target, shape));
      const loss = valueAndGrads(
        ({ x }) => tf.sum(tf.squaredDifference(perceptual.features(x as tf.Tensor4D), goal)) as tf.Scalar,
      );
      return loss({ x: tf.tensor4d(image, shape) }).grads.x.dataSync();
    });
    const slope = Math.hypot(...gradient);
    expect(tf.memory().numTensors).toBe(before);
    const moved = (by: number): Float32Array => image.map((value, i) => value + (by * gradient[i]) / slope);
    const wanted = (distance(moved(STEP)) - distance(moved(-STEP))) / (2 * STEP);
    expect(Math.abs(slope - wanted)).toBeLessThan(TOLERANCE * wanted);
    const first = tf.tidy(() => perceptual.features(tf.tensor4d(image.slice(0, size / 2), [1, 16, 16, 3])).dataSync());
    const both = tf.tidy(() => perceptual.features(tf.tensor4d(image, shape)).dataSync());
    for (let i = 0; i < first.length; i += 97) expect(both[i]).toBeCloseTo(first[i], 5);
    perceptual.dispose();
  },
  120_000,
);

it("takes grey images, and looks at large ones no larger than 256 pixels", async () => {
  for (const name of ["random", "pixels", "compact-cnn"]) {
    const perceptual = await createPerceptualFeatures(name, name === "compact-cnn" ? weights : undefined);
    const size = tf.tidy(() => perceptual.features(tf.zeros([1, 512, 512, 1])).size);
    expect(size).toBe(tf.tidy(() => perceptual.features(tf.zeros([1, 256, 256, 1])).size));
    perceptual.dispose();
  }
});
