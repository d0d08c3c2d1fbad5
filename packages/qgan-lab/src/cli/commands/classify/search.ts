import type { SearchStudyOptions } from "../../../classify/search-study.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { numbers, renameStudyOptions, requireDataAndFolder, stageLists, studyOptions } from "./study-options.ts";

/** What a search takes lists of. */
const SINGLE = ["--rate ", "--weight-decay ", "--freeze "];

export const searchClassifierCommand: CommandSpec = {
  name: "search",
  summary:
    "which learning rate, weight decay and frozen stages: a training for each, judged by validation; the same folder continues",
  options: [
    ...studyOptions.filter(({ flags }) => !SINGLE.some((single) => flags.startsWith(single))),
    { flags: "--rates <list>", text: "highest learning rates to try", parse: numbers, standard: "0.0001,0.0003,0.001" },
    { flags: "--weight-decays <list>", text: "of AdamW", parse: numbers, standard: "0.01" },
    { flags: "--freezes <list>", text: "numbers of first stages that stay, or all", parse: stageLists, standard: "0" },
    { flags: "--out <folder>", text: "folder of the search; cells that are there are not trained again" },
  ],
  examples: [
    "qgan classify search --data skin.zip --out search",
    "qgan classify search --data skin.zip --weights mobilenet-v2-imagenet.json --rates 1e-4,3e-4 --weight-decays 0,0.01 --freezes 0,14,all --out search",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const { rates, freezes, ...rest } = renameStudyOptions(options);
    requireDataAndFolder(rest, "qgan classify search");
    const given = {
      ...rest,
      ...(rates === undefined ? {} : { learningRates: rates }),
      ...(freezes === undefined ? {} : { frozenStages: freezes }),
    } as unknown as SearchStudyOptions; // parsed by the specs above, checked by searchStudy
    const { describeCell, describeScores, searchGrid, searchStudy } = await import("../../../classify/search-study.ts");
    if (dryRun) {
      const { learningRates, weightDecays, frozenStages } = searchGrid(given);
      const count = learningRates.length * weightDecays.length * frozenStages.length;
      return plan(
        [
          `Would train ${count} classifiers into ${given.out}: rates ${learningRates.join(", ")}; weight decays ${weightDecays.join(", ")}; frozen stages ${frozenStages.join(", ")}. Test images stay unread.`,
        ],
        { ...given, learningRates, weightDecays, frozenStages, count },
      );
    }
    const found = await searchStudy(given, hooks);
    const { learningRate, weightDecay, frozenStages } = found.best;
    const best = `--rate ${learningRate} --weight-decay ${weightDecay} --freeze ${frozenStages}`;
    result(
      [
        ...found.cells.map((cell) => `${describeCell(cell)}: ${describeScores(cell)}`),
        `Best by validation. To train so: qgan classify train with the same options and ${best}`,
      ],
      { ...found },
    );
  },
};
