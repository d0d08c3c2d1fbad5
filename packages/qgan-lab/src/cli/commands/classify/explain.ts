import type { ExplainStudyOptions } from "../../../classify/explain-study.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { integer, numberList } from "../../option-parsers.ts";
import { backendOption } from "../../shared-options.ts";

export const explainClassifierCommand: CommandSpec = {
  name: "explain",
  summary: "where a classifier looks: image, Grad-CAM and occlusion map of its surest mistakes",
  argument: { flags: "<run>", text: "folder that qgan classify train made" },
  options: [
    { flags: "--part <name>", text: "part whose surest mistakes are shown", standard: "validation" },
    { flags: "--images <n>", text: "images on the sheet", parse: integer(1), standard: "8" },
    { flags: "--indices <list>", text: "these images of the dataset instead", parse: numberList },
    { flags: "--target <class>", text: "class that is asked for", standard: "what the classifier says" },
    { flags: "--out <png>", text: "where the sheet is written", standard: "explain.png in the run's folder" },
    { ...backendOption, standard: "the training's" },
  ],
  examples: [
    "qgan classify explain runs/00000-classifier-skin",
    "qgan classify explain runs/00000-classifier-skin --indices 3,17 --target mel --out mel.png",
  ],
  async run({ argument, options }, { hooks, dryRun, result, plan }) {
    const given = { ...options, run: argument as string } as ExplainStudyOptions; // parsed by the specs above; the argument is required
    if (dryRun) {
      const { readStudy } = await import("../../../classify/train-study.ts");
      await readStudy(given.run);
      return plan([`Would explain ${given.indices?.length ?? given.images ?? 8} images of ${given.run}.`], { ...given });
    }
    const { explainStudy } = await import("../../../classify/explain-study.ts");
    const explained = await explainStudy(given, hooks);
    result(
      [
        ...explained.rows.map(
          ({ image, is, says, confidence }) => `${image}: is ${is}, said ${says} (${(100 * confidence).toFixed(0)} %)`,
        ),
        `Sheet: ${explained.path} (image, Grad-CAM, occlusion)`,
      ],
      { ...explained },
    );
  },
};
