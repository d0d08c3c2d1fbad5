import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { expect, listKnown } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import { loadComparisonData } from "./hybridq-comparison/comparison-data.ts";
import { createSampleMeter } from "./hybridq-comparison/measure-samples.ts";
import { measureStepTimes } from "./hybridq-comparison/step-time.ts";
import { type RunResult, summarise } from "./hybridq-comparison/summary.ts";
import { readSamples, trainRun } from "./hybridq-comparison/train-run.ts";
import { MODEL_VARIANTS, READING_VARIANTS, type Variant } from "./hybridq-comparison/variants.ts";
import type { Soak } from "./soak.ts";

interface ComparisonOptions {
  /** Minutes of training a run on a quiet machine, counted in steps; sampling, saving and metrics are not counted. */
  readonly minutes?: number;
  readonly seeds?: readonly number[];
  /** Names of variants; all by default. */
  readonly models?: readonly string[];
  readonly backend?: BackendName | "auto";
  /** Where runs and results are kept; the same folder continues. */
  readonly out: string;
  /** Snapshots that are measured, evenly spaced; the last is the end. */
  readonly snapshots?: number;
  /** Images that are generated and measured, and at most so many real ones; figures hold for 500. */
  readonly count?: number;
  /** The folder with data/ and weights/. */
  readonly shared?: string;
  /** Stops when the step times are measured, which wants a machine with nothing else to do. */
  readonly calibrateOnly?: boolean;
  readonly variants?: readonly Variant[];
  readonly tell?: (line: string) => void;
}

const root = join(import.meta.dirname, "..", "..");

/**
 * Trains each model with each seed for the same time on the same melanoma images, then measures 500 samples of the moving
 * average (seeds 0–499) against the training images and against test images of other lesions. Resumable: a finished run is
 * not repeated, an interrupted one continues from its checkpoint.
 *
 * @returns The tables in markdown, which also stand in `<out>/summary.md`.
 */
async function run(options: ComparisonOptions): Promise<string> {
  const { minutes = 12, seeds = [0, 1, 2], backend = "auto", out, snapshots = 4, count = 500 } = options;
  const { shared = join(root, "..", "shared"), variants = MODEL_VARIANTS, tell = console.log } = options;
  const names = options.models ?? variants.map(({ name }) => name);
  const chosen = names.map((name) => {
    const variant = variants.find((candidate) => candidate.name === name);
    expect(
      variant,
      "hybridq-comparison",
      () =>
        `no variant "${name}"; ${listKnown(
          name,
          variants.map((one) => one.name),
        )}`,
    );
    return variant;
  });
  const info = await ready({ backend });
  tell(info.reason);
  await mkdir(out, { recursive: true });
  await checkPlan(join(out, "plan.json"), JSON.stringify({ minutes, snapshots, count }));
  const data = await loadComparisonData(shared, count);
  tell(`${data.train.count} training images, ${data.testImages.count} test images of other lesions`);
  const times = await measureStepTimes(join(out, "step-times.json"), chosen, info.backend, data.train, tell);
  if (options.calibrateOnly) return "";
  const snapshotMinutes = Array.from({ length: snapshots }, (_, i) => (minutes * (i + 1)) / snapshots);

  const runs = seeds.flatMap((seed) =>
    chosen.map((variant) => ({
      variant,
      seed,
      folder: join(out, `${variant.name}-${info.backend}-seed${seed}`),
      backend: info.backend,
      stepTime: times[variant.name],
      snapshotMinutes,
      count,
      data,
      tell,
    })),
  );
  for (const plan of runs) await trainRun(plan);

  const meter = await createSampleMeter(
    join(shared, "weights", "inception-v3-fid-768.safetensors"),
    data.trainImages,
    data.testImages,
  );
  const results: RunResult[] = [];
  for (const plan of runs) {
    const { variant, seed, folder } = plan;
    const path = join(folder, "result.json");
    const known = await readFile(path, "utf8").catch(() => undefined); // not measured yet
    if (known) {
      results.push(JSON.parse(known) as RunResult); // our own file, written whole
      continue;
    }
    const progress = await trainRun(plan);
    const curve: RunResult["curve"][number][] = [];
    for (const { minutes: at, step } of progress.snapshots)
      curve.push({ minutes: at, step, measurement: await meter.measure(await readSamples(folder, at)) });
    const result: RunResult = {
      variant: variant.name,
      seed,
      backend: info.backend,
      parameters: progress.parameters,
      steps: progress.step,
      trainMinutes: progress.trainMs / 60_000,
      quantumShare: progress.quantumMs / progress.wallMs,
      curve,
    };
    await writeFileAtomic(path, `${JSON.stringify(result, null, 1)}\n`);
    results.push(result);
    tell(
      `${variant.name} seed ${seed}: FID768 ${curve[curve.length - 1].measurement.test[768].fid.toFixed(3)} against the test images`,
    );
  }
  meter.dispose();
  const summary = summarise(results, chosen, meter);
  await writeFileAtomic(join(out, "summary.md"), summary);
  tell(summary);
  return summary;
}

/** Runs of other lengths do not belong into one table. */
async function checkPlan(path: string, plan: string): Promise<void> {
  const known = await readFile(path, "utf8").catch(() => undefined); // the folder is new
  expect(
    !known || known === plan,
    "hybridq-comparison",
    `${path} says ${known}; now ${plan}. Choose another --out, or the same figures.`,
  );
  if (!known) await writeFileAtomic(path, plan);
}

/** `--minutes 12 --seeds 0,1,2 --models hybridq,dcgan --backend wasm --out <folder> --snapshots 4 --calibrate` */
async function runFromArguments(name: string, variants: readonly Variant[], args: readonly string[]): Promise<string> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: text,
      seeds: text,
      models: text,
      backend: text,
      out: text,
      snapshots: text,
      count: text,
      shared: text,
      calibrate: { type: "boolean" },
    },
  });
  const number = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));
  const out = resolve(values.out ?? join(root, "..", `soak-${name}`));
  await run({
    variants,
    out,
    minutes: number(values.minutes),
    seeds: values.seeds?.split(",").map(Number),
    models: values.models?.split(","),
    backend: values.backend as BackendName | undefined, // ready refuses what it does not know
    snapshots: number(values.snapshots),
    count: number(values.count),
    shared: values.shared,
    calibrateOnly: values.calibrate,
  });
  return `tables in ${join(out, "summary.md")}`;
}

export const hybridqComparison: Soak = {
  name: "hybridq-comparison",
  description: "HybridQ, DCGAN and the classical control, 12 minutes each, three seeds, on ../shared/data (resumable)",
  run: (args) => runFromArguments("hybridq-comparison", MODEL_VARIANTS, args),
};

export const hybridqReadings: Soak = {
  name: "hybridq-readings",
  description: "every reading of what the HybridQ paper leaves open, three seeds, on ../shared/data (resumable)",
  run: (args) => runFromArguments("hybridq-readings", READING_VARIANTS, args),
};
