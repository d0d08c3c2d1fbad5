import { join } from "node:path";
import { checkOptions } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { collectReport } from "./collect-report.ts";
import { formatReport } from "./format-report.ts";

export interface WriteReportOptions {
  /** A run folder, or a folder with run folders in it. */
  readonly folder: string;
  /** Default: report.html in the folder. */
  readonly out?: string;
}

/**
 * Writes the report of what a folder holds: one self-contained HTML file.
 *
 * @returns Its path.
 * @throws UsageError if the folder holds no run, or the file cannot be written.
 */
export async function writeReport(options: WriteReportOptions): Promise<string> {
  checkOptions("writeReport", options, ["folder", "out"]);
  const { folder, out = join(folder, "report.html") } = options;
  await writeFileAtomic(out, formatReport(await collectReport(folder)));
  return out;
}
