import { expect } from "repro-kit";
import { formatSeeds } from "../../generate/format-seeds.ts";
import type { GenerateImagesOptions } from "../../generate/generate-images.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import { seeds } from "../option-parsers.ts";
import { backendOption, checkpointOption } from "../shared-options.ts";

export const generateCommand: CommandSpec = {
  name: "generate",
  summary: "draw images from a trained generator, with a model card beside them",
  options: [
    { flags: "--run <folder>", text: "a run folder" },
    checkpointOption,
    { flags: "--seeds <list>", text: "one image a seed: 0-499 or 3,5,8", parse: seeds, standard: "0-99" },
    { flags: "--out <path>", text: "a new folder of PNG files, or a dataset zip (name.zip)", standard: "generated" },
    { ...backendOption, standard: "the run's" },
  ],
  examples: [
    "qgan generate --run runs/00000-hybridq-mel --seeds 0-499 --out mel-generated.zip",
    "qgan generate --run runs/00000-hybridq-mel --checkpoint best --seeds 7 --out one",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    expect(options.run !== undefined, "qgan generate", "give a run folder with --run; `qgan train` makes one.");
    const given = { out: "generated", ...options } as GenerateImagesOptions; // parsed above, checked by generateImages
    if (dryRun) {
      const { chooseCheckpoint } = await import("../../generate/load-generator.ts");
      const checkpoint = await chooseCheckpoint(given.run, given.checkpoint);
      const list = given.seeds ? formatSeeds(given.seeds) : "0-99";
      return plan([`Would draw seeds ${list} from ${checkpoint} into ${given.out}, with a model card.`], {
        checkpoint,
        seeds: list,
        out: given.out,
      });
    }
    const made = await runInWorker("generate", given, hooks);
    result([`${made.count} images: ${made.out}`, `Model card: ${made.modelCard}`], { ...made });
  },
};
