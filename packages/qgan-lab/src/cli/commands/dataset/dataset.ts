import type { CommandSpec } from "../../command-spec.ts";
import { checkDatasetCommand } from "./check.ts";
import { createDatasetCommand } from "./create.ts";
import { extractDatasetCommand } from "./extract.ts";
import { showDatasetCommand } from "./show.ts";
import { splitDatasetCommand } from "./split.ts";

/** `qgan dataset`: alone it creates. */
export const datasetCommand: CommandSpec = {
  ...createDatasetCommand,
  name: "dataset",
  summary: "make, check, split, show and unpack dataset zips",
  commands: [createDatasetCommand, checkDatasetCommand, splitDatasetCommand, showDatasetCommand, extractDatasetCommand],
};
