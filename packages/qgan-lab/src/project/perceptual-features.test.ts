import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { backbones } from "classifier-eval";
import { createFunctionExtractor, lpipsTensors } from "fid-metrics";
import { createRng, UsageError } from "repro-kit";
import { disposeParams, ready, valueAndGrads, weightsFromParams, writeSafetensors } from "tfjs-train";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectCommand } from "../cli/commands/project.ts";
import { drawWeights, towerTensors } from "./__fixtures__/tower-weights.ts";
import { checkSlope } from "./check-slope.ts";
import { createPerceptualFeatures, distanceNames } from "./perceptual-features.ts";

let folder = "";
let weights = "";
let lpips = "";
let dinov2 = "";
let clip = "";
const inception = join(import.meta.dirname, "../../../../../shared/weights/inception-v3-fid-768.safetensors");
const fileOf = (name: string): string | undefined => ({ "compact-cnn": weights, lpips, dinov2, clip, inception })[name];
const NAMES = ["random", "pixels", "compact-cnn", "lpips", "dinov2", "clip", ...(existsSync(inception) ? ["inception"] : [])];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-perceptual-"));
  weights = join(folder, "compact.safetensors");
  lpips = join(folder, "lpips.safetensors");
  dinov2 = join(folder, "dinov2.safetensors");
  clip = join(folder, "clip.safetensors");
  await ready({ backend: "wasm" });
  const params = backbones.resolve("compact-cnn").init(createRng(0), { channels: 3 });
  writeFileSync(weights, writeSafetensors(await weightsFromParams(params, { layout: "torch" })));
  disposeParams(params);
  writeFileSync(lpips, drawWeights(lpipsTensors()));
  writeFileSync(dinov2, drawWeights(towerTensors().dinov2));
  writeFileSync(clip, drawWeights(towerTensors().clip));
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

/** What an extractor's own resize moves by, in float32. */
const SAME = 1e-6;

it("compares what an extractor of one's own sees by its angle, and leaves it to its owner", async () => {
  let isDisposed = false;
  const run = (x: tf.Tensor4D): tf.Tensor2D => tf.add(tf.mean(x, [1, 2]), [1, 0, 0]) as tf.Tensor2D; // two of four axes are left
  const dispose = (): void => {
    isDisposed = true;
  };
  const extractor = createFunctionExtractor({ name: "mean-colour", dimension: 3, fingerprint: "v1", run, dispose });
  const perceptual = await createPerceptualFeatures(extractor, undefined);
  expect(perceptual).toMatchObject({ name: "mean-colour, 3, own, none; mean 0.5 0.5 0.5, std 0.5 0.5 0.5", weights: "v1" });
  expect(perceptual.description).toContain("features of mean-colour (3; own; resize: none;");
  checkSlope(perceptual, [8, 8, 3]);
  const squared = tf.tidy(() => {
    const [grey, red] = [tf.zeros([1, 4, 4, 3]), tf.tile(tf.tensor4d([-1, 1, 0], [1, 1, 1, 3]), [1, 4, 4, 1])];
    const rows = [grey, red].map((image) => perceptual.features(image as tf.Tensor4D)); // 4-D, by their making
    return tf.sum(tf.squaredDifference(rows[0], rows[1])).dataSync()[0];
  });
  expect(Math.abs(squared - 2)).toBeLessThan(SAME); // (1, 0, 0) and (0, 1, 0) stand at a right angle
  perceptual.dispose();
  expect(isDisposed).toBe(false);
});

it("tells why an extractor cannot be projected by", async () => {
  const options = { name: "own", dimension: 3, fingerprint: "1" };
  const slopeOf = async (run: (x: tf.Tensor4D) => tf.Tensor): Promise<string> => {
    const own = createFunctionExtractor({ ...options, run: (x) => run(x) as tf.Tensor2D }); // it looks itself
    const perceptual = await createPerceptualFeatures(own, undefined);
    try {
      checkSlope(perceptual, [8, 8, 3]);
      return "";
    } catch (error) {
      expect(UsageError.isInstance(error)).toBe(true);
      return (error as Error).message;
    }
  };
  const mean = (x: tf.Tensor): tf.Tensor2D => tf.mean(x, [1, 2]);
  expect(await slopeOf(mean)).toBe("");
  const broken =
    '[project] the distance "own, 3, own, none; mean 0.5 0.5 0.5, std 0.5 0.5 0.5" must have a gradient by images [8, 8, 3]; got';
  expect(await slopeOf((x) => tf.tensor2d(mean(x).dataSync(), [x.shape[0], 3]))).toContain(broken);
  expect(await slopeOf((x) => tf.cast(tf.argMax(tf.reshape(x, [x.shape[0], 64, 3]), 1), "float32"))).toContain(
    "a finite gradient that is not 0 everywhere",
  );
  expect(await slopeOf((x) => tf.mul(mean(tf.floor(x)), 2))).toContain("a finite gradient that is not 0 everywhere");
  expect(await slopeOf((x) => tf.sqrt(tf.mul(mean(x), 0)))).toContain("a finite gradient that is not 0 everywhere");
  // As plain JavaScript could give it: an extractor of uint8 images only.
  const { features: _, ...rounded } = createFunctionExtractor({ ...options, run: mean });
  await expect(createPerceptualFeatures(rounded as never, undefined)).rejects.toThrow(
    '[project] the extractor "own" must have features with a gradient',
  );
  await expect(createPerceptualFeatures(createFunctionExtractor({ ...options, run: mean }), "x.pth")).rejects.toThrow(
    "an extractor has its own",
  );
});

it("tells of another network's weights by their file, and every name is in the help", async () => {
  await expect(createPerceptualFeatures("dinov2", clip)).rejects.toThrow(
    /^\[createDinov2Extractor\] the weight file has no "patch_embed\.proj\.weight".*clip\.safetensors\)$/,
  );
  await expect(createPerceptualFeatures("clip", lpips)).rejects.toThrow(/createClipExtractor.*lpips\.safetensors\)$/);
  await expect(createPerceptualFeatures("lpips", `${dinov2},${clip}`)).rejects.toThrow(
    /31 missing .*and 28 more.*clip\.safetensors\)$/,
  );
  await expect(createPerceptualFeatures("clip", join(folder, "none.pth"))).rejects.toThrow("none.pth");
  const { text } = projectCommand.options.find(({ flags }) => flags.startsWith("--distance")) ?? { text: "" };
  for (const name of distanceNames().filter((one) => !backbones.names().includes(one))) expect(text).toContain(name);
});

it("takes grey images, and looks at large ones no larger than 256 pixels", async () => {
  for (const name of ["random", "pixels", "compact-cnn"]) {
    const perceptual = await createPerceptualFeatures(name, name === "compact-cnn" ? weights : undefined);
    const size = tf.tidy(() => perceptual.features(tf.zeros([1, 512, 512, 1])).size);
    expect(size).toBe(tf.tidy(() => perceptual.features(tf.zeros([1, 256, 256, 1])).size));
    perceptual.dispose();
  }
});

it("knows a backbone that is registered later", () => {
  const own = { ...backbones.resolve("compact-cnn"), name: "own-cnn" };
  backbones.register(own);
  expect(distanceNames()).toContain("own-cnn");
});
