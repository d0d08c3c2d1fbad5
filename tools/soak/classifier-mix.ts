import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openDatasetZipFile, saveSplit } from "dataset-zip/node";
import { type Fact, listRunFolders, makeDataset, readOptionsFile, resumeRun, sweepStudy, trainRun } from "qgan-lab";
import { createRng, expect, listKnown, type Split, shrinkPart, splitByGroup } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { mixTable, type SweepResult, type TrainedGenerator } from "./classifier-mix-table.ts";
import type { Soak } from "./soak.ts";

const root = join(import.meta.dirname, "..", "..");
const SCOPE = "classifier-mix";
const CLASSES = ["mel", "nv"];
const MODELS = ["hybridq", "dcgan"];
const SPLIT = "tenth";
const FRACTIONS = { train: 0.6, validation: 0.2, test: 0.2 };
/** Share of the training part that generators and classifiers learn from, as in the HybridQ paper. */
const SUBSET = 0.1;

interface MixOptions {
  readonly minutes: number;
  readonly seeds: readonly number[];
  readonly alphas: readonly number[];
  readonly epochs: number;
  readonly patience: number;
  readonly rate: number;
  readonly frozenStages: number;
  readonly smoothing: number;
  readonly size: number;
  readonly backend: string;
  readonly out: string;
  readonly shared: string;
  readonly models: readonly string[];
  readonly backbone: string;
  readonly weights?: string;
}

interface MixData {
  readonly path: string;
  readonly split: Split;
  readonly groups: readonly (string | null)[];
}

/** The dataset zip with a split by lesion whose training part was cut to a tenth. */
async function prepareData({ out, shared, size }: MixOptions): Promise<MixData> {
  const path = join(out, `skin-${size}.zip`);
  const source = join(shared, "data", "skin-ham10000");
  const labels = join(source, "labels.csv");
  const settings = { classes: CLASSES, group: "lesion_id", size, filter: "lanczos" } as const;
  if (!existsSync(path)) await makeDataset({ source, labels, ...settings, out: path });
  const dataset = await openDatasetZipFile(path);
  await dataset.close();
  const { labels: classes, groups, count, splits } = dataset;
  expect(classes && groups, SCOPE, `${path} has no classes or no lesions. Remove it, so that it is made anew.`);
  if (SPLIT in splits) return { path, split: splits[SPLIT].split, groups };
  const rng = createRng(0).fork("split");
  const of = { groupOf: (i: number) => groups[i], labelOf: (i: number) => classes[i] };
  const whole = splitByGroup({ count, fractions: FRACTIONS, rng, ...of });
  const split = shrinkPart(whole, { part: "train", fraction: SUBSET, rng: rng.fork("subset"), ...of });
  await saveSplit(path, { name: SPLIT, split, how: { seed: 0, fractions: FRACTIONS, subset: SUBSET } });
  return { path, split, groups };
}

/** A generator of one class, trained on the tenth alone; one that is there goes on to its end, one that is finished stays. */
async function trainGenerator(data: string, model: string, label: string, options: MixOptions): Promise<TrainedGenerator> {
  const { out, minutes, backend } = options;
  const known = await readGenerator(model, label, options);
  if (known) return known;
  const folder = join(out, model);
  const begun = await findRun(folder, data, label);
  const settings = { split: SPLIT, metrics: false, backend, seed: 0, snapshots: 4 };
  const trained =
    begun === undefined
      ? await trainRun({ data, model, class: label, out: folder, minutes, ...settings }, { onFact: tell })
      : await resumeRun(begun, { minutes }, { onFact: tell });
  const spent = (trained.seconds + trained.savingSeconds) / 60;
  const done = { model, class: label, run: trained.run, step: trained.step, minutes: spent, backend: trained.backend };
  await writeFileAtomic(recordOf(model, label, options), `${JSON.stringify({ ...done, asked: minutes }, null, 1)}\n`);
  return done;
}

async function findRun(folder: string, data: string, label: string): Promise<string | undefined> {
  for (const run of await listRunFolders(folder)) {
    if (!existsSync(join(run, "options.json"))) continue; // killed before it began
    const { data: described } = await readOptionsFile(run);
    if (described.class === label && described.path === data) return run;
  }
  return undefined;
}

const recordOf = (model: string, label: string, { out, size }: MixOptions): string => join(out, model, `${label}-${size}.json`);

/** What was written when a generator came to its end; undefined where it has not, or more minutes are asked for. */
async function readGenerator(model: string, label: string, options: MixOptions): Promise<TrainedGenerator | undefined> {
  const text = await readFile(recordOf(model, label, options), "utf8").catch(() => undefined); // not there yet
  if (text === undefined) return undefined;
  const { asked, ...generator } = JSON.parse(text) as TrainedGenerator & { asked: number }; // our own file, written whole
  return asked >= options.minutes ? generator : undefined;
}

function tell(fact: Fact): void {
  if (fact.kind === "note") console.log(fact.text);
  if (fact.kind === "snapshot") console.log(`snapshot at step ${fact.step}: ${fact.path}`);
}

/** Every generator to its end. */
async function trainAll(data: string, options: MixOptions): Promise<void> {
  for (const model of options.models) for (const label of CLASSES) await trainGenerator(data, model, label, options);
}

async function sweepAll({ path, split, groups }: MixData, options: MixOptions): Promise<string> {
  const { seeds, alphas, epochs, patience, rate, frozenStages, smoothing, backend } = options;
  const { backbone, weights, out, models, minutes } = options;
  const count = (part: string): string => {
    const indices = split.part(part);
    return `${indices.length} ${part} images of ${new Set(indices.map((i) => groups[i])).size} lesions`;
  };
  const protocol = [
    `${["train", "validation", "test"].map(count).join(", ")}; generators and classifiers learn from the same training images.`,
    `${backbone}${weights ? " with ImageNet's weights" : ""} at ${options.size}×${options.size}, ${frozenStages === 0 ? "all of it trained" : `first ${frozenStages} stages frozen`}, label smoothing ${smoothing}, AdamW, rate ${rate} (warm-up, cosine), batch 32, at most ${epochs} epochs of equal length for every cell, stopped after ${patience} without a better validation loss; seeds ${seeds.join(", ")}; "classical" is flips and quarter turns.`,
  ];
  const results: SweepResult[] = [];
  for (const model of models) {
    const generators: TrainedGenerator[] = [];
    for (const label of CLASSES) {
      const generator = await readGenerator(model, label, options);
      expect(generator, SCOPE, `${model} of ${label} is not trained for ${minutes} minutes. Run with --only train first.`);
      generators.push(generator);
    }
    const { summary } = await sweepStudy(
      {
        ...{ data: path, split: SPLIT, runs: generators.map(({ run }) => run), seeds, alphas },
        ...{ backbone, frozenStages, epochs, patience, labelSmoothing: smoothing, learningRate: rate, backend },
        ...(weights ? { weights } : {}),
        out: join(out, `sweep-${model}`),
        cells: join(out, "cells"), // the arms without generated images are the same for every generator
      },
      { onFact: tell },
    );
    results.push({ model, generators, summary });
    await writeFileAtomic(join(out, "summary.md"), mixTable(results, protocol));
  }
  return mixTable(results, protocol);
}

async function run(args: readonly string[]): Promise<string> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{
        only: text,
        minutes: text,
        seeds: text,
        alphas: text,
        epochs: text,
        patience: text,
        rate: text,
        freeze: text,
        smoothing: text,
      },
      ...{ size: text, backend: text, out: text, shared: text, backbone: text, weights: text, models: text },
    },
  });
  const { only } = values;
  expect(only === undefined || only === "train" || only === "sweep", SCOPE, `--only is train or sweep; got "${only}".`);
  const shared = values.shared ?? join(root, "..", "shared");
  const backbone = values.backbone ?? "mobilenet-v2-tensorflow";
  const isPretrained = backbone === "mobilenet-v2-tensorflow";
  const weights = values.weights ?? (isPretrained ? join(shared, "weights", "mobilenet-v2-imagenet.json") : undefined);
  const options: MixOptions = {
    minutes: Number(values.minutes ?? 20),
    seeds: (values.seeds ?? "0,1,2").split(",").map(Number),
    alphas: (values.alphas ?? "0,0.25,0.5,0.75").split(",").map(Number),
    epochs: Number(values.epochs ?? 6),
    patience: Number(values.patience ?? 2),
    rate: Number(values.rate ?? (isPretrained ? 3e-4 : 1e-3)),
    frozenStages: Number(values.freeze ?? 0),
    smoothing: Number(values.smoothing ?? 0.1),
    size: Number(values.size ?? 64),
    backend: values.backend ?? "auto",
    out: resolve(values.out ?? join(root, "..", "soak-classifier-mix")),
    models: values.models?.split(",") ?? MODELS,
    ...{ shared, backbone },
    ...(weights ? { weights } : {}),
  };
  for (const model of options.models)
    expect(MODELS.includes(model), SCOPE, () => `no model "${model}"; ${listKnown(model, MODELS)}`);
  const data = await prepareData(options);
  if (only !== "sweep") await trainAll(data.path, options);
  if (only === "train") return `generators in ${options.out}; the answer: --only sweep`;
  console.log(await sweepAll(data, options));
  return `table in ${join(options.out, "summary.md")}`;
}

export const classifierMix: Soak = {
  name: "classifier-mix",
  description:
    "10 % of the training images with and without HybridQ's and DCGAN's, 20 minutes a class, on ../shared/data (resumable; --only train, --only sweep)",
  run,
};
