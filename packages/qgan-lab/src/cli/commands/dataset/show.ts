import { type ShowDatasetOptions, showDataset } from "../../../dataset/show-dataset.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { integer } from "../../option-parsers.ts";

export const showDatasetCommand: CommandSpec = {
  name: "show",
  summary: "say what a dataset zip holds, and draw a sheet of its images",
  argument: { flags: "<zip>", text: "a dataset zip, ours or the reference tool's" },
  options: [
    { flags: "--sheet <file>", text: "a PNG with a row of images a class" },
    { flags: "--columns <n>", text: "images in a row", parse: integer(1), standard: "12" },
    { flags: "--seed <n>", text: "of the choice of images", parse: integer(0), standard: "0" },
  ],
  examples: ["qgan dataset show skin.zip", "qgan dataset show skin.zip --sheet skin.png --columns 20"],
  async run({ argument, options }, { hooks, dryRun, result, plan }) {
    const given = { ...options, data: argument as string } as ShowDatasetOptions; // parsed by the specs above; the argument is required
    if (dryRun) return plan([`Would read ${given.data}${given.sheet ? ` and write ${given.sheet}` : ""}.`], { ...given });
    const { count, imageShape, classes, numGroups, splits, ...rest } = await showDataset(given);
    if (given.sheet) hooks.onFact({ kind: "file", what: "sheet", path: given.sheet });
    const [height, width, channels] = imageShape;
    result(
      [
        `${given.data}: ${count} images of ${height} × ${width}, ${channels === 1 ? "grey" : "RGB"}`,
        ...classes.map(({ name, count: n }) => `  ${name}: ${n}`),
        ...(classes.length === 0 ? ["  no labels"] : []),
        numGroups === undefined ? "  no groups" : `  ${numGroups} groups`,
        ...splits.map(
          ({ name, parts }) =>
            `  split "${name}": ${Object.entries(parts)
              .map(([part, n]) => `${part} ${n}`)
              .join(", ")}`,
        ),
        `  digest ${rest.digest}`,
      ],
      { count, imageShape, classes, ...(numGroups === undefined ? {} : { numGroups }), splits, ...rest },
    );
  },
};
