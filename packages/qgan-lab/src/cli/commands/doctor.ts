import type { DiagnoseOptions, Finding } from "../../doctor/diagnose.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import { inceptionOption } from "../shared-options.ts";

const MARKS: Readonly<Record<Finding["state"], string>> = { good: "ok  ", note: "note", bad: "BAD " };

export const doctorCommand: CommandSpec = {
  name: "doctor",
  summary: "look whether everything is there and computes rightly, and say how to mend what is not",
  options: [{ flags: "--out <folder>", text: "folder whose disk is looked at", standard: "here" }, inceptionOption],
  examples: ["qgan doctor", "qgan doctor --json"],
  async run({ options }, { hooks, dryRun, result, plan }) {
    if (dryRun) return plan(["Would look at Node, the backends, both kernels, the Inception weights, sharp and the disk."], {});
    const diagnosis = await runInWorker("diagnose", options as DiagnoseOptions, hooks); // parsed above, checked by diagnose
    const lines = diagnosis.findings.flatMap(({ name, state, text, fix }) => [
      `${MARKS[state]} ${name}: ${text}`,
      ...(fix ? [`       ${fix}`] : []),
    ]);
    result(
      [...lines, diagnosis.isHealthy ? "All that is needed works." : "Something that is needed does not work: see BAD above."],
      { ...diagnosis },
    );
    if (!diagnosis.isHealthy)
      throw Object.assign(new Error("qgan doctor found something that does not work."), { name: "UnhealthyError" });
  },
};
