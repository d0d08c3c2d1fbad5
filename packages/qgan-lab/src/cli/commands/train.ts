import { expect } from "repro-kit";
import { formatBytes, formatCount, formatDuration } from "../../progress/duration.ts";
import { estimateMemory } from "../../train/estimate-memory.ts";
import type { TrainRunOptions } from "../../train/train-options.ts";
import type { TrainRunResult } from "../../train/train-run.ts";
import type { CommandContext, CommandSpec } from "../command-spec.ts";
import { integer, jsonObject, number } from "../option-parsers.ts";
import { backendOption, downloadOption, inceptionOption } from "../shared-options.ts";

export const trainCommand: CommandSpec = {
  name: "train",
  summary: "train a generator into a numbered run folder, or go on with one",
  argument: { flags: "[model]", text: "hybridq, hybridq-classical or dcgan (default: hybridq)" },
  options: [
    { flags: "--data <zip>", text: "dataset zip (qgan dataset makes one)" },
    { flags: "--class <name>", text: "class to learn", standard: "all images" },
    { flags: "--out <folder>", text: "where the run folder is made", standard: "runs" },
    { flags: "--resume <run>", text: "go on with this run, exactly; --steps and --minutes may set a new end" },
    { flags: "--preset <name>", text: "the model's named settings: default64, paper, demo32, tiny" },
    { flags: "--options <json>", text: "the model's own options, such as '{\"numLayers\":4}'", parse: jsonObject },
    { flags: "--steps <n>", text: "end after so many steps", parse: integer(1) },
    { flags: "--minutes <n>", text: "end after so many minutes", parse: number(), standard: "30, where no steps are given" },
    { flags: "--batch <n>", text: "images a step", parse: integer(2), standard: "the preset's, else 32" },
    { flags: "--seed <n>", text: "seed of everything", parse: integer(0), standard: "0" },
    { flags: "--split <name>", text: "split saved in the zip (qgan dataset split)", standard: "default, where the zip has it" },
    {
      flags: "--test-fraction <x>",
      text: "share of the images, by group, that training never sees",
      parse: number(-1),
      standard: "0",
    },
    { flags: "--aug <kind>", text: "augmentation of what an image discriminator sees: none, ada, fixed", standard: "none" },
    { flags: "--augpipe <name>", text: "augmentations: basic, shift", standard: "basic" },
    { flags: "--p <x>", text: "probability for --aug fixed", parse: number(-1), standard: "0.2" },
    { flags: "--target <x>", text: "target for --aug ada", parse: number(-2), standard: "0.6" },
    { flags: "--clip <x>", text: "largest L2 norm of a gradient", parse: number() },
    { flags: "--ema-kimg <x>", text: "half-life of the moving average, thousands of images", parse: number(-1), standard: "10" },
    { flags: "--snapshots <n>", text: "samples and checkpoints on the way", parse: integer(1), standard: "10" },
    { flags: "--keep <n>", text: "newest checkpoints that stay; the best stays too", parse: integer(1), standard: "2" },
    { flags: "--no-metrics", text: "no FID and KID" },
    { flags: "--metric-images <n>", text: "images on each side of FID and KID", parse: integer(2), standard: "200" },
    inceptionOption,
    downloadOption,
    backendOption,
    { flags: "--threads <n>", text: "threads of the backend", parse: integer(1) },
  ],
  examples: [
    "qgan train hybridq --data skin.zip --class mel --minutes 60",
    "qgan train dcgan --data skin.zip --class mel --aug ada --test-fraction 0.25",
    "qgan train --resume runs/00000-hybridq-mel --minutes 120",
  ],
  async run({ argument, options }, context) {
    const { resume, steps, minutes } = options as { resume?: string; steps?: number; minutes?: number }; // as the specs above parse them
    if (resume === undefined) return begin(trainOptions(argument, options), context);
    const foreign = Object.keys(options).filter((name) => !["resume", "steps", "minutes", "metrics", "download"].includes(name));
    expect(
      foreign.length === 0 && argument === undefined,
      "qgan train",
      `a resumed run keeps its own options; only --steps and --minutes may change. Leave out ${argument ?? `--${foreign[0]}`}, or begin a new run.`,
    );
    const limits = { ...(steps === undefined ? {} : { steps }), ...(minutes === undefined ? {} : { minutes }) };
    if (context.dryRun) return context.plan([`Would go on with ${resume}.`], { resume, ...limits });
    const { resumeRun } = await import("../../train/train-run.ts");
    tell(await resumeRun(resume, limits, context.hooks), context);
  },
};

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
  };
  const renamed = Object.fromEntries(Object.entries(options).map(([name, value]) => [names[name] ?? name, value]));
  expect(renamed.data !== undefined, "qgan train", "give a dataset with --data; `qgan dataset` makes one.");
  return { ...(model === undefined ? {} : { model }), ...renamed } as TrainRunOptions; // each value was parsed; trainRun checks the rest
}

async function begin(options: TrainRunOptions, context: CommandContext): Promise<void> {
  if (!context.dryRun) {
    const { trainRun } = await import("../../train/train-run.ts");
    return tell(await trainRun(options, context.hooks), context);
  }
  const { planRun } = await import("../../train/run-plan.ts");
  const { out = "runs", ...rest } = options;
  const { model, data, training, metrics } = await planRun(rest);
  const bytes = estimateMemory({
    numParameters: model.numParameters,
    judgesImages: model.judgesImages,
    batchSize: training.batchSize,
    imageShape: data.imageShape,
  });
  const end = [training.steps && `${training.steps} steps`, training.minutes && formatDuration(training.minutes * 60)]
    .filter(Boolean)
    .join(" or ");
  context.plan(
    [
      `Would train ${model.name} (${formatCount(model.numParameters)} parameters) on ${data.numTrain} images of ${data.class ?? "all classes"} of ${data.name}, ${data.imageShape.join("×")}; ${data.numHeldOut} held out.`,
      `${end}, batches of ${training.batchSize}, seed ${training.seed}, backend ${training.backend}; ${training.snapshots} snapshots${metrics ? `, each scored on ${metrics.images} images where time allows` : ", not scored"}.`,
      `About ${formatBytes(bytes)} of memory. Each checkpoint about ${formatBytes(model.numParameters * 16)}; ${training.keepCheckpoints} and the best stay.`,
      `Would write a numbered folder in ${out}: options.json, log.txt, stats.jsonl, events.*, fakes*.png, reals.png, checkpoint-*, metric-*.jsonl, model-card.md, report.html.`,
    ],
    { model, data, training, metrics, memoryBytes: bytes, out },
  );
}

function tell(result: TrainRunResult, { result: say, hooks }: CommandContext): void {
  const { run, report, step, images, seconds, isFinished } = result;
  const stopped = hooks.signal.aborted && !isFinished;
  say(
    [
      `${stopped ? "Stopped" : "Finished"} after ${step} steps, ${formatCount(images)} images, ${formatDuration(seconds)} of training.`,
      ...(stopped ? [`To go on: qgan train --resume ${run}`] : []),
      `Report: ${report}`,
    ],
    { ...result, stopped },
  );
}
