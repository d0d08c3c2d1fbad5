import { expect } from "repro-kit";
import type { InterpolateImagesOptions } from "../../generate/interpolate-images.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import {
  classOption,
  cutoffOption,
  generatorOptions,
  namedOptions,
  noiseOption,
  oneOf,
  orderedSeeds,
  plannedGenerator,
  truncationOption,
} from "../generator-options.ts";
import { integer, number } from "../option-parsers.ts";
import { backendOption } from "../shared-options.ts";

export const interpolateCommand: CommandSpec = {
  name: "interpolate",
  summary: "frames and an animation along a smooth path through seeds (StyleGAN2)",
  options: [
    ...generatorOptions,
    { flags: "--seeds <list>", text: "seeds that the path goes through, in order", parse: orderedSeeds, standard: "0-5" },
    { flags: "--space <name>", text: "z or w: where the path is smooth", parse: oneOf("space", ["z", "w"]), standard: "w" },
    { flags: "--frames <n>", text: "frames from one seed to the next", parse: integer(1), standard: "30" },
    { flags: "--no-loop", text: "end on the last seed instead of going back to the first" },
    { ...classOption, text: `${classOption.text}; in w also one for each seed, with commas` },
    truncationOption,
    cutoffOption,
    { ...noiseOption, text: "fine detail: const or none", parse: oneOf("noise mode", ["const", "none"]) },
    {
      flags: "--animation <format>",
      text: "webp, gif or none; needs sharp",
      parse: oneOf("animation", ["webp", "gif", "none"]),
      standard: "webp",
    },
    { flags: "--fps <n>", text: "frames a second of the animation", parse: number(), standard: "24" },
    { flags: "--out <folder>", text: "a new folder for the frames and the animation", standard: "interpolation" },
    { ...backendOption, standard: "the run's" },
  ],
  examples: [
    "qgan interpolate --run runs/00003-stylegan2 --seeds 0-7 --trunc 0.7",
    "qgan interpolate --run runs/00003-stylegan2 --seeds 4,4 --class mel,nv --frames 60 --no-loop --animation gif",
    "qgan interpolate --network network-snapshot.pkl --seeds 3,8,1 --space z --out walk",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const from = await plannedGenerator("qgan interpolate", options);
    const given = { out: "interpolation", seeds: [0, 1, 2, 3, 4, 5], ...namedOptions(options) } as InterpolateImagesOptions; // parsed above
    const { frames = 30, loop = true, seeds: through } = given;
    const count = loop ? through.length * frames : (through.length - 1) * frames + 1;
    expect(
      count <= 20_000,
      "qgan interpolate",
      `${count} frames would be made; at most 20 000 are. Give fewer seeds or --frames.`,
    );
    if (dryRun)
      return plan([`Would draw ${count} frames through seeds ${through.join(", ")} of ${from} into ${given.out}.`], {
        checkpoint: from,
        seeds: through,
        frames: count,
        out: given.out,
      });
    const made = await runInWorker("interpolate", given, hooks);
    result([`${made.count} frames: ${made.out}`, ...(made.animation ? [`Animation: ${made.animation}`] : [])], { ...made });
  },
};
