import { presets } from "ada-augment";
import { models, RESUME_PRESETS } from "qgan-core";
import { expect } from "repro-kit";
import { formatBytes, formatCount, formatDuration } from "../../progress/duration.ts";
import { estimateRun, freeMemory } from "../../train/estimate-memory.ts";
import { isRunFolder } from "../../train/initial-weights.ts";
import type { TrainRunOptions } from "../../train/train-options.ts";
import type { TrainRunResult } from "../../train/train-run.ts";
import type { CommandContext, CommandSpec, OptionParser } from "../command-spec.ts";
import { integer, jsonObject, number, numberFrom } from "../option-parsers.ts";
import { backendOption, downloadOption, inceptionOption } from "../shared-options.ts";
import { IDLE_OPTIONS, referenceOptions } from "./train-reference-options.ts";

const probability: OptionParser = (text, name) => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  expect(value >= 0 && value <= 1, name, `a probability in [0, 1] is expected; got "${text}".`);
  return value;
};

export const trainCommand: CommandSpec = {
  name: "train",
  summary: "train a generator into a numbered run folder, or go on with one",
  argument: { flags: "[model]", text: `${models.names().join(", ")} (default: hybridq)` },
  options: [
    { flags: "--data <zip>", text: "dataset zip (qgan dataset makes one)" },
    { flags: "--class <name>", text: "class to learn", standard: "all images" },
    { flags: "--out <folder>", text: "where the run folder is made", standard: "runs" },
    { flags: "--model <name>", text: "the model, as the argument" },
    {
      flags: "--resume <run>",
      text: "go on with this run, exactly; --steps, --kimg and --minutes may set a new end. A .pkl, address or preset: see --init-from",
    },
    { flags: "--preset <name>", text: `the model's named settings: ${presetNames().join(", ")}` },
    { flags: "--options <json>", text: "the model's own options, such as '{\"numLayers\":4}'", parse: jsonObject },
    { flags: "--steps <n>", text: "end after so many steps", parse: integer(1) },
    { flags: "--minutes <n>", text: "end after so many minutes", parse: number(), standard: "30, where no other end is given" },
    { flags: "--batch <n>", text: "images a step", parse: integer(1), standard: "the preset's, else 32" },
    { flags: "--seed <n>", text: "seed of everything", parse: integer(0), standard: "0" },
    { flags: "--split <name>", text: "split saved in the zip (qgan dataset split)", standard: "default, where the zip has it" },
    {
      flags: "--test-fraction <x>",
      text: "share of the images, by group, that training never sees",
      parse: number(-1),
      standard: "0",
    },
    {
      flags: "--aug <kind>",
      text: "augmentation of what an image discriminator sees: none (noaug), ada, fixed",
      standard: "stylegan2: ada; others: none",
    },
    {
      flags: "--augpipe <name>",
      text: `augmentations: ${Object.keys(presets).join(", ")}`,
      standard: "stylegan2: bgc; others: basic",
    },
    { flags: "--p <x>", text: "probability for --aug fixed", parse: probability, standard: "0.2; stylegan2: none" },
    { flags: "--target <x>", text: "target for --aug ada", parse: number(-2), standard: "0.6" },
    { flags: "--clip <x>", text: "largest L2 norm of a gradient", parse: number() },
    {
      flags: "--ema-kimg <x>",
      text: "half-life of the moving average, thousands of images",
      parse: numberFrom(0),
      standard: "10; stylegan2: the configuration's",
    },
    { flags: "--snapshots <n>", text: "samples and checkpoints on the way", parse: integer(1), standard: "10" },
    { flags: "--keep <n>", text: "newest checkpoints that stay; the best stays too", parse: integer(1), standard: "2" },
    { flags: "--no-metrics", text: "no FID and KID" },
    { flags: "--metric-images <n>", text: "images on each side of FID and KID", parse: integer(2), standard: "200" },
    inceptionOption,
    downloadOption,
    backendOption,
    { flags: "--threads <n>", text: "threads of the backend", parse: integer(1) },
    ...referenceOptions,
  ],
  examples: [
    "qgan train hybridq --data skin.zip --class mel --minutes 60",
    "qgan train dcgan --data skin.zip --class mel --aug ada --test-fraction 0.25",
    "qgan train stylegan2 --data skin.zip --preset small32 --cond --mirror --minutes 60",
    "qgan train stylegan2 --data fundus.zip --init-from ffhq256 --freezed 4 --cfg paper256 --kimg 200 --snap 5",
    "qgan train --resume runs/00000-hybridq-mel --minutes 120",
  ],
  async run({ argument, options }, context) {
    const { resume, steps, minutes, kimg } = options as { resume?: string; steps?: number; minutes?: number; kimg?: number }; // as the specs above parse them
    if (resume === undefined || resume === "noresume" || !(await isRun(resume)))
      return begin(trainOptions(argument, options), context);
    const foreign = Object.keys(options).filter((name) => !RESUMABLE.includes(name));
    expect(
      foreign.length === 0 && argument === undefined,
      "qgan train",
      `a resumed run keeps its own options; only --steps, --kimg and --minutes may change. Leave out ${argument ?? `--${foreign[0]}`}, or begin a new run.`,
    );
    const given = { steps, minutes, kimg };
    const limits = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    if (context.dryRun) return context.plan([`Would go on with ${resume}.`], { resume, ...limits });
    const { resumeRun } = await import("../../train/train-run.ts");
    tell(await resumeRun(resume, limits, context.hooks), context);
  },
};

/** Options that may stand beside --resume; --metrics and --download are there by default, as their "no-" forms. */
const RESUMABLE = ["resume", "steps", "minutes", "kimg", "metrics", "download"];

/** Whether --resume means a run; else it means weights to begin from. @throws UsageError for what is neither. */
async function isRun(resume: string): Promise<boolean> {
  if (await isRunFolder(resume)) return true;
  const isWeights = /\.pkl$|^https?:/.test(resume) || Object.hasOwn(RESUME_PRESETS, resume);
  expect(
    isWeights,
    "qgan train",
    `${resume} is not a run folder, as \`qgan train\` makes it: there is no options.json. --resume also takes a .pkl, its address or a preset (${Object.keys(RESUME_PRESETS).join(", ")}).`,
  );
  return false;
}

function presetNames(): string[] {
  return [...new Set([...models].flatMap(({ presets: named }) => Object.keys(named)))];
}

/** The command's options under the names of `trainRun`. */
function trainOptions(model: string | undefined, options: Readonly<Record<string, unknown>>): TrainRunOptions {
  const names: Readonly<Record<string, keyof TrainRunOptions>> = {
    options: "modelOptions",
    batch: "batchSize",
    aug: "augment",
    augpipe: "augmentPipeline",
    p: "augmentP",
    target: "augmentTarget",
    clip: "clipGradients",
    emaKimg: "emaHalfLifeKimg",
    keep: "keepCheckpoints",
    download: "allowDownload",
    outdir: "out",
    resume: "initFrom",
  };
  const { model: named, metrics, ...given } = options;
  const once = (a: unknown, b: unknown, what: string): void =>
    expect(a === undefined || b === undefined || a === b, "qgan train", `${what} say the same thing twice. Give one of them.`);
  once(model, named, "the argument and --model");
  once(options.out, options.outdir, "--out and --outdir");
  once(options.resume, options.initFrom, "--resume and --init-from");
  const taken = Object.entries(given).filter(
    ([name, value]) => !(IDLE_OPTIONS as readonly string[]).includes(name) && !(name === "resume" && value === "noresume"),
  );
  const renamed: Record<string, unknown> = Object.fromEntries(taken.map(([name, value]) => [names[name] ?? name, value]));
  // "--no-metrics" and "--metrics <names>" are one option to the parser.
  if (Array.isArray(metrics)) renamed.metricNames = metrics;
  else if (metrics === false) renamed.metrics = false;
  // Only StyleGAN2 has pickles to begin from.
  const chosen = model ?? named ?? (renamed.initFrom === undefined ? undefined : "stylegan2");
  expect(renamed.data !== undefined, "qgan train", "give a dataset with --data; `qgan dataset` makes one.");
  return { ...(chosen === undefined ? {} : { model: chosen }), ...renamed } as unknown as TrainRunOptions; // each value was parsed; trainRun checks the rest
}

async function begin(options: TrainRunOptions, context: CommandContext): Promise<void> {
  if (!context.dryRun) {
    const { trainRun } = await import("../../train/train-run.ts");
    return tell(await trainRun(options, context.hooks), context);
  }
  const { planRun } = await import("../../train/run-plan.ts");
  const { out = "runs", ...rest } = options;
  const { model, data, training, metrics, reference } = await planRun(rest);
  const bytes = estimateRun({ model, data, training });
  const end = [training.steps && `${training.steps} steps`, training.minutes && formatDuration(training.minutes * 60)]
    .filter(Boolean)
    .join(" or ");
  context.plan(
    [
      `Would train ${model.name} (${formatCount(model.numParameters)} parameters) on ${data.numTrain} images of ${data.class ?? "all classes"} of ${data.name}, ${data.imageShape.join("×")}; ${data.numHeldOut} held out.`,
      `${end}, batches of ${training.batchSize}, seed ${training.seed}, backend ${training.backend}; ${training.snapshots} snapshots${metrics ? `, each scored on ${metrics.images} images${metrics.names ? ` and by ${metrics.names.join(", ")}` : ""} where time allows` : ", not scored"}.`,
      ...(reference ? ["Training options:", JSON.stringify(reference, null, 2)] : []),
      `About ${formatBytes(bytes)} of memory, ${formatBytes(freeMemory())} are free. Each checkpoint about ${formatBytes(model.numParameters * 16)}; ${training.keepCheckpoints} and the best stay.`,
      `Would write a numbered folder in ${out}: options.json, log.txt, stats.jsonl, events.*, fakes*.png, reals.png, checkpoint-*, metric-*.jsonl, model-card.md, report.html.`,
    ],
    { model, data, training, metrics, ...(reference ? { reference } : {}), memoryBytes: bytes, out },
  );
}

function tell(result: TrainRunResult, { result: say, hooks }: CommandContext): void {
  const { run, report, step, images, seconds, isFinished } = result;
  const stopped = hooks.signal.aborted && !isFinished;
  say(
    [
      `${result.stoppedBy === undefined ? (stopped ? "Stopped" : "Finished") : `Stopped by --stop-on ${result.stoppedBy}`} after ${step} steps, ${formatCount(images)} images, ${formatDuration(seconds)} of training.`,
      ...(stopped || result.stoppedBy !== undefined ? [`To go on: qgan train --resume ${run}`] : []),
      `Report: ${report}`,
    ],
    { ...result, stopped },
  );
}
