import { expect } from "repro-kit";
import type { ProjectTargetsOptions } from "../../project/project-options.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import { classOption, generatorOptions, oneOf, plannedGenerator } from "../generator-options.ts";
import { integer, number } from "../option-parsers.ts";
import { backendOption } from "../shared-options.ts";

export const projectCommand: CommandSpec = {
  name: "project",
  summary: "find images among what a generator can draw, and how far they lie from it (StyleGAN2)",
  options: [
    ...generatorOptions,
    {
      flags: "--target <path>",
      text: "an image, or a folder, table or zip of images; cropped and resized to the network's size",
    },
    { flags: "--images <n>", text: "the first n images of the target", parse: integer(1), standard: "all" },
    { ...classOption, standard: "the images' own, where they have classes of the generator" },
    {
      flags: "--space <name>",
      text: "w, or w+ with a style for each layer: closer, but further from what is drawn",
      parse: oneOf("space", ["w", "w+"]),
      standard: "w",
    },
    { flags: "--steps <n>", text: "steps of the search", parse: integer(1), standard: "1000" },
    {
      flags: "--distance <name>",
      text: "what is compared: random (convolutions) or pixels, neither perceptual, or with --weights: lpips, inception, dinov2, clip, or a backbone such as resnet18",
      standard: "random",
    },
    {
      flags: "--weights <file>",
      text: "the network's weights: .safetensors, .pt or .pth; of clip OpenAI's by open_clip's names; of lpips one file, or VGG16's and LPIPS's own with a comma between",
    },
    {
      flags: "--generated <n>",
      text: "also project n of the generator's own images, to compare with",
      parse: integer(0),
      standard: "0",
    },
    { flags: "--batch <n>", text: "images at once", parse: integer(1), standard: "4" },
    { flags: "--seed <n>", text: "of the noise", parse: integer(0), standard: "0" },
    {
      flags: "--save-seconds <s>",
      text: "seconds between two saved states, which --resume goes on from",
      parse: number(),
      standard: "30",
    },
    { flags: "--out <folder>", text: "a new folder for images, styles (.npz), distances and a page", standard: "projected" },
    { flags: "--resume <folder>", text: "go on with a folder that was begun before, in place of all other options" },
    { ...backendOption, standard: "the run's" },
  ],
  examples: [
    "qgan project --run runs/00003-stylegan2 --target lesion.png --class mel",
    "qgan project --network network-snapshot.pkl --target lesion.png --steps 1000 --distance resnet18 --weights resnet18.pth",
    "qgan project --run runs/00003-stylegan2 --target skin.zip --images 50 --generated 50 --out authenticity",
    "qgan project --resume authenticity",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const given = options as ProjectTargetsOptions; // parsed above, checked by projectTargets
    const { resume, target, generated = 0, steps = 1000, out = "projected" } = given;
    if (resume === undefined) {
      await plannedGenerator("qgan project", options);
      expect(target !== undefined || generated > 0, "qgan project", "give an image, a folder or a zip with --target.");
    }
    if (dryRun) {
      const what = [...(target === undefined ? [] : [target]), ...(generated > 0 ? [`${generated} images of its own`] : [])];
      const line =
        resume === undefined
          ? `Would project ${what.join(" and ")} in ${steps} steps into ${out}.`
          : `Would go on with ${resume}.`;
      return plan([line], { ...given, out: resume ?? out });
    }
    const { images, page, out: made, isDone, distance } = await runInWorker("project", given, hooks);
    const lines = images
      .slice(0, 20)
      .map(({ name, distance, levels }) => `${name}: distance ${distance.toPrecision(4)}, ${levels.toFixed(1)} levels`);
    const more = images.length > 20 ? [`… ${images.length - 20} more in ${made}/distances.csv`] : [];
    result([...lines, ...more, `${isDone ? "Page" : "Page so far"}: ${page}`], { out: made, page, isDone, distance, images });
  },
};
