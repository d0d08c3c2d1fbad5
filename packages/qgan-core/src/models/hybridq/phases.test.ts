import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { type Params, ready, valueAndGrads } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { drawLatents } from "../../sampling/draw-latents.ts";
import { createTestContext } from "../../training/test-context.ts";
import type { PhaseContext, PhaseLoss } from "../gan-model.ts";
import { initParams } from "../parameter-spec.ts";
import { createHybridQ } from "./hybridq.ts";
import type { HybridQOptions } from "./options.ts";

beforeAll(() => ready({ backend: "cpu" }));

const TINY = {
  imageSize: 8,
  numQubits: 2,
  numSubGenerators: 2,
  numLayers: 1,
  latentDiscriminatorWidths: [8],
  discriminatorWidth: 2,
};

const setUp = (options: HybridQOptions, step = 0) => {
  const model = createHybridQ({ ...TINY, ...options });
  const params = initParams(model.parameters, createRng(0));
  const context: PhaseContext = createTestContext({
    step,
    images: tf.tensor4d(createRng(1).fillUniform(new Float32Array(4 * 8 * 8 * 3), -1, 1), [4, 8, 8, 3]),
    latents: tf.tensor2d(drawLatents(model.generator, [0, 1, 2, 3]), [4, 4]),
  });
  const [discriminator, generator] = model.phases;
  return { model, params, context, discriminator, generator };
};
const number = (scalar: tf.Scalar): number => scalar.dataSync()[0];
const numbers = ({ report }: PhaseLoss): Record<string, number> =>
  Object.fromEntries(Object.entries(report).map(([name, scalar]) => [name, number(scalar)]));
/** Values of order one to ten in float32. */
const FLOAT32 = 1e-5;

describe("the generator's loss is the sum that its docstring states", () => {
  test.each<[string, HybridQOptions, (r: Record<string, number>) => number]>([
    ["latent", {}, (r) => r.lossGLatent + 10 * r.reconstruction + 0.1 * r.alignment],
    ["image", { latentFusion: "image" }, (r) => r.lossGImage + 10 * r.reconstruction],
    [
      "both",
      { latentFusion: "both", imageWarmupSteps: 0, imageWeight: 0.3, reconstructionWeight: 2, alignmentWeight: 0.5 },
      (r) => r.lossGLatent + 0.3 * r.lossGImage + 2 * r.reconstruction + 0.5 * r.alignment,
    ],
  ])("%s", (_, options, expected) => {
    const { params, context, generator } = setUp(options);
    const result = generator.loss(params, context);
    expect(Math.abs(number(result.loss) - expected(numbers(result)))).toBeLessThan(FLOAT32 * 10);
  });
});

test("the discriminator's loss is the sum of those it has", () => {
  const { params, context, discriminator } = setUp({ latentFusion: "both", imageWarmupSteps: 0 });
  const result = discriminator.loss(params, context);
  const { lossDLatent, lossDImage } = numbers(result);
  expect(Math.abs(number(result.loss) - lossDLatent - lossDImage)).toBeLessThan(FLOAT32);
  expect(result.realLogits?.shape).toEqual([4, 1]);
});

test("the image discriminator begins after the warm-up", () => {
  const { discriminator, generator, params, context } = setUp({ latentFusion: "both", imageWarmupSteps: 5 }, 4);
  expect(discriminator.groups(4)).toEqual(["latent_discriminator"]);
  expect(discriminator.groups(5)).toEqual(["latent_discriminator", "discriminator"]);
  expect(numbers(discriminator.loss(params, context))).not.toHaveProperty("lossDImage");
  expect(numbers(generator.loss(params, { ...context, step: 5 }))).toHaveProperty("lossGImage");
});

test("without reconstruction the encoder of reading image is not trained", () => {
  const { generator } = setUp({ latentFusion: "image", reconstructionWeight: 0 });
  expect(generator.groups(0)).toEqual(["quantum", "decoder"]);
});

test("in reading latent the circuits hear the latent discriminator only, the decoder the reconstruction only", () => {
  const gradients = (options: HybridQOptions) => {
    const { params, context, generator } = setUp(options);
    const names = ["quantum.weights", "decoder.conv.weight"];
    const own = Object.fromEntries(names.map((name) => [name, params[name]]));
    const { grads } = valueAndGrads((variables: Params) => generator.loss({ ...params, ...variables }, context).loss)(own);
    return names.map((name) => [...grads[name].dataSync()]);
  };
  const [quantum, decoder] = gradients({});
  const [sameQuantum, doubledDecoder] = gradients({ reconstructionWeight: 20, alignmentWeight: 0 });
  expect(sameQuantum).toEqual(quantum);
  doubledDecoder.forEach((value, i) => {
    expect(Math.abs(value - 2 * decoder[i])).toBeLessThan(FLOAT32);
  });
});

test("both passes move the latents' running statistics on", () => {
  const { params, context, generator } = setUp({});
  const { buffers = {} } = generator.loss(params, context);
  expect(Object.keys(buffers).sort()).toEqual(
    ["encoded", "generated"].flatMap((source) => [`latent_norm.${source}.running_mean`, `latent_norm.${source}.running_var`]),
  );
});
