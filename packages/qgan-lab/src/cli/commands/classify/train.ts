import { expect } from "repro-kit";
import type { TrainStudyOptions } from "../../../classify/train-study.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { renameStudyOptions, studyOptions } from "./study-options.ts";

export const trainClassifierCommand: CommandSpec = {
  name: "train",
  summary: "train a classifier on the training part of a dataset, chosen by its validation part",
  options: [
    ...studyOptions,
    { flags: "--out <folder>", text: "where the numbered folder is made", standard: "runs" },
    { flags: "--resume <run>", text: "go on with this training, exactly" },
  ],
  examples: [
    "qgan classify train --data skin.zip --epochs 30",
    "qgan classify train --data skin.zip --weights mobilenet-v2-imagenet.json --freeze 14 --rate 1e-4",
    "qgan classify train --data skin.zip --weights mobilenet-v2-imagenet.json --freeze all --augment none --epochs 50",
    "qgan classify train --data skin.zip --backbone resnet50 --weights resnet50.pth --augment mixup",
    "qgan classify train --resume runs/00000-classifier-skin",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const { resume, ...given } = renameStudyOptions(options) as { resume?: string } & Record<string, unknown>;
    const foreign = Object.keys(given);
    expect(
      resume === undefined || foreign.length === 0,
      "qgan classify train",
      `a resumed training keeps its own options. Leave out --${foreign[0]}, or begin a new one.`,
    );
    expect(
      resume !== undefined || given.data !== undefined,
      "qgan classify train",
      "give a dataset with --data; `qgan dataset` makes one.",
    );
    const { continueStudy, readStudy, trainStudy } = await import("../../../classify/train-study.ts");
    if (dryRun) {
      if (resume !== undefined) {
        await readStudy(resume);
        return plan([`Would go on with ${resume}.`], { resume });
      }
      const { openStudyData } = await import("../../../classify/study-data.ts");
      const { dataset, classes, split } = await openStudyData(given as unknown as TrainStudyOptions); // parsed by the specs above
      await dataset.close();
      const counts = Object.fromEntries(Object.entries(split.parts).map(([name, indices]) => [name, indices.length]));
      const numbers = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
      return plan([`Would train a classifier of ${classes.join(", ")}: ${numbers.join(", ")}; test images stay unread.`], {
        ...given,
        counts,
      });
    }
    const trained =
      resume === undefined
        ? await trainStudy(given as unknown as TrainStudyOptions, hooks) // parsed by the specs above, checked by trainStudy
        : await continueStudy(resume, hooks);
    const { run, isFinished, validation, notes } = trained;
    result(
      [
        ...(isFinished ? [] : [`Stopped after step ${trained.step}. To go on: qgan classify train --resume ${run}`]),
        ...notes,
        ...(validation
          ? [
              `Validation: loss ${validation.loss.toFixed(4)}, accuracy ${validation.accuracy.toFixed(3)}, balanced ${validation.balancedAccuracy.toFixed(3)}`,
            ]
          : []),
        ...(isFinished ? [`Classifier: ${run}. How good it is: qgan classify evaluate ${run}`] : []),
      ],
      { ...trained },
    );
  },
};
