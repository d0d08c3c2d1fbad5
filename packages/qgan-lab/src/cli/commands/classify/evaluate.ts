import type { EvaluateStudyOptions } from "../../../classify/evaluate-study.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { integer, list, number } from "../../option-parsers.ts";
import { backendOption } from "../../shared-options.ts";

export const evaluateClassifierCommand: CommandSpec = {
  name: "evaluate",
  summary: "how good a classifier is: its test images, read once, with intervals and a report",
  argument: { flags: "<run>", text: "folder that qgan classify train made" },
  options: [
    { flags: "--resamples <n>", text: "bootstrap samples", parse: integer(20), standard: "1000" },
    { flags: "--specificity <x>", text: "at which each class's sensitivity is told", parse: number(-1), standard: "0.9" },
    {
      flags: "--views <names>",
      text: "ways of looking whose answers are averaged: identity, flip-x, flip-y, rotate-90, …",
      parse: list,
      standard: "identity",
    },
    { flags: "--metadata <csv>", text: "more about the images; rows are found by file name or group" },
    { flags: "--subgroups <columns>", text: "its columns to look at: age,sex,localization", parse: list },
    { ...backendOption, standard: "the training's" },
  ],
  examples: [
    "qgan classify evaluate runs/00000-classifier-skin",
    "qgan classify evaluate runs/00000-classifier-skin --views identity,flip-x --metadata HAM10000_metadata.csv --subgroups sex,age",
  ],
  async run({ argument, options }, { hooks, dryRun, result, plan }) {
    const given = { ...options, run: argument as string } as EvaluateStudyOptions; // parsed by the specs above; the argument is required
    if (dryRun) {
      const { readStudy } = await import("../../../classify/train-study.ts");
      const { numTest } = await readStudy(given.run);
      const files = ["evaluation.json", "predictions.csv", "mistakes.png", "report.html"];
      return plan([`Would read ${numTest} test images and write ${files.join(", ")} into ${given.run}.`], {
        ...given,
        numTest,
        files,
      });
    }
    const { evaluateStudy } = await import("../../../classify/evaluate-study.ts");
    const { inWords } = await import("../../../classify/doctor-words.ts");
    const evaluation = await evaluateStudy(given, hooks);
    const { report, subgroups, page } = evaluation;
    const share = (value: number | null, interval: { readonly low: number; readonly high: number } | null): string =>
      value === null
        ? "undefined"
        : `${value.toFixed(3)}${interval && interval.low < interval.high ? ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : " [no interval]"}`;
    result(
      [
        inWords(report),
        ...(["accuracy", "balancedAccuracy", "rocAuc", "macroF1"] as const).map(
          (name) => `${name.padEnd(18)}${share(report[name], report.intervals[name])}`,
        ),
        ...subgroups.map(
          ({ column, value, report: own }) =>
            `${column} ${value} (${own.count}): accuracy ${share(own.accuracy, own.intervals.accuracy)}`,
        ),
        `Report: ${page}`,
      ],
      { ...evaluation },
    );
  },
};
