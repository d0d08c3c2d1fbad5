import type { OptionSpec } from "../../command-spec.ts";

export const groupOption: OptionSpec = {
  flags: "--group <column>",
  text: "column of the table with what must not be split (patient, lesion)",
};

export const groupPatternOption: OptionSpec = {
  flags: "--group-pattern <regex>",
  text: "where file names hold it: a regular expression whose first bracket finds it",
};
