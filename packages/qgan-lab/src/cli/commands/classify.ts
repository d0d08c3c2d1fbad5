import { expect } from "repro-kit";
import type { ClassifyRunsOptions } from "../../classify/classify-runs.ts";
import type { Share } from "../../report/report-data.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import { integer, list, number, numberList } from "../option-parsers.ts";
import { backendOption, checkpointOption } from "../shared-options.ts";
import { evaluateClassifierCommand } from "./classify/evaluate.ts";
import { explainClassifierCommand } from "./classify/explain.ts";
import { searchClassifierCommand } from "./classify/search.ts";
import { sweepClassifierCommand } from "./classify/sweep.ts";
import { trainClassifierCommand } from "./classify/train.ts";

export const classifyCommand: CommandSpec = {
  name: "classify",
  summary: "train, judge and explain classifiers; alone: real against real + generated",
  commands: [
    trainClassifierCommand,
    searchClassifierCommand,
    evaluateClassifierCommand,
    sweepClassifierCommand,
    explainClassifierCommand,
  ],
  options: [
    { flags: "--runs <folders>", text: "runs of one class each, begun alike with --test-fraction", parse: list },
    checkpointOption,
    { flags: "--ratio <x>", text: "generated images for each real one of their class", parse: number(), standard: "1" },
    { flags: "--classes <names>", text: "classes to tell apart", parse: list, standard: "all" },
    { flags: "--seeds <list>", text: "seeds of the classifiers; scores are means", parse: numberList, standard: "0-2" },
    { flags: "--steps <n>", text: "steps of each training, of 32 images", parse: integer(1), standard: "600" },
    { flags: "--out <folder>", text: "where classification.json is written", standard: "the first run" },
    { ...backendOption, standard: "the first run's" },
  ],
  examples: [
    "qgan classify --runs runs/00000-hybridq-mel,runs/00001-hybridq-nv",
    "qgan classify --runs runs/00000-hybridq-mel --ratio 0.5 --seeds 0-4",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    expect(options.runs !== undefined, "qgan classify", "give run folders with --runs; `qgan train` makes them.");
    const given = options as unknown as ClassifyRunsOptions; // parsed above, checked by classifyRuns
    if (dryRun) {
      const { runs, steps = 600, seeds: chosen = [0, 1, 2], out = runs[0] } = given;
      return plan([`Would train ${2 * chosen.length} classifiers of ${steps} steps and write ${out}/classification.json.`], {
        runs,
        steps,
        seeds: chosen,
        out,
      });
    }
    const report = await runInWorker("classify", given, hooks);
    const percent = ({ value, low, high }: Share): string =>
      `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)})`;
    const line = (name: string, score: "accuracy" | "macroPrecision" | "macroRecall"): string =>
      `${name.padEnd(18)} real ${percent(report.realOnly[score])}, real + generated ${percent(report.withGenerated[score])}`;
    result(
      [
        report.sentence,
        line("accuracy", "accuracy"),
        line("macro precision", "macroPrecision"),
        line("macro recall", "macroRecall"),
      ],
      { ...report },
    );
  },
};
