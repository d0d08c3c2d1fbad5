import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, ready } from "tfjs-train";
import { expect, test } from "vitest";
import { createModel } from "../models/create-model.ts";
import { initParams } from "../models/parameter-spec.ts";
import { drawLatents } from "./draw-latents.ts";
import { generate } from "./generate.ts";
import { imagesOfStyles, stylesOfLatents } from "./style-images.ts";
import { styleNetworkOf } from "./style-network.ts";

const model = createModel("stylegan2", { preset: "tiny", options: { labelSize: 2 } });

test("styles and their images are those of the model; image i depends on row i only; nothing leaks", async () => {
  await ready({ backend: "wasm" });
  const params = initParams(model.generator.parameters, createRng(0));
  const made = styleNetworkOf(model, params);
  if (!made) throw new Error("bug: the model has styles.");
  const { network } = made;
  expect(network.parameters.map(({ name }) => `G.${name}`)).toEqual(model.generator.parameters.map(({ name }) => name));
  const before = tf.memory().numTensors;
  const seeds = [5, 6, 7];
  const labels = [0, 1, 1];
  const latents = drawLatents(model.generator, seeds);
  const truncation = { psi: 0.5, cutoff: 2 };
  const styles = await stylesOfLatents(network, made.params, latents, { labels, truncation });
  const row = network.synthesis.numStyles * network.styleSize;
  expect(styles).toHaveLength(3 * row);
  const pixels = await imagesOfStyles(network, made.params, styles);
  expect(pixels).toEqual(await generate(model, params, seeds, { labels, truncation }));
  const size = 8 * 8 * 3;
  expect(await imagesOfStyles(network, made.params, styles.subarray(row, 2 * row))).toEqual(pixels.subarray(size, 2 * size));
  expect(tf.memory().numTensors).toBe(before);
  disposeParams(params);
});

test("random noise is an image's own", async () => {
  await ready({ backend: "wasm" });
  const params = { ...initParams(model.generator.parameters, createRng(0)) };
  for (const name of Object.keys(params).filter((one) => one.endsWith("noise_strength"))) {
    params[name].dispose();
    params[name] = tf.scalar(0.5);
  }
  const made = styleNetworkOf(model, params);
  if (!made) throw new Error("bug: the model has styles.");
  const styles = await stylesOfLatents(made.network, made.params, drawLatents(model.generator, [1, 1]), { labels: [0, 0] });
  const draw = (noiseSeeds: readonly number[]) =>
    imagesOfStyles(made.network, made.params, styles, { noise: "random", noiseSeeds });
  const pixels = await draw([3, 4]);
  const size = pixels.length / 2;
  expect(pixels.subarray(0, size)).not.toEqual(pixels.subarray(size));
  expect((await draw([4, 3])).subarray(size)).toEqual(pixels.subarray(0, size));
  disposeParams(params);
});

test("refuses styles, classes and noise of another network", async () => {
  await ready({ backend: "wasm" });
  const params = initParams(model.generator.parameters, createRng(0));
  const made = styleNetworkOf(model, params);
  if (!made) throw new Error("bug: the model has styles.");
  const { network } = made;
  const latents = drawLatents(model.generator, [1]);
  await expect(stylesOfLatents(network, made.params, latents)).rejects.toThrow("this network is conditional: choose a class");
  await expect(stylesOfLatents(network, made.params, latents, { labels: [2] })).rejects.toThrow("class 2 is not among");
  await expect(stylesOfLatents(network, made.params, new Float32Array(3), { labels: [0] })).rejects.toThrow("rows of 4 numbers");
  await expect(imagesOfStyles(network, made.params, new Float32Array(3))).rejects.toThrow("Give those of this network");
  const styles = new Float32Array(network.synthesis.numStyles * 4);
  await expect(imagesOfStyles(network, made.params, styles, { noise: "random" })).rejects.toThrow(
    "needs a seed for each of the 1",
  );
  expect(styleNetworkOf(createModel("hybridq", { preset: "tiny" }), {})).toBeUndefined();
  disposeParams(params);
});
