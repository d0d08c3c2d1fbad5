import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { compareEvaluations } from "./compare-evaluations.ts";
import { evaluate } from "./evaluate.ts";
import { evaluatePaths } from "./evaluate-paths.ts";
import { createRandomConvolutionExtractor } from "./extractors/random-convolution.ts";
import { type PathGenerator, perceptualPathLength, pixelPathDistance } from "./perceptual-path-length.ts";
import { styleGanPresets } from "./stylegan-presets.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const generator: PathGenerator = {
  latentSize: 4,
  map: (latents) => tf.mul(latents, 2) as tf.Tensor2D,
  generate: (w) => tf.tidy(() => tf.tile(tf.reshape(w, [-1, 2, 2, 1]), [1, 8, 8, 1]) as tf.Tensor4D),
};
const distance = { ...pixelPathDistance, fingerprint: "abc" };

test("every path of the presets under its own name and protocol; a name's value stands alone", async () => {
  const presets = styleGanPresets.filter(({ kind }) => kind === "ppl");
  const paths = presets.map(({ name, path }) => ({ name, ...path, samples: 12, epsilon: 1e-2 }));
  const before = tf.memory().numTensors;
  const { values, protocol } = await evaluatePaths({ generator, distance, paths, seed: 3 });
  expect(tf.memory().numTensors).toBe(before);
  expect(Object.keys(values)).toEqual(presets.flatMap(({ name }) => [name, `${name}-sd`]));
  expect(new Set(Object.values(values)).size).toBe(10);
  const alone = await evaluatePaths({ generator, distance, paths: [paths[2]], seed: 3, batchSize: 5 });
  const { name, ...settings } = paths[2];
  const rng = createRng(3).fork(name);
  expect(alone.values[name]).toBe(values[name]);
  expect((await perceptualPathLength({ ...settings, generator, distance, rng })).mean).toBe(values[name]);
  expect(protocol).toMatchObject({ extractor: pixelPathDistance.name, weights: "abc", numReal: 0, numGenerated: 5 * 24 });
  expect(protocol.metrics[1].source).toContain("z, full, ε = 0.01, 12 pairs, cropped; mean squared pixel difference (abc)");
});

test("ppl of evaluate is the same number under the same protocol line; other paths do not compare", async () => {
  const images = {
    data: Uint8Array.from({ length: 6 * 48 }, (_, i) => (i * 37) % 251),
    count: 6,
    height: 4,
    width: 4,
    channels: 3,
  };
  const extractor = createRandomConvolutionExtractor();
  const path = { generator, distance, samples: 6, epsilon: 1e-2 };
  const whole = await evaluate({ real: images, generated: images, extractor, metrics: ["ppl"], path });
  const alone = await evaluatePaths({ generator, distance, paths: [{ name: "ppl", samples: 6, epsilon: 1e-2 }] });
  expect(alone.values).toEqual(whole.values);
  expect(alone.protocol.metrics).toEqual(whole.protocol.metrics);
  const other = await evaluatePaths({ generator, distance, paths: [{ name: "ppl", samples: 6, epsilon: 1e-3 }] });
  expect(() => compareEvaluations(alone, other)).toThrow("the definition of ppl");
  extractor.dispose();
});

test("refuses no path, and what perceptualPathLength refuses", async () => {
  await expect(evaluatePaths({ generator, distance, paths: [] })).rejects.toThrow("at least one path");
  await expect(evaluatePaths({ generator, distance, paths: [{ name: "x", samples: 1 }] })).rejects.toThrow("samples must be");
});
