import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { SweepSummary } from "classifier-eval";
import { openDatasetZipFile, saveSplit } from "dataset-zip/node";
import { type Fact, listRunFolders, makeDataset, readOptionsFile, resumeRun, sweepStudy, trainRun } from "qgan-lab";
import { createRng, shrinkPart, splitByGroup } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { Soak } from "./soak.ts";

const root = join(import.meta.dirname, "..", "..");
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
  readonly size: number;
  readonly backend: string;
  readonly out: string;
  readonly shared: string;
  readonly backbone: string;
  readonly weights?: string;
}

/** The dataset zip with a split by lesion whose training part was cut to a tenth. */
async function prepareData({ out, shared, size }: MixOptions): Promise<string> {
  const data = join(out, "skin.zip");
  const source = join(shared, "data", "skin-ham10000");
  if (!existsSync(data))
    await makeDataset({
      source,
      labels: join(source, "labels.csv"),
      classes: CLASSES,
      group: "lesion_id",
      size,
      filter: "lanczos",
      out: data,
    });
  const dataset = await openDatasetZipFile(data);
  const { labels, groups, count, splits } = dataset;
  await dataset.close();
  if (SPLIT in splits) return data;
  const rng = createRng(0).fork("split");
  const of = { groupOf: (i: number) => groups?.[i] ?? String(i), labelOf: (i: number) => labels?.[i] ?? -1 };
  const whole = splitByGroup({ count, fractions: FRACTIONS, rng, ...of });
  const split = shrinkPart(whole, { part: "train", fraction: SUBSET, rng: rng.fork("subset"), ...of });
  await saveSplit(data, { name: SPLIT, split, how: { seed: 0, fractions: FRACTIONS, subset: SUBSET } });
  return data;
}

/** A generator of one class, trained on the tenth alone; one that is there goes on to its end. */
async function trainGenerator(
  data: string,
  model: string,
  label: string,
  { out, minutes, backend }: MixOptions,
): Promise<string> {
  const folder = join(out, model);
  for (const run of await listRunFolders(folder)) {
    if (!existsSync(join(run, "options.json"))) continue;
    const { data: described } = await readOptionsFile(run);
    if (described.class === label) return (await resumeRun(run, {}, { onFact: tell })).run;
  }
  const settings = { split: SPLIT, metrics: false, backend, seed: 0, snapshots: 4 };
  return (await trainRun({ data, model, class: label, out: folder, minutes, ...settings }, { onFact: tell })).run;
}

function tell(fact: Fact): void {
  if (fact.kind === "note") console.log(fact.text);
  if (fact.kind === "snapshot") console.log(`snapshot at step ${fact.step}: ${fact.path}`);
}

const estimate = (
  value: number | null | undefined,
  interval: { readonly low: number; readonly high: number } | null | undefined,
): string =>
  value === null || value === undefined
    ? "–"
    : `${value.toFixed(3)} [${interval?.low.toFixed(3) ?? "–"}, ${interval?.high.toFixed(3) ?? "–"}]`;

function tableOf(results: readonly { readonly model: string; readonly summary: SweepSummary }[]): string {
  const rows = results.flatMap(({ model, summary }, i) =>
    summary.rows
      .filter(({ arm }) => i === 0 || arm.endsWith("generated")) // the arms without generated images are the same in every sweep
      .map(({ arm, alpha, numReal, numSynthetic, validation, test }) => {
        const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
        const isGenerated = arm.endsWith("generated");
        const isChosen = isGenerated && summary.choices.some((choice) => choice.arm === arm && choice.alpha === alpha);
        return `| ${isGenerated ? model : "–"} | ${arm} | ${alpha}${isChosen ? " *" : ""} | ${sum(numReal)} + ${sum(numSynthetic)} | ${validation.balancedAccuracy.toFixed(3)} | ${estimate(test.accuracy, test.intervals.accuracy)} | ${estimate(test.rocAuc, test.intervals.rocAuc)} |`;
      }),
  );
  const choices = results.flatMap(({ model, summary }) =>
    summary.choices.map(
      ({ arm, alpha, against, difference }) =>
        `- ${model}, ${arm}: validation chose α = ${alpha}; accuracy against ${against}: ${estimate(difference?.accuracy.value, difference?.accuracy.interval)}`,
    ),
  );
  return [
    "| generator | arm | α | training images | validation, balanced accuracy | test accuracy | test ROC AUC |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    "",
    "\\* chosen by validation. Means over the seeds; intervals over the test lesions.",
    "",
    ...choices,
  ].join("\n");
}

async function run(args: readonly string[]): Promise<string> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ minutes: text, seeds: text, alphas: text, epochs: text, size: text },
      ...{ backend: text, out: text, shared: text, backbone: text, weights: text, models: text },
    },
  });
  const options: MixOptions = {
    minutes: Number(values.minutes ?? 20),
    seeds: (values.seeds ?? "0,1,2").split(",").map(Number),
    alphas: (values.alphas ?? "0,0.25,0.5,0.75").split(",").map(Number),
    epochs: Number(values.epochs ?? 30),
    size: Number(values.size ?? 64),
    backend: values.backend ?? "auto",
    out: resolve(values.out ?? join(root, "..", "soak-classifier-mix")),
    shared: values.shared ?? join(root, "..", "shared"),
    backbone: values.backbone ?? "compact-cnn",
    ...(values.weights ? { weights: values.weights } : {}),
  };
  const data = await prepareData(options);
  const results: { model: string; summary: SweepSummary }[] = [];
  for (const model of values.models?.split(",") ?? MODELS) {
    const runs: string[] = [];
    for (const label of CLASSES) runs.push(await trainGenerator(data, model, label, options));
    const { seeds, alphas, epochs, backend, backbone, weights } = options;
    const { summary } = await sweepStudy(
      {
        ...{ data, split: SPLIT, runs, seeds, alphas, epochs, backend, backbone, patience: 10 },
        ...(weights ? { weights } : {}),
        out: join(options.out, `sweep-${model}`),
        cells: join(options.out, "cells"), // the arms without generated images are the same for every generator
      },
      { onFact: tell },
    );
    results.push({ model, summary });
    await writeFileAtomic(join(options.out, "summary.md"), `${tableOf(results)}\n`);
  }
  console.log(tableOf(results));
  return `table in ${join(options.out, "summary.md")}`;
}

export const classifierMix: Soak = {
  name: "classifier-mix",
  description:
    "10 % of the training images with and without HybridQ's and DCGAN's, 20 minutes a class, on ../shared/data (resumable)",
  run,
};
