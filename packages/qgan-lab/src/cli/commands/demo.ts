import { affordableImages, shareOut } from "../../demo/demo-plan.ts";
import type { RunDemoOptions } from "../../demo/run-demo.ts";
import type { CommandSpec } from "../command-spec.ts";
import { integer, list, number } from "../option-parsers.ts";
import { backendOption, downloadOption, inceptionOption } from "../shared-options.ts";

/** Seconds for one image where nothing was timed yet, for the plan only. */
const TYPICAL_SECONDS = 0.35;

export const demoCommand: CommandSpec = {
  name: "demo",
  summary: "train a small HybridQ and leave a report, in five minutes",
  options: [
    { flags: "--minutes <n>", text: "minutes in all", parse: number(), standard: "5" },
    { flags: "--data <path>", text: "a folder, zip or table of images", standard: "phantom lesions" },
    { flags: "--labels <file>", text: "table with columns for file and class" },
    { flags: "--classes <names>", text: "classes that get a generator", parse: list, standard: "the first" },
    { flags: "--group <column>", text: "column of the table with what must not be split: the patient, the lesion" },
    { flags: "--out <folder>", text: "where the demo's numbered folder is made", standard: "demo" },
    { flags: "--seed <n>", text: "seed of everything", parse: integer(0), standard: "0" },
    inceptionOption,
    downloadOption,
    { ...backendOption, standard: "wasm" },
  ],
  examples: [
    "qgan demo",
    "qgan demo --minutes 20 --classes melanoma,nevus",
    "qgan demo --data skin/ --labels labels.csv --classes mel,nv --group lesion_id",
  ],
  async run({ options: { download, ...options } }, { hooks, dryRun, result, plan }) {
    const demoOptions = { ...options, ...(download === false ? { allowDownload: false } : {}) } as RunDemoOptions; // parsed by the option specs above, checked by runDemo
    if (dryRun) {
      const { minutes = 5, data = "phantom lesions", classes = ["the first class"], out = "demo" } = demoOptions;
      const budget = shareOut(minutes);
      const images = affordableImages(TYPICAL_SECONDS, budget, classes.length);
      return plan(
        [
          `Would train HybridQ (32×32, batches of 8) on ${data} for about ${Math.round(budget.trainingEnds)} seconds: a generator for ${classes.join(", ")}.`,
          `Then FID and KID on about ${images} images (timed on the spot), and a classifier with and without generated images.`,
          `Would write into a numbered folder in ${out}: about 150 MB, most of it checkpoints; about 1 GB of memory.`,
        ],
        { command: "demo", minutes, ...budget, images },
      );
    }
    const { runDemo } = await import("../../demo/run-demo.ts");
    const { folder, report, runs, scores } = await runDemo(demoOptions, hooks);
    const stopped = hooks.signal.aborted;
    result(
      [
        ...scores.map(({ title, value }) => `${title}: ${Number(value.toPrecision(4))}`),
        ...(stopped ? [`Stopped. To go on training: qgan train --resume ${runs.at(-1)}`] : []),
        `Report: ${report}`,
      ],
      { folder, report, runs, scores, stopped },
    );
  },
};
