import type { OptionSpec } from "../../command-spec.ts";

export const groupOption: OptionSpec = {
  flags: "--group <column>",
  text: "column of the table with what must not be split (patient, lesion)",
};

export const groupPatternOption: OptionSpec = {
  flags: "--group-pattern <regex>",
  text: "where file names hold it: a regular expression whose first bracket finds it",
};

export const labelsOption: OptionSpec = {
  flags: "--labels <file>",
  text: "table with columns for file and class, or dataset.json; none: no labels, whatever lies there",
  parse: (text) => (text === "none" ? false : text),
  standard: "a table at the top of the source, else the folders",
};

export const presetOption: OptionSpec = {
  flags: "--preset <set>",
  text: "a published set, whose tables and groups are known: isic2019, isic2020, ham10000, fitzpatrick17k, odir-5k, covid",
};
