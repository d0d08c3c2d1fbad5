import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createPipeline } from "ada-augment";
import {
  type Classifier,
  type ClassifierReport,
  type DenseHead,
  evaluateClassifier,
  extractFeatures,
  headClassifier,
  type ImageArrays,
  loadBackbone,
  mobilenetV2Tensorflow,
  readTensorflowMobileNetV2,
  selectImages,
  testTimeAugmentation,
  trainClassifier,
  trainHead,
} from "classifier-eval";
import { importImages } from "dataset-zip/node";
import { folderStore, forgetTraining, loadTraining, saveTraining } from "qgan-lab";
import { createRng, type Split, splitByGroup } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, cosine, disposeParams, type Params, ready, warmUp } from "tfjs-train";
import type { Soak } from "./soak.ts";

const root = join(import.meta.dirname, "..", "..");
const CLASSES = ["mel", "nv"];
const FRACTIONS = { train: 0.6, validation: 0.2, test: 0.2 };
const BATCH = 32;
/** Steps between two checkpoints. */
const SAVE_EVERY = 20;
/** The first 14 of 19 stages stay: filters that any photograph needs. */
const FROZEN_STAGES = 14;

interface SkinOptions {
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly rate: number;
  readonly size: number;
  readonly out: string;
  readonly shared: string;
}

interface Scores {
  readonly seed: number;
  readonly probe: ClassifierReport;
  readonly tuned: ClassifierReport;
}

type SkinImages = ImageArrays & { readonly groups: readonly string[] };

async function loadImages(shared: string, size: number): Promise<SkinImages> {
  const source = join(shared, "data", "skin-ham10000");
  const pixels: Uint8Array[] = [];
  const labels: number[] = [];
  const groups: string[] = [];
  const settings = { classes: CLASSES, group: "lesion_id", size, filter: "bicubic" } as const;
  for await (const image of await importImages({ source, labels: join(source, "labels.csv"), ...settings })) {
    pixels.push(image.pixels.data);
    labels.push(image.label ?? -1); // a label that is missing is refused by the training
    groups.push(image.group ?? "");
  }
  return { images: Buffer.concat(pixels), labels, groups, imageShape: [size, size, 3] };
}

async function loadWeights(shared: string): Promise<Params> {
  const file = join(shared, "weights", "mobilenet-v2-imagenet");
  const weights = readTensorflowMobileNetV2(JSON.parse(await readFile(`${file}.json`, "utf8")), await readFile(`${file}.bin`));
  return loadBackbone(mobilenetV2Tensorflow, weights).params;
}

/** A head on frozen features: chosen by validation, read from the cache the second time. */
async function probe(
  images: SkinImages,
  params: Params,
  split: Split,
  { seed, out }: { seed: number; out: string },
): Promise<DenseHead> {
  const part = async (name: string) => {
    const data = selectImages(images, split.part(name));
    const features = await extractFeatures({
      backbone: mobilenetV2Tensorflow,
      params,
      data,
      store: folderStore(join(out, "features")),
    });
    return { features, labels: data.labels ?? [] };
  };
  const rng = createRng(seed).fork("probe");
  const training = trainHead({
    train: await part("train"),
    validation: await part("validation"),
    numClasses: 2,
    rng,
    patience: 10,
  });
  for await (const _ of training); // only the best head is wanted
  return training.head();
}

async function fineTune(
  images: SkinImages,
  start: { readonly params: Params; readonly head: DenseHead },
  split: Split,
  { seed, out, epochs, rate }: SkinOptions & { readonly seed: number },
): Promise<Classifier> {
  const flips = createPipeline(["x-flip", "y-flip", "rotate90"], { p: 1 });
  const stepsPerEpoch = Math.ceil(split.part("train").length / BATCH);
  const folder = join(out, `seed-${seed}`);
  const resume = await loadTraining(folder);
  const training = trainClassifier({
    train: selectImages(images, split.part("train")),
    validation: selectImages(images, split.part("validation")),
    classes: CLASSES,
    backbone: mobilenetV2Tensorflow,
    weights: start.params,
    head: start.head,
    frozenStages: FROZEN_STAGES,
    epochs,
    stepsPerEpoch,
    batchSize: BATCH,
    learningRate: warmUp(cosine(rate, { steps: epochs * stepsPerEpoch }), { steps: stepsPerEpoch }),
    weightDecay: 0.01,
    labelSmoothing: 0.05,
    augment: (batch, rng) => flips(batch, { rng }),
    patience: epochs,
    rng: createRng(seed).fork("fine-tune"),
    ...(resume ? { resume } : {}),
  });
  try {
    for await (const { step, totalSteps, loss, validation } of training) {
      if (step % SAVE_EVERY === 0) await saveTraining(folder, training);
      if (validation)
        console.log(
          `seed ${seed}: step ${step} of ${totalSteps}, loss ${loss.toFixed(3)}, validation ${validation.loss.toFixed(3)}, accuracy ${validation.accuracy.toFixed(3)}`,
        );
    }
    return training.classifier();
  } finally {
    training.dispose();
  }
}

async function runSeed(images: SkinImages, params: Params, options: SkinOptions & { readonly seed: number }): Promise<Scores> {
  const { seed, out } = options;
  const path = join(out, `seed-${seed}.json`);
  const known = await readFile(path, "utf8").catch(() => undefined); // not there yet
  if (known) return JSON.parse(known) as Scores; // our own file, written whole
  const split = splitByGroup({
    count: images.groups.length,
    fractions: FRACTIONS,
    rng: createRng(seed).fork("split"),
    groupOf: (i) => images.groups[i],
    labelOf: (i) => images.labels[i],
  });
  const head = await probe(images, params, split, { seed, out });
  const frozen = headClassifier({
    backbone: mobilenetV2Tensorflow,
    params,
    head,
    classes: CLASSES,
    imageShape: images.imageShape,
  });
  const tuned = await fineTune(images, { params, head }, split, options);
  const test = selectImages(images, split.part("test"));
  const groups = split.part("test").map((i) => images.groups[i]);
  const sides = ["identity", "flip-x", "flip-y", "rotate-180"];
  const scores: Scores = {
    seed,
    probe: await evaluateClassifier(frozen, test, { groups }),
    tuned: await evaluateClassifier(testTimeAugmentation(tuned, sides), test, { groups }),
  };
  frozen.dispose();
  tuned.dispose();
  await writeFileAtomic(path, `${JSON.stringify(scores, null, 1)}\n`);
  await forgetTraining(join(out, `seed-${seed}`));
  return scores;
}

const share = (report: ClassifierReport, name: "accuracy" | "rocAuc"): string => {
  const { [name]: interval } = report.intervals;
  return `${report[name]?.toFixed(3)} [${interval?.low.toFixed(3)}, ${interval?.high.toFixed(3)}]`;
};

function tableOf(all: readonly Scores[]): string {
  const rows = all.map(
    ({ seed, probe, tuned }) =>
      `| ${seed} | ${share(probe, "accuracy")} | ${share(probe, "rocAuc")} | ${share(tuned, "accuracy")} | ${share(tuned, "rocAuc")} |`,
  );
  const mean = (part: "probe" | "tuned", name: "accuracy" | "rocAuc"): string =>
    (all.reduce((sum, scores) => sum + (scores[part][name] ?? Number.NaN), 0) / all.length).toFixed(3);
  return [
    "| seed | frozen, accuracy | frozen, AUC | fine-tuned, accuracy | fine-tuned, AUC |",
    "|---|---|---|---|---|",
    ...rows,
    `| mean | ${mean("probe", "accuracy")} | ${mean("probe", "rocAuc")} | ${mean("tuned", "accuracy")} | ${mean("tuned", "rocAuc")} |`,
  ].join("\n");
}

async function run(args: readonly string[]): Promise<string> {
  const text = { type: "string" } as const;
  const names = { seeds: text, backend: text, out: text, shared: text, size: text, epochs: text, rate: text, threads: text };
  const { values } = parseArgs({ args: [...args], options: names });
  const info = await ready({
    backend: (values.backend ?? "auto") as BackendName | "auto", // ready refuses what it does not know
    ...(values.threads ? { threads: Number(values.threads) } : {}),
  });
  console.log(info.reason);
  const shared = values.shared ?? join(root, "..", "shared");
  const [epochs, rate, size] = [Number(values.epochs ?? 6), Number(values.rate ?? 1e-4), Number(values.size ?? 224)];
  const options: SkinOptions = {
    seeds: (values.seeds ?? "0,1,2,3,4").split(",").map(Number),
    ...{ epochs, rate, size, shared },
    // Other settings are other cells.
    out: join(resolve(values.out ?? join(root, "..", "soak-classifier-skin")), `${size}px-${epochs}-epochs-rate-${rate}`),
  };
  const images = await loadImages(shared, options.size);
  console.log(`${images.labels.length} images, ${new Set(images.groups).size} lesions`);
  const params = await loadWeights(shared);
  const all: Scores[] = [];
  for (const seed of options.seeds) {
    all.push(await runSeed(images, params, { ...options, seed }));
    await writeFileAtomic(join(options.out, "summary.md"), `${tableOf(all)}\n`);
  }
  disposeParams(params);
  console.log(tableOf(all));
  return `table in ${join(options.out, "summary.md")}`;
}

export const classifierSkin: Soak = {
  name: "classifier-skin",
  description: "melanoma against nevus by lesion, MobileNetV2 frozen and fine-tuned, five seeds, on ../shared/data (resumable)",
  run,
};
