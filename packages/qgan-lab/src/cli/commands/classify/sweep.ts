import { expect } from "repro-kit";
import type { SweepStudyOptions } from "../../../classify/sweep-study.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { integer, list, numberList } from "../../option-parsers.ts";
import { checkpointOption } from "../../shared-options.ts";
import { numbers, renameStudyOptions, requireDataAndFolder, studyOptions } from "./study-options.ts";

export const sweepClassifierCommand: CommandSpec = {
  name: "sweep",
  summary: "how many generated images help: a classifier for every share, seed and arm; the same folder continues",
  options: [
    ...studyOptions,
    { flags: "--out <folder>", text: "folder of the sweep; cells that are there are not trained again" },
    { flags: "--runs <folders>", text: "runs of one class each, begun with this dataset and split", parse: list },
    checkpointOption,
    {
      flags: "--alphas <list>",
      text: "generated shares of the training set, in [0, 1)",
      parse: numbers,
      standard: "0,0.25,0.5,0.75",
    },
    { flags: "--seeds <list>", text: "seeds of the trainings", parse: numberList, standard: "0-2" },
    {
      flags: "--arms <names>",
      text: "none, classical, generated, classical+generated",
      parse: list,
      standard: "all that --runs and --augment allow",
    },
    { flags: "--shares <list>", text: "shares of the real training images", parse: numbers, standard: "1" },
    {
      flags: "--select <score>",
      text: "what chooses α on validation: accuracy, balancedAccuracy, loss",
      standard: "balancedAccuracy",
    },
    { flags: "--resamples <n>", text: "bootstrap samples", parse: integer(20), standard: "1000" },
  ],
  examples: [
    "qgan classify sweep --data skin.zip --runs runs/00000-hybridq-mel,runs/00001-hybridq-nv --out sweep",
    "qgan classify sweep --data skin.zip --arms none,classical --shares 0.1,0.5,1 --out sweep-data",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const { shares, select, ...rest } = renameStudyOptions(options);
    requireDataAndFolder(rest, "qgan classify sweep");
    expect(
      select === undefined || ["accuracy", "balancedAccuracy", "loss"].includes(String(select)),
      "--select",
      `accuracy, balancedAccuracy or loss is expected; got "${select}".`,
    );
    const given = {
      ...rest,
      ...(shares === undefined ? {} : { dataShares: shares }),
      ...(select === undefined ? {} : { selectBy: select }),
    } as unknown as SweepStudyOptions; // parsed by the specs above, checked by sweepStudy
    if (dryRun) {
      const { alphas = [0, 0.25, 0.5, 0.75], seeds: chosen = [0, 1, 2], runs = [] } = given;
      return plan(
        [`Would sweep α ${alphas.join(", ")} with seeds ${chosen.join(", ")} and ${runs.length} generators into ${given.out}.`],
        { ...given, alphas, seeds: chosen },
      );
    }
    const { sweepStudy } = await import("../../../classify/sweep-study.ts");
    const { sentence } = await import("../../../classify/sweep-page.ts");
    const { summary, page } = await sweepStudy(given, hooks);
    result(
      [
        ...summary.rows.map(
          ({ arm, alpha, dataShare, test }) =>
            `${arm}, α ${alpha}, share ${dataShare}: accuracy ${test.accuracy?.toFixed(3)} [${test.intervals.accuracy?.low.toFixed(3)}, ${test.intervals.accuracy?.high.toFixed(3)}]`,
        ),
        ...summary.choices.map(sentence),
        `Report: ${page}`,
      ],
      { ...summary, page },
    );
  },
};
