import type { DiagnoseOptions, Finding } from "../../doctor/diagnose.ts";
import { installNative } from "../../doctor/install-native.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import { inceptionOption } from "../shared-options.ts";

const MARKS: Readonly<Record<Finding["state"], string>> = { good: "ok  ", note: "note", bad: "BAD " };

export const doctorCommand: CommandSpec = {
  name: "doctor",
  summary: "look whether everything is there and computes rightly, and say how to mend what is not",
  options: [
    { flags: "--fix", text: "build tfjs-node where it is missing (Linux x64; by pip and a C++ compiler, some minutes)" },
    { flags: "--out <folder>", text: "folder whose disk is looked at", standard: "here" },
    inceptionOption,
  ],
  examples: ["qgan doctor", "qgan doctor --fix", "qgan doctor --json"],
  async run({ options }, { hooks, dryRun, result, plan }) {
    if (dryRun)
      return plan(
        [
          ...(options.fix ? ["Would build tfjs-node into this project unless it is there."] : []),
          "Would look at Node, the backends, both kernels, the Inception weights, sharp and the disk.",
        ],
        {},
      );
    const { fix, ...asked } = options as DiagnoseOptions & { fix?: boolean }; // parsed above, checked by diagnose
    const isBuilt = fix ? await installNative() : true;
    const diagnosis = await runInWorker("diagnose", asked, hooks);
    const lines = diagnosis.findings.flatMap(({ name, state, text, fix }) => [
      `${MARKS[state]} ${name}: ${text}`,
      ...(fix ? [`       ${fix}`] : []),
    ]);
    result(
      [...lines, diagnosis.isHealthy ? "All that is needed works." : "Something that is needed does not work: see BAD above."],
      { ...diagnosis },
    );
    if (!isBuilt)
      throw Object.assign(new Error("tfjs-node could not be built: see above. Everything runs on wasm without it."), {
        name: "UnhealthyError",
      });
    if (!diagnosis.isHealthy)
      throw Object.assign(new Error("qgan doctor found something that does not work."), { name: "UnhealthyError" });
  },
};
