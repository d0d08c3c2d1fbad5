import type { ExtractDatasetOptions } from "../../../dataset/extract-dataset.ts";
import { runInWorker } from "../../../worker/run-in-worker.ts";
import type { CommandSpec } from "../../command-spec.ts";

export const extractDatasetCommand: CommandSpec = {
  name: "extract",
  summary: "unpack a dataset zip into PNG files in class folders, with labels.csv",
  argument: { flags: "<zip>", text: "a dataset zip, ours or the reference tool's" },
  options: [
    { flags: "--out <folder>", text: "the folder to make", standard: "the zip's name without .zip" },
    { flags: "--split <name>", text: "a split saved in the zip: a folder a part" },
  ],
  examples: ["qgan dataset extract skin.zip --out skin", "qgan dataset extract skin.zip --split default --out skin-parts"],
  async run({ argument, options }, { hooks, dryRun, result, plan }) {
    const data = argument as string; // the argument is required
    const given = { out: data.replace(/\.zip$/i, ""), ...options, data } as ExtractDatasetOptions; // parsed by the specs above
    if (dryRun) return plan([`Would unpack ${data} into ${given.out}.`], { ...given });
    const { path, count } = await runInWorker("extract", given, hooks);
    result([`${path}: ${count} images`], { path, count });
  },
};
