import { expect, test } from "vitest";
import { createModel } from "../create-model.ts";
import { readStyleGan2Plan } from "./planned-training.ts";
import { planStyleGan2Training, type StyleGan2TrainingOptions } from "./training-options.ts";

const facts = { name: "skin", resolution: 32, numImages: 1000, hasLabels: true };
const planned = (options: Partial<StyleGan2TrainingOptions> = {}) =>
  readStyleGan2Plan(planStyleGan2Training({ data: "skin.zip", outdir: "runs", ...options }, facts), {
    channels: 3,
    labelSize: 0,
  });

test("auto at 32 pixels is the reference's: widths, batch, R1, average, adaptive augmentation", () => {
  const { modelOptions, ...training } = planned();
  expect(modelOptions).toMatchObject({ imageSize: 32, channelBase: 16384, channelMax: 512, mappingLayers: 2, clamp: 256 });
  expect(modelOptions).toMatchObject({ generatorLearningRate: 0.0025, minibatchGroup: 4, beta1: 0, beta2: 0.99 });
  expect(modelOptions.r1Gamma).toBeCloseTo((0.0002 * 32 ** 2) / 32, 12);
  expect(training).toEqual({
    batchSize: 32,
    steps: 781250, // 25 million images
    ema: { halfLifeKimg: 10, rampUp: 0.05 },
    augment: { kind: "ada", target: 0.6, rampKimg: 500 },
  });
});

test("every option reaches the model or the training", () => {
  const { modelOptions, ...training } = planned({
    ...{ cfg: "cifar", gamma: 3, kimg: 1, batch: 24, aug: "fixed", p: 0.3, freezed: 2, fp32: true },
    ...{ glr: 1e-3, dlr: 2e-3, clip: 5, dsteps: 2, microbatch: 8 },
  });
  expect(modelOptions).toMatchObject({
    ...{ r1Gamma: 3, freezeLayers: 2, clamp: 0, discriminatorArchitecture: "orig", pathLengthWeight: 0, styleMixing: 0 },
    ...{ generatorLearningRate: 1e-3, discriminatorLearningRate: 2e-3, discriminatorSteps: 2, minibatchGroup: 32 },
  });
  expect(training).toMatchObject({
    batchSize: 24,
    steps: 42,
    augment: { kind: "fixed", p: 0.3 },
    clipGradients: 5,
    microBatch: 8,
  });
  expect(planned({ aug: "noaug" }).augment).toBeUndefined();
  expect(planned({ resume: "ffhq256" })).toMatchObject({ ema: { rampUp: 0 }, augment: { rampKimg: 100 } });
  expect(planned({ epochs: 3 }).steps).toBe(94);
});

test("the model can be made of it", () => {
  const { modelOptions } = planned({ cfg: "paper256" });
  expect(createModel("stylegan2", { options: modelOptions }).options).toMatchObject(modelOptions);
});
