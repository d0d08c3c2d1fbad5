import * as tf from "@tensorflow/tfjs-core";
import { createAdaptiveP, createPipeline } from "ada-augment";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { createModel } from "../models/create-model.ts";
import type { GanModel } from "../models/gan-model.ts";
import { generate } from "../sampling/generate.ts";
import type { TrainGanOptions } from "./options.ts";
import { createTestBatches } from "./test-batches.ts";
import { type GanTraining, trainGan } from "./train-gan.ts";
import type { GanStep } from "./trainer.ts";
import { createGanTrainer } from "./trainer.ts";
import type { TrainerState } from "./trainer-state.ts";

beforeAll(() => ready({ backend: "cpu" }));

const tiny = (options: object = {}): GanModel => createModel("hybridq", { preset: "tiny", options });
const start = (options: Partial<TrainGanOptions> = {}): GanTraining => {
  const model = (options.model as GanModel | undefined) ?? tiny(); // these tests hand in objects
  return trainGan({ data: createTestBatches(model.generator.imageShape), ...options, model });
};
const run = async (training: GanTraining): Promise<GanStep[]> => {
  const steps: GanStep[] = [];
  for await (const step of training) steps.push(step);
  return steps;
};
/** A state without the clock, comparable byte for byte. */
const bytesOf = (state: TrainerState): string =>
  JSON.stringify(state, (_, value) =>
    ArrayBuffer.isView(value) ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] : value,
  );

describe("trainGan", () => {
  test("reports every step: losses, gradient norms, noise bound, time spent", async () => {
    const training = start({ steps: 3 });
    const steps = await run(training);
    expect(steps.map(({ step, images }) => [step, images])).toEqual([
      [1, 4],
      [2, 8],
      [3, 12],
    ]);
    const { losses, gradientNorms, facts, ms, augmentProbability } = steps[2];
    expect(Object.keys(losses)).toEqual(expect.arrayContaining(["lossD", "lossG", "reconstruction", "alignment"]));
    expect(Object.keys(gradientNorms).sort()).toEqual(["decoder", "encoder", "latent_discriminator", "quantum"]);
    expect(facts).toEqual({ noiseBound: Math.PI });
    expect(ms.total).toBeGreaterThanOrEqual(ms.quantum);
    expect(ms.quantum).toBeGreaterThan(0);
    expect(augmentProbability).toBeUndefined();
    training.dispose();
  });

  test("the loss of reconstruction falls", async () => {
    const training = start({ model: tiny({ classicalLearningRate: 5e-3 }), steps: 40 });
    const steps = await run(training);
    expect(steps[39].losses.reconstruction).toBeLessThan(0.2 * steps[0].losses.reconstruction);
    training.dispose();
  });

  test("tensors stay the same in number over 50 steps, and none is left in the end", async () => {
    for (const model of [
      tiny({ latentFusion: "both", imageWarmupSteps: 5, adaptiveNoise: true }),
      createModel("dcgan", { preset: "tiny" }),
    ]) {
      const before = tf.memory().numTensors;
      const training = start({ model, steps: 50, clipGradients: 1 });
      const counts: number[] = [];
      for await (const _ of training) counts.push(tf.memory().numTensors);
      expect(new Set(counts.slice(6)).size).toBe(1);
      training.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  test.each<[string, Partial<TrainGanOptions>]>([
    ["latent", {}],
    [
      "both, adaptive noise",
      { model: tiny({ latentFusion: "both", imageWarmupSteps: 3, adaptiveNoise: true }), clipGradients: 0.5 },
    ],
    ["dcgan", { model: createModel("dcgan", { preset: "tiny" }), intervals: { generator: 2 } }],
  ])("20 steps at once equal 10, save, load and 10: %s", async (_, options) => {
    const whole = start({ ...options, steps: 20, seed: 7 });
    const all = await run(whole);
    const first = start({ ...options, steps: 10, seed: 7 });
    await run(first);
    const saved = await first.state();
    first.dispose();
    const second = start({ ...options, steps: 20, seed: 7, resume: saved });
    const rest = await run(second);
    expect(rest.map(({ losses }) => losses)).toEqual(all.slice(10).map(({ losses }) => losses));
    expect(bytesOf(await second.state())).toBe(bytesOf(await whole.state()));
    expect(await generate(second.model, second.ema(), [0, 1])).toEqual(await generate(whole.model, whole.ema(), [0, 1]));
    whole.dispose();
    second.dispose();
  });

  test("another seed gives another training", async () => {
    const [a, b] = [start({ steps: 1, seed: 0 }), start({ steps: 1, seed: 1 })];
    expect((await run(a))[0].losses.lossD).not.toBe((await run(b))[0].losses.lossD);
    a.dispose();
    b.dispose();
  });

  test("stops after the step in hand when the signal fires, and goes on in a second loop", async () => {
    const controller = new AbortController();
    const training = start({ steps: 100, signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    const steps = await run(training);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.length).toBeLessThan(100);
    expect(training.stepsDone).toBe(steps.length);
    expect((await training.state()).step).toBe(steps.length);
    training.dispose();

    const other = start({ steps: 4 });
    for await (const { step } of other) if (step === 2) break;
    expect((await run(other)).map(({ step }) => step)).toEqual([3, 4]);
    other.dispose();
  });

  test("a number that is not finite names the step and the tensor; nothing can be saved from there", async () => {
    const model = tiny();
    const before = tf.memory().numTensors;
    const broken: GanModel = {
      ...model,
      phases: model.phases.map((phase) => ({
        ...phase,
        loss(params, context) {
          const result = phase.loss(params, context);
          if (phase.name !== "generator" || context.step < 2) return result;
          // Finite in value; its gradient by the bias is infinite: d√x/dx at 0.
          const root = tf.sum(tf.sqrt(tf.mul(params["decoder.conv.bias"], 0)));
          return { ...result, loss: tf.add(result.loss, root) };
        },
      })),
    };
    const training = start({ model: broken, steps: 5 });
    await expect(run(training)).rejects.toThrow(
      /^\[trainGan\] step 3, phase generator: the gradient of decoder\.conv\.bias holds (NaN|Infinity)\./,
    );
    await expect(training.state()).rejects.toThrow("there is no whole state to save: [trainGan] step 3");
    training.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a loss that is NaN is named", async () => {
    const model = tiny();
    const broken: GanModel = {
      ...model,
      phases: [
        {
          ...model.phases[0],
          loss: (...given) => ({ loss: model.phases[0].loss(...given).loss, report: { lossD: tf.scalar(Number.NaN) } }),
        },
      ],
    };
    const training = start({ model: broken });
    await expect(run(training)).rejects.toThrow("[trainGan] step 1, phase discriminator: lossD is NaN.");
    training.dispose();
  });

  test("augmentation follows the discriminator and is resumed", async () => {
    const hook = () => ({
      pipeline: createPipeline("basic"),
      controller: createAdaptiveP({ target: -1, intervalBatches: 2, rampKimg: 0.1 }),
    });
    const model = createModel("dcgan", { preset: "tiny" });
    const whole = start({ model, steps: 8, augment: hook() });
    const all = await run(whole);
    expect(all.map(({ augmentProbability }) => augmentProbability)[0]).toBe(0);
    expect(all[7].augmentProbability).toBeGreaterThan(0);
    const first = start({ model, steps: 3, augment: hook() });
    await run(first);
    const second = start({ model, steps: 8, augment: hook(), resume: await first.state() });
    expect((await run(second)).map(({ losses }) => losses)).toEqual(all.slice(3).map(({ losses }) => losses));
    for (const training of [whole, first, second]) training.dispose();
  });

  test("a controller without an upper bound, as the reference's, goes on above 1: every image is augmented then", async () => {
    const controller = createAdaptiveP({ max: Number.POSITIVE_INFINITY, initial: 1.25 });
    const model = createModel("dcgan", { preset: "tiny" });
    const training = start({ model, steps: 1, augment: { pipeline: createPipeline("basic"), controller } });
    expect((await run(training))[0].augmentProbability).toBe(1.25);
    training.dispose();
  });

  test("the average starts near the parameters and follows them", async () => {
    const training = start({ steps: 5, ema: { halfLifeKimg: 0, rampUp: 0 } });
    await run(training);
    for (const [name, tensor] of Object.entries(training.ema()))
      expect([...tensor.dataSync()]).toEqual([...training.params()[name].dataSync()]);
    training.dispose();
  });
});

describe("options", () => {
  test.each<[Partial<TrainGanOptions>, string]>([
    [{ batchSize: 3 } as never, '[trainGan] unknown option "batchSize"; known: augment, clipGradients, data'],
    [{ data: createTestBatches([32, 32, 3]) }, "the model makes images of 16×16×3; the data are 32×32×3. Resize the data"],
    [{ data: createTestBatches([16, 16, 3], 1) }, "batchSize must be at least 2"],
    [{ intervals: { generater: 2 } }, 'unknown option "generater"; did you mean "generator"?'],
    [{ intervals: { generator: 0 } }, "the interval of generator must be an integer ≥ 1; got 0."],
    [{ clipGradients: 0 }, "clipGradients must be above 0; got 0."],
    [{ ema: { kimg: 3 } as never }, 'unknown option "kimg"'],
    [
      { augment: { pipeline: createPipeline("basic") } },
      'hybridq with these options has none. Leave it out, or set latentFusion to "image" or "both".',
    ],
  ])("%j", (options, message) => {
    expect(() => start(options)).toThrow(message);
  });

  test("a state of another model or of other options is not continued", async () => {
    const training = start({ steps: 1 });
    await run(training);
    const resume = await training.state();
    expect(() => start({ model: tiny({ alignmentWeight: 0.5 }), resume })).toThrow(
      "the model's alignmentWeight was 0.1 and is now 0.5.",
    );
    expect(() => start({ clipGradients: 1, resume })).toThrow("the training's clipGradients was null and is now 1.");
    expect(() => start({ model: createModel("hybridq-classical", { preset: "tiny" }), resume })).toThrow(
      "this is the state of a hybridq, not of a hybridq-classical.",
    );
    training.dispose();
  });

  test("a step in hand is neither saved nor begun twice; a state is of one step, whatever comes after it", async () => {
    const trainer = createGanTrainer({ model: tiny(), data: createTestBatches([16, 16, 3]) });
    const first = trainer.step();
    await expect(trainer.step()).rejects.toThrow("a step is in hand. Wait for it.");
    await expect(trainer.state()).rejects.toThrow("a step is in hand. Wait for it.");
    await first;
    const asked = trainer.state();
    const again = await trainer.state();
    await trainer.step();
    expect(await asked).toEqual(again);
    expect(trainer.stepsDone).toBe(2);
    trainer.dispose();
  });

  test("a state that cannot be taken up leaves no tensor behind", async () => {
    const training = start({ steps: 1 });
    await run(training);
    const resume = await training.state();
    training.dispose();
    const before = tf.memory().numTensors;
    const { "quantum.weights": _, ...fewer } = resume.ema;
    expect(() => start({ resume: { ...resume, ema: fewer } })).toThrow("quantum.weights");
    expect(() => start({ resume: { ...resume, optimizers: {} } })).toThrow("the optimisers' state");
    expect(() => start({ resume: { ...resume, data: { epoch: 0 } } })).toThrow("the state is damaged");
    expect(tf.memory().numTensors).toBe(before);
  });

  test("the order in which intervals are given does not matter to a resumption", async () => {
    const training = start({ steps: 1, intervals: { generator: 2, discriminator: 1 } });
    await run(training);
    start({ intervals: { discriminator: 1, generator: 2 }, resume: await training.state() }).dispose();
    training.dispose();
  });
});
