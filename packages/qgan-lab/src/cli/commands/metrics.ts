import { expect } from "repro-kit";
import type { MeasureRunOptions } from "../../measure/measure-run.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import { integer } from "../option-parsers.ts";
import { backendOption, checkpointOption, downloadOption, inceptionOption } from "../shared-options.ts";

export const metricsCommand: CommandSpec = {
  name: "metrics",
  summary: "FID and KID of a run's checkpoint against its training images",
  options: [
    { flags: "--run <folder>", text: "a run folder" },
    checkpointOption,
    { flags: "--images <n>", text: "images on each side", parse: integer(2), standard: "200" },
    { flags: "--no-floor", text: "do not measure other real images for comparison" },
    inceptionOption,
    downloadOption,
    { ...backendOption, standard: "the run's" },
  ],
  examples: [
    "qgan metrics --run runs/00000-hybridq-mel --images 500",
    "qgan metrics --run runs/00000-hybridq-mel --checkpoint best --inception pt_inception-2015-12-05-6726825d.pth",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const { floor = true, download = true, ...rest } = options;
    expect(rest.run !== undefined, "qgan metrics", "give a run folder with --run; `qgan train` makes one.");
    const given = { ...rest, withFloor: floor, allowDownload: download } as MeasureRunOptions; // parsed above, checked by measureRun
    if (dryRun) {
      const { chooseCheckpoint } = await import("../../generate/load-generator.ts");
      const checkpoint = await chooseCheckpoint(given.run, given.checkpoint);
      return plan(
        [`Would measure ${given.images ?? 200} images of ${checkpoint} and add the scores to ${given.run}/metric-*.jsonl.`],
        { checkpoint, images: given.images ?? 200 },
      );
    }
    const measured = await runInWorker("measure", given, hooks);
    const { recordScores } = await import("../../measure/record-scores.ts");
    await recordScores(given.run, measured);
    result(
      [
        ...measured.scores.map(
          ({ title, value, realValue }) =>
            `${title}: ${Number(value.toPrecision(4))}${realValue === undefined ? "" : `  (real images among themselves: ${Number(realValue.toPrecision(4))})`}`,
        ),
        ...(measured.missing === undefined ? [] : [measured.missing]),
      ],
      { ...measured },
    );
  },
};
