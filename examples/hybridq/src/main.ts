// HybridQ against its classical control on one class of a dataset: two runs, their scores, one report.
// Run: npm start -- [--tiny] [--data skin.zip --class mel] [--minutes 10] [--out folder]
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createModel, type HybridQ, parameterTable } from "qgan-core";
import { makeDataset, resumeRun, trainRun, writeReport } from "qgan-lab";
import { drawText } from "quantum-sim/draw";

const { values } = parseArgs({
  options: {
    tiny: { type: "boolean", default: false },
    data: { type: "string" },
    class: { type: "string" },
    minutes: { type: "string", default: "10" },
    out: { type: "string", default: "hybridq" },
  },
});
const { tiny, minutes, out } = values;
const preset = tiny ? "tiny" : "demo32";

// The model is data and functions: look at it before training it.
const model = createModel("hybridq", { preset }) as HybridQ; // the kind "hybridq" makes these
if (model.circuit) console.log(drawText(model.circuit, { fold: true }));
for (const { layer, count } of parameterTable(model).rows) console.log(layer.padEnd(32), count);

let { data, class: className } = values;
if (data === undefined) {
  const made = await makeDataset({
    out: join(out, "phantoms.zip"),
    count: tiny ? 30 : 600,
    size: tiny ? 16 : 32,
    overwrite: true,
  });
  [data, className] = [made.path, "melanoma"];
}

// Both runs see the same images in the same order; only the quantum group differs.
for (const kind of ["hybridq", "hybridq-classical"]) {
  const { run, step, seconds } = await trainRun(
    {
      data,
      model: kind,
      preset,
      out,
      seed: 0,
      metrics: !tiny,
      ...(className === undefined ? {} : { class: className }),
      ...(tiny ? { steps: 4 } : { minutes: Number(minutes) }),
    },
    { onFact: (fact) => fact.kind === "note" && console.log(fact.text) },
  );
  console.log(`${kind}: ${step} steps in ${seconds.toFixed(1)} s, ${run}`);
  // A run goes on exactly where it stopped.
  if (tiny) console.log(`resumed to step ${(await resumeRun(run, { steps: 6 })).step}`);
}
console.log(`Report: ${await writeReport({ folder: out })}. For research, not for diagnosis.`);
