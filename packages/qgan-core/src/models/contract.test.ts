import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, ready, valueAndGrads } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { drawLatents } from "../sampling/draw-latents.ts";
import { imagesFromPixels } from "../sampling/pixels.ts";
import { createTestBatches } from "../training/test-batches.ts";
import { createTestContext } from "../training/test-context.ts";
import { createModel } from "./create-model.ts";
import type { GanModel } from "./gan-model.ts";
import { models } from "./index.ts";
import { initParams } from "./parameter-spec.ts";
import { groupOf, parameterTable } from "./parameter-table.ts";

beforeAll(() => ready({ backend: "cpu" }));

/** Every model of the registry, in its smallest preset, and the readings of HybridQ. */
const cases: [string, () => GanModel][] = [
  ...models.names().map((name): [string, () => GanModel] => [name, () => createModel(name, { preset: "tiny" })]),
  ...(["image", "both"] as const).map((latentFusion): [string, () => GanModel] => [
    `hybridq, ${latentFusion}`,
    () => createModel("hybridq", { preset: "tiny", options: { latentFusion, imageWarmupSteps: 0, adaptiveNoise: true } }),
  ]),
  ["hybridq, grey, raw latents", () => createModel("hybridq", { preset: "tiny", options: { channels: 1, latentNorm: false } })],
  [
    "hybridq, convolutional decoder",
    () => createModel("hybridq", { preset: "tiny", options: { imageSize: 8, decoder: "convolutional", decoderWidth: 8 } }),
  ],
];

describe.each(cases)("%s", (_, create) => {
  const model = create();
  const setUp = async () => {
    const params = initParams(model.parameters, createRng(0));
    const data = createTestBatches(model.generator.imageShape);
    const images = imagesFromPixels(await data.next(), data.imageShape);
    const latents = tf.tensor2d(drawLatents(model.generator, [0, 1, 2, 3]), [4, model.generator.latentSize]);
    return { params, images, latents };
  };

  test("its options are plain JSON and make it again", () => {
    const options = JSON.parse(JSON.stringify(model.options));
    const again = models.resolve(model.name).create(options);
    expect(again.options).toEqual(model.options);
    expect(again.parameters.map(({ name, shape }) => [name, shape])).toEqual(
      model.parameters.map(({ name, shape }) => [name, shape]),
    );
  });

  test("every trained group has an optimiser, and the generator's parameters are among the model's", () => {
    const optimizers = model.createOptimizers();
    for (const { group } of parameterTable(model).rows) expect(optimizers).toHaveProperty([group]);
    const names = new Set(model.parameters.map(({ name }) => name));
    for (const { name } of model.generator.parameters) expect(names).toContain(name);
  });

  test("makes images of its shape in [−1, 1], row by row, and leaks nothing", async () => {
    const { params, images, latents } = await setUp();
    const before = tf.memory().numTensors;
    const made = model.generator.apply(params, latents);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(made.shape).toEqual([4, ...model.generator.imageShape]);
    const values = made.dataSync();
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    const second = tf.tidy(() => model.generator.apply(params, tf.slice(latents, [1, 0], [1, -1])).dataSync());
    expect([...second]).toEqual([...values.subarray(second.length, 2 * second.length)]);
    tf.dispose([made, images, latents]);
    disposeParams(params);
  });

  test("each phase has finite losses and a gradient in every tensor of its groups", async () => {
    const { params, images, latents } = await setUp();
    const trained = new Set<string>();
    for (const phase of model.phases) {
      const context = createTestContext({ images, latents, interval: phase.interval });
      const groups = phase.groups(0);
      const names = model.parameters
        .filter(({ name, isTrainable }) => isTrainable && groups.includes(groupOf(name)))
        .map(({ name }) => name);
      const own = Object.fromEntries(names.map((name) => [name, params[name]]));
      const before = tf.memory().numTensors;
      const { value, grads } = valueAndGrads((variables) => {
        const { loss, report } = phase.loss({ ...params, ...variables }, context);
        for (const scalar of Object.values(report)) expect(Number.isFinite(scalar.dataSync()[0])).toBe(true);
        return loss;
      })(own);
      expect(tf.memory().numTensors).toBe(before + 1 + names.length);
      expect(Number.isFinite(value.dataSync()[0])).toBe(true);
      for (const [name, grad] of Object.entries(grads)) {
        // A bias before a normalisation has none, up to rounding; every other tensor must have some.
        if (grad.dataSync().some((g) => g !== 0)) trained.add(name);
      }
      value.dispose();
      disposeParams(grads);
    }
    const all = model.parameters.filter(({ isTrainable }) => isTrainable).map(({ name }) => name);
    expect([...trained].sort()).toEqual([...all].sort());
    disposeParams(params);
    tf.dispose([images, latents]);
  });

  test("the schedule's buffers are buffers of the model", () => {
    const { schedule } = model;
    if (!schedule) return;
    const next = schedule.next(schedule.start, { lossD: 1, lossG: 1 });
    expect(JSON.parse(JSON.stringify(next))).toEqual(next);
    for (const name of Object.keys(schedule.buffers(next)))
      expect(model.parameters.find((spec) => spec.name === name)).toMatchObject({ isTrainable: false, shape: [] });
    for (const fact of Object.values(schedule.facts(next))) expect(Number.isFinite(fact)).toBe(true);
  });
});

test("every preset of every model can be made", () => {
  for (const { name, presets } of models)
    for (const preset of Object.keys(presets)) expect(createModel(name, { preset }).name).toBe(name);
});
