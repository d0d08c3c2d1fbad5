import { expect } from "repro-kit";
import { type SplitDatasetFileOptions, splitDatasetFile } from "../../../dataset/split-dataset-file.ts";
import type { CommandSpec, OptionParser } from "../../command-spec.ts";
import { integer, number, pairs } from "../../option-parsers.ts";

/** "train=0.7,test=0.3" */
const fractions: OptionParser = (text, name) =>
  Object.fromEntries(
    Object.entries(pairs(text, name) as Record<string, string>).map(([part, share]) => {
      expect(
        Number(share) > 0 && Number(share) <= 1,
        name,
        `part=share with shares in (0, 1] is expected; got "${part}=${share}".`,
      );
      return [part, Number(share)];
    }),
  );

export const splitDatasetCommand: CommandSpec = {
  name: "split",
  summary: "divide a dataset zip by group, stratified by class, and note the index lists in the zip",
  argument: { flags: "<zip>", text: "a dataset zip; its images stay as they are" },
  options: [
    {
      flags: "--fractions <shares>",
      text: "share of each part",
      parse: fractions,
      standard: "train=0.7,validation=0.1,test=0.2",
    },
    { flags: "--folds <k>", text: "k parts of equal share instead, for cross-validation", parse: integer(2) },
    { flags: "--subset <share>", text: "share of the training part that stays, such as 0.1", parse: number(0) },
    { flags: "--seed <n>", text: "of the draw", parse: integer(0), standard: "0" },
    { flags: "--name <name>", text: "what the split is called", standard: "default, which training and classifiers use" },
    { flags: "--overwrite", text: "replace a split of that name" },
  ],
  examples: [
    "qgan dataset split skin.zip",
    "qgan dataset split skin.zip --fractions train=0.6,validation=0.2,test=0.2 --seed 1 --name study",
    "qgan dataset split skin.zip --subset 0.1",
    "qgan dataset split skin.zip --folds 5",
  ],
  async run({ argument, options }, { dryRun, result, plan }) {
    const given = { ...options, data: argument as string } as SplitDatasetFileOptions; // parsed by the specs above; the argument is required
    if (dryRun) return plan([`Would write a split into ${given.data}.`], { ...given });
    const { name, isGrouped, parts, classes } = await splitDatasetFile(given);
    result(
      [
        `${given.data}: split "${name}"${isGrouped ? ", groups kept together" : ""}.`,
        ...parts.map(
          (part) =>
            `  ${part.name}: ${part.count}${classes.length > 0 ? ` (${classes.map((label, k) => `${label} ${part.classes[k]}`).join(", ")})` : ""}`,
        ),
        ...(isGrouped
          ? []
          : ["The zip knows no groups: images of one patient may stand in several parts. Make it with --group."]),
      ],
      { name, isGrouped, parts, classes },
    );
  },
};
