import * as tf from "@tensorflow/tfjs-core";
import { disposeParams, ready } from "tfjs-train";
import { expect, test } from "vitest";
import { createModel } from "../models/create-model.ts";
import { generate } from "../sampling/generate.ts";
import { restoreModel } from "./restore-model.ts";
import { createTestBatches } from "./test-batches.ts";
import { trainGan } from "./train-gan.ts";

test("a restored model makes the images that the training's average makes", async () => {
  await ready({ backend: "cpu" });
  const trained = createModel("hybridq", { preset: "tiny", options: { adaptiveNoise: true } });
  const training = trainGan({ model: trained, data: createTestBatches(trained.generator.imageShape), steps: 3 });
  for await (const _ of training);
  const state = await training.state();
  const before = tf.memory().numTensors;
  const { model, params } = restoreModel(state);
  expect(model.options).toEqual(trained.options);
  expect(await generate(model, params, [4, 2])).toEqual(await generate(trained, training.ema(), [4, 2]));
  disposeParams(params);
  expect(tf.memory().numTensors).toBe(before);
  expect(() => restoreModel({ ...state, model: { name: "vqgan", options: {} } })).toThrow(
    'no model named "vqgan"; did you mean "dcgan"?',
  );
  training.dispose();
});
