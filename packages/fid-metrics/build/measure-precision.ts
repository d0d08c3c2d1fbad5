// Prints the table of errors a stage of precision.md, from the golden numbers:
// npx tsx --tsconfig tsconfig.json packages/fid-metrics/build/measure-precision.ts [--real] [--dir <golden root>]
// --real adds the photographs, which take some ten minutes.
import { join, resolve } from "node:path";
import { argv } from "node:process";
import { parseArgs } from "node:util";
import { findFolders } from "../../../tools/golden/files.ts";
import type { Deviation } from "../../../tools/golden/golden-kind.ts";
import { kinds } from "../../../tools/golden/kinds/index.ts";

type Stage = "resize" | "convolution" | "features" | "metric";

const stages: readonly Stage[] = ["resize", "convolution", "features", "metric"];
const shared = join(import.meta.dirname, "..", "..", "..", "..", "shared");
const { values } = parseArgs({ args: argv.slice(2), options: { real: { type: "boolean" }, dir: { type: "string" } } });
const root = resolve(values.dir ?? join(shared, "golden"));
const suites = ["eval/resize", "eval/inception", "eval/metrics", ...(values.real ? ["real"] : [])];

/** Which stage of an evaluation a compared quantity belongs to. */
function stageOf(suite: string, { what }: Deviation): Stage | undefined {
  if (suite === "eval/resize" || what.startsWith("resized")) return "resize";
  if (suite === "eval/metrics" || /^(fid|kid)/.test(what)) return "metric";
  if (/ (chmean|chstd|corners|full)$/.test(what)) return "convolution";
  return /^tap |d\d+$/.test(what) ? "features" : undefined; // what is left are the weights by recipe
}

/** Cases that stand in one row: the reference with its convention, or the metric. */
function rowOf(suite: string, name: string, { what }: Deviation): string {
  if (suite === "eval/inception") return name.split(",")[0];
  if (suite === "real") return what.split(",")[0].replace(/.* (d\d+)$/, "features $1");
  if (suite === "eval/resize") return name.startsWith("torchvision") ? "torchvision" : "Pillow, torch, TensorFlow 1";
  if (name.startsWith("edge")) return "fid of edge cases";
  return /(fid|kid|radii|prc|prdc|pr_nvlabs|exact|isc|ppl|ssim)/.exec(name)?.[0] ?? name;
}

interface Row {
  readonly stage: Stage;
  readonly suite: string;
  readonly reference: string;
  readonly worst: Deviation;
}

const rows = new Map<string, Row>();
for (const suite of suites)
  for (const folder of findFolders({ suite, root, shared }))
    for (const kind of kinds)
      for (const { cases } of kind.find(folder))
        for (const { name, check } of cases)
          for (const deviation of (await check?.()) ?? []) {
            const stage = stageOf(suite, deviation);
            if (!stage) continue;
            const reference = rowOf(suite, name, deviation);
            const key = `${stage} ${suite} ${reference} ${deviation.tolerance}`;
            const known = rows.get(key);
            if (!known || deviation.error > known.worst.error) rows.set(key, { stage, suite, reference, worst: deviation });
          }

console.log("| stage | reference | largest error | tolerance | golden |\n|---|---|---|---|---|");
for (const stage of stages)
  for (const { suite, reference, worst } of [...rows.values()].filter((row) => row.stage === stage))
    console.log(
      `| ${stage} | ${reference} | ${worst.error.toExponential(1)} (${worst.what}) | ${worst.tolerance.toExponential(0)} | ${suite} |`,
    );
