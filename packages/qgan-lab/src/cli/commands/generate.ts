import { formatSeeds } from "../../generate/format-seeds.ts";
import type { GenerateImagesOptions } from "../../generate/generate-images.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import {
  classOption,
  cutoffOption,
  generatorOptions,
  namedOptions,
  noiseOption,
  plannedGenerator,
  truncationOption,
} from "../generator-options.ts";
import { numberList } from "../option-parsers.ts";
import { backendOption } from "../shared-options.ts";

export const generateCommand: CommandSpec = {
  name: "generate",
  summary: "draw images from a trained generator, with a model card beside them",
  options: [
    ...generatorOptions,
    { flags: "--seeds <list>", text: "one image a seed: 0-499 or 3,5,8", parse: numberList, standard: "0-99" },
    { ...classOption, text: `${classOption.text}; several with commas, or all` },
    truncationOption,
    cutoffOption,
    noiseOption,
    { flags: "--projected-w <file>", text: "draw the styles of a file (.npz) in place of seeds, as `qgan project` writes them" },
    { flags: "--save-styles", text: "also write the images' styles, styles.npz" },
    { flags: "--out <path>", text: "a new folder of PNG files, or a dataset zip (name.zip)", standard: "generated" },
    { ...backendOption, standard: "the run's" },
  ],
  examples: [
    "qgan generate --run runs/00000-hybridq-mel --seeds 0-499 --out mel-generated.zip",
    "qgan generate --run runs/00000-hybridq-mel --checkpoint best --seeds 7 --out one",
    "qgan generate --run runs/00003-stylegan2 --class all --seeds 0-249 --trunc 0.7 --out balanced.zip",
    "qgan generate --network network-snapshot.pkl --seeds 0-9 --noise-mode none --out drawn",
    "qgan generate --network network-snapshot.pkl --projected-w projected/lesion.npz --out projected-again",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const given = { out: "generated", ...namedOptions(options) } as GenerateImagesOptions; // parsed above, checked by generateImages
    const from = await plannedGenerator("qgan generate", given as unknown as Record<string, unknown>);
    if (dryRun) {
      const list = given.projectedW ?? (given.seeds ? formatSeeds(given.seeds) : "0-99");
      const what = given.projectedW === undefined ? `seeds ${list}` : `the styles of ${list}`;
      return plan([`Would draw ${what} from ${from} into ${given.out}, with a model card.`], {
        checkpoint: from,
        seeds: list,
        out: given.out,
      });
    }
    const made = await runInWorker("generate", given, hooks);
    result(
      [`${made.count} images: ${made.out}`, `Model card: ${made.modelCard}`, ...(made.styles ? [`Styles: ${made.styles}`] : [])],
      { ...made },
    );
  },
};
