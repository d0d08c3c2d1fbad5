import { describeCheck, hasFindings } from "dataset-zip/node";
import type { CheckDatasetOptions } from "../../../dataset/check-dataset.ts";
import { runInWorker } from "../../../worker/run-in-worker.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { list } from "../../option-parsers.ts";
import { groupOption, groupPatternOption, labelsOption, presetOption } from "./group-options.ts";

/** Something was found that is wrong; not a mistake of the command line. */
class FindingsError extends Error {
  override readonly name = "FindingsError";
}

export const checkDatasetCommand: CommandSpec = {
  name: "check",
  summary: "read every image; list bad files, copies, look-alikes, classes, shapes, and leaks between train and test",
  argument: { flags: "<source>", text: "a folder, a zip, a dataset zip, or a table beside its images" },
  options: [
    labelsOption,
    presetOption,
    { flags: "--classes <names>", text: "classes to look at", parse: list, standard: "all" },
    groupOption,
    groupPatternOption,
    { flags: "--page <file>", text: "an HTML page that shows the pictures of each finding" },
    { flags: "--fix <file>", text: "a dataset zip in which what can be mended is mended; says what was done" },
    { flags: "--overwrite", text: "replace that zip if it is there" },
    { flags: "--strict", text: "end with exit code 1 if anything was found" },
  ],
  examples: [
    "qgan dataset check skin/ --group lesion_id --page check.html",
    "qgan dataset check fundus/ --group-pattern '(\\d+)_(left|right)' --json",
    "qgan dataset check skin.zip --fix clean.zip",
  ],
  async run({ argument, options }, { hooks, dryRun, result, plan }) {
    const { strict = false, ...rest } = options as { strict?: boolean } & Omit<CheckDatasetOptions, "source">; // parsed by the specs above
    const given: CheckDatasetOptions = { ...rest, source: argument as string }; // the argument is required
    if (dryRun) {
      const writes = [given.page, given.fix].filter((path) => path !== undefined);
      return plan(
        [`Would read every image of ${given.source}${writes.length > 0 ? ` and write ${writes.join(" and ")}` : ""}.`],
        { ...given },
      );
    }
    const { report, done } = await runInWorker("check", given, hooks);
    const isSound = !hasFindings(report);
    result(
      [
        ...describeCheck(report),
        ...(done === undefined
          ? []
          : ["", done.length === 0 ? `Nothing to mend; ${given.fix} holds all images.` : `Mended in ${given.fix}:`]),
        ...(done ?? []).map((sentence) => `  ${sentence}`),
      ],
      { ...report, ...(done === undefined ? {} : { done }), isSound },
    );
    if (strict && !isSound) throw new FindingsError("[qgan dataset check] the check found what is listed above.");
  },
};
