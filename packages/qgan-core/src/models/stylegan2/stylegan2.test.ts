import * as tf from "@tensorflow/tfjs-core";
import { createAdaptiveP, createPipeline } from "ada-augment";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../sampling/generate.ts";
import { type BatchSource, createBatchSource } from "../../training/batch-source.ts";
import type { TrainGanOptions } from "../../training/options.ts";
import { createTestBatches } from "../../training/test-batches.ts";
import { type GanTraining, trainGan } from "../../training/train-gan.ts";
import type { GanStep } from "../../training/trainer.ts";
import type { TrainerState } from "../../training/trainer-state.ts";
import { createModel } from "../create-model.ts";

beforeAll(() => ready({ backend: "wasm" }));

const tiny = (options: object = {}) => createModel("stylegan2", { preset: "tiny", options });
/** Eight images of two classes, 8×8. */
function labelledBatches(batchSize = 4): BatchSource {
  const images = async (indices: readonly number[]) =>
    Uint8Array.from({ length: indices.length * 192 }, (_, k) => 40 + ((indices[Math.floor(k / 192)] * 31 + k * 7) % 180));
  const dataset = {
    count: 8,
    imageShape: [8, 8, 3] as const,
    images,
    labels: Int32Array.from([0, 1, 0, 1, 0, 1, 0, 1]),
    classes: ["a", "b"],
  };
  return createBatchSource({ dataset, batchSize, rng: createRng(1).fork("data"), useLabels: true });
}
const start = (options: Partial<TrainGanOptions> = {}): GanTraining =>
  trainGan({ model: tiny(), data: createTestBatches([8, 8, 3]), ...options });
const run = async (training: GanTraining): Promise<GanStep[]> => {
  const steps: GanStep[] = [];
  for await (const step of training) steps.push(step);
  return steps;
};
const bytesOf = (state: TrainerState): string =>
  JSON.stringify(state, (_, value) =>
    ArrayBuffer.isView(value) ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] : value,
  );
const largestGap = (a: TrainerState, b: TrainerState): number =>
  Math.max(
    ...Object.entries(a.params).map(([name, { data }]) => {
      const [ours, theirs] = [data, b.params[name].data].map((values) => Array.from(values as ArrayLike<number>)); // float32
      const largest = Math.max(...theirs.map(Math.abs), 1e-6);
      return Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]))) / largest;
    }),
  );

describe("training on wasm", () => {
  test("20 steps are, byte for byte, 10, a saved state and 10 more; with classes and adaptive augmentation", async () => {
    const options = () => ({
      model: tiny({ labelSize: 2 }),
      data: labelledBatches(),
      seed: 7,
      augment: { pipeline: createPipeline("basic"), controller: createAdaptiveP({ target: -1, rampKimg: 0.1 }) },
    });
    const whole = start({ ...options(), steps: 20 });
    const all = await run(whole);
    const first = start({ ...options(), steps: 10 });
    await run(first);
    const second = start({ ...options(), steps: 20, resume: await first.state() });
    const rest = await run(second);
    expect(rest.map(({ losses }) => losses)).toEqual(all.slice(10).map(({ losses }) => losses));
    expect(bytesOf(await second.state())).toBe(bytesOf(await whole.state()));
    expect(all[19].augmentProbability).toBeGreaterThan(0);
    for (const training of [whole, first, second]) training.dispose();
  });

  test("reports each phase when it is due, moves the running means, and leaks nothing", async () => {
    const before = tf.memory().numTensors;
    const training = start({ steps: 18 });
    const counts: number[] = [];
    const steps: GanStep[] = [];
    for await (const step of training) {
      counts.push(tf.memory().numTensors);
      steps.push(step);
    }
    const due = (name: string) => steps.flatMap(({ losses }, i) => (name in losses ? [i] : []));
    expect(due("lossG")).toHaveLength(18);
    expect(due("pathLengthPenalty")).toEqual([0, 4, 8, 12, 16]);
    expect(due("r1Penalty")).toEqual([0, 16]);
    expect(new Set(counts).size).toBe(1);
    expect(training.params()["loss.pl_mean"].dataSync()[0]).toBeGreaterThan(0);
    expect(training.ema()["G.mapping.w_avg"].dataSync()).toEqual(training.params()["G.mapping.w_avg"].dataSync());
    training.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("passes of a part of the batch give what one pass of all of it gives", async () => {
    // Sums in another order: eight parts in float32. With beta1 = 0 Adam would follow the signs of rounding errors, so a plain mean.
    const model = tiny({ beta1: 0.5, beta2: 0.9, generatorLearningRate: 1e-3, discriminatorLearningRate: 1e-3, labelSize: 2 });
    const options = () => ({
      model,
      data: labelledBatches(8),
      steps: 1,
      augment: { pipeline: createPipeline("basic"), p: 0.7 },
    });
    const [whole, parts] = [start(options()), start({ ...options(), microBatch: 2 })];
    const [[one], [other]] = [await run(whole), await run(parts)];
    for (const [name, value] of Object.entries(one.losses))
      expect(Math.abs(other.losses[name] - value)).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
    for (const [name, value] of Object.entries(one.gradientNorms))
      expect(Math.abs(other.gradientNorms[name] - value)).toBeLessThan(1e-4 * value);
    const [a, b] = [await parts.state(), await whole.state()];
    expect(Math.abs(largestGap(pick(a, /w_avg|pl_mean/), pick(b, /w_avg|pl_mean/)))).toBeLessThan(1e-5);
    whole.dispose();
    parts.dispose();
  });

  test("p moves as far as the images of an interval say, also where R1 looks at them again", async () => {
    const controller = createAdaptiveP({ target: -1, rampKimg: 0.1 });
    const training = start({ steps: 4, augment: { pipeline: createPipeline("shift"), controller } });
    await run(training);
    expect(controller.p).toBe(Math.fround((4 * 4) / 100)); // R1 at the first of the four steps
    training.dispose();
  });

  test("a batch of one image trains: nothing in these networks needs more", async () => {
    const training = start({ data: createTestBatches([8, 8, 3], 1), steps: 2 });
    for (const { losses } of await run(training)) for (const value of Object.values(losses)) expect(value).not.toBeNaN();
    training.dispose();
  });

  test("ratio of updates, frozen layers and the other architectures", async () => {
    const training = start({
      model: tiny({
        discriminatorSteps: 2,
        freezeLayers: 2,
        discriminatorArchitecture: "skip",
        generatorArchitecture: "resnet",
        clamp: 256,
      }),
      steps: 4,
      clipGradients: 1,
    });
    const before = (await training.state()).params["D.b8.fromrgb.weight"].data;
    const steps = await run(training);
    expect(steps.map(({ losses }) => "lossG" in losses)).toEqual([true, false, true, false]);
    expect((await training.state()).params["D.b8.fromrgb.weight"].data).toEqual(before);
    training.dispose();
  });
});

test("a training begins from given weights, and copies them", async () => {
  const source = start({ steps: 1 });
  await run(source);
  const { "loss.pl_mean": mean, ...params } = source.params();
  const training = start({ seed: 5, initial: { params, ema: source.ema() } });
  for (const [name, tensor] of Object.entries(params)) expect(training.params()[name].dataSync()).toEqual(tensor.dataSync());
  for (const [name, tensor] of Object.entries(source.ema())) expect(training.ema()[name].dataSync()).toEqual(tensor.dataSync());
  expect(mean.dataSync()[0]).toBeGreaterThan(0);
  source.dispose();
  await training.state();
  training.dispose();
  expect(() => start({ initial: { params: { "G.x": tf.scalar(0) }, ema: {} } })).toThrow("initial holds G.x of shape []");
});

const pick = (state: TrainerState, names: RegExp): TrainerState => ({
  ...state,
  params: Object.fromEntries(Object.entries(state.params).filter(([name]) => names.test(name))),
});

test("images depend on class, truncation and seed", async () => {
  const training = start({ model: tiny({ labelSize: 2 }), data: labelledBatches(), steps: 2 });
  await run(training);
  const { model } = training;
  const of = (options: object) => generate(model, training.ema(), [0, 1], options);
  const images = await of({ labels: [0, 1] });
  expect(await of({ labels: [0, 1] })).toEqual(images);
  expect(await of({ labels: [0, 0] })).not.toEqual(images);
  expect((await of({ labels: [0, 0] })).subarray(0, 192)).toEqual(images.subarray(0, 192));
  const [first, second] = halves(await of({ labels: [1, 1], truncation: { psi: 0 } }));
  expect(first).toEqual(second);
  await expect(of({})).rejects.toThrow("conditional: give a class for each image");
  await expect(of({ labels: [0, 2] })).rejects.toThrow("class 2");
  training.dispose();
});

const halves = (pixels: Uint8Array): readonly [Uint8Array, Uint8Array] => [pixels.subarray(0, 192), pixels.subarray(192)];

describe("options", () => {
  test.each<[object, string]>([
    [{ imageSize: 48 }, "imageSize must be a power of two from 4 to 1024; got 48. Pad, crop or stretch the images to 64"],
    [{ channelBase: 4 }, "channelBase must be at least the side of the image"],
    [{ gamma: 1 }, 'unknown option "gamma"'],
    [{ r1Gamma: -1 }, "r1Gamma must be at least 0; got -1."],
    [{ generatorArchitecture: "plain" }, 'no architecture "plain"; known: skip, resnet, orig.'],
    [{ styleMixing: 2 }, "styleMixing must lie in [0, 1]; got 2."],
  ])("%j", (options, message) => {
    expect(() => tiny(options)).toThrow(message);
  });

  test("a training that the data do not fit is refused before it starts", () => {
    expect(() => start({ model: tiny({ labelSize: 2 }) })).toThrow(
      "the model is conditional on 2 classes; the data have no labels.",
    );
    expect(() => start({ microBatch: 1 })).toThrow("microBatch must hold a group of 2 images");
    expect(() => start({ data: createTestBatches([8, 8, 3], 3) })).toThrow("a batch of 3 cannot be split into groups of 2");
    expect(() =>
      start({ model: createModel("dcgan", { preset: "tiny" }), data: createTestBatches([16, 16, 3]), microBatch: 2 }),
    ).toThrow("dcgan compares the images of a whole batch with one another");
  });
});
