import { expect } from "repro-kit";
import type { CommandSpec } from "../command-spec.ts";

export const reportCommand: CommandSpec = {
  name: "report",
  summary: "write the report of a run, or of a folder of runs, as one HTML file",
  argument: { flags: "[folder]", text: "a run folder, or a folder with run folders in it" },
  options: [{ flags: "--out <file>", text: "the file to write", standard: "report.html in the folder" }],
  examples: ["qgan report runs/00000-hybridq-mel", "qgan report demo/00000-demo-phantoms --out report.html"],
  async run({ argument, options }, { dryRun, result, plan }) {
    expect(argument !== undefined, "qgan report", "give a run folder: qgan report runs/00000-hybridq-mel.");
    const out = options.out as string | undefined; // an option without a parser is text
    if (dryRun) {
      const { collectReport } = await import("../../report/collect-report.ts");
      const { title, generators } = await collectReport(argument);
      return plan([`Would write "${title}" with ${generators.length} generator(s).`], { title, out: out ?? null });
    }
    const { writeReport } = await import("../../report/write-report.ts");
    const report = await writeReport({ folder: argument, ...(out === undefined ? {} : { out }) });
    result([`Report: ${report}`], { report });
  },
};
