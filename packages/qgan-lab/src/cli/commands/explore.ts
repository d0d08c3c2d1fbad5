import { expect } from "repro-kit";
import type { ExploreImagesOptions } from "../../explore/explore-images.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec, OptionParser } from "../command-spec.ts";
import { oneOf } from "../generator-options.ts";
import { integer } from "../option-parsers.ts";
import { backendOption, checkpointOption, downloadOption, inceptionOption } from "../shared-options.ts";

const share: OptionParser = (text, name) => {
  const value = Number(text);
  expect(text.trim() !== "" && value >= 0 && value <= 1, name, `a number from 0 to 1 is expected; got "${text}".`);
  return value;
};

export const exploreCommand: CommandSpec = {
  name: "explore",
  summary: "a map of real and generated images to look around in, and files for TensorBoard's projector",
  options: [
    { flags: "--real <path>", text: "real images: a dataset zip or a folder" },
    { flags: "--fake <path>", text: "generated images: a dataset zip, a folder, a run folder or a checkpoint" },
    checkpointOption,
    { flags: "--images <n>", text: "most images of each side", parse: integer(2), standard: "300" },
    {
      flags: "--extractor <name>",
      text: "what sees the images: inception, or random (no weights needed)",
      parse: oneOf("extractor", ["inception", "random"]),
      standard: "inception where its weights are there",
    },
    { flags: "--neighbours <n>", text: "UMAP: how many neighbours are held together", parse: integer(2), standard: "15" },
    { flags: "--min-distance <d>", text: "UMAP: how close points may lie, 0 to 1", parse: share, standard: "0.1" },
    { flags: "--seed <n>", text: "UMAP: of its draws", parse: integer(0), standard: "0" },
    { flags: "--out <folder>", text: "a new folder: index.html and the projector's files", standard: "explore" },
    { ...inceptionOption, text: "Inception weights, .safetensors or .pth" },
    { ...downloadOption, text: "do not fetch the Inception weights; a random network sees the images then" },
    { ...backendOption },
  ],
  examples: [
    "qgan explore --real skin.zip --fake runs/00003-stylegan2",
    "qgan explore --real skin.zip --fake generated.zip --images 1000 --inception pt_inception-2015-12-05-6726825d.pth --out map",
    "tensorboard --logdir map   # the same images in TensorBoard's projector",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    expect(
      options.real !== undefined && options.fake !== undefined,
      "qgan explore",
      "give real images with --real and generated ones with --fake.",
    );
    const { download = true, minDistance, ...rest } = options;
    const given = {
      out: "explore",
      ...rest,
      ...(minDistance === undefined ? {} : { minDistance }),
      allowDownload: download,
    } as unknown as ExploreImagesOptions; // parsed above, checked by exploreImages
    if (dryRun)
      return plan([`Would map up to ${given.images ?? 300} images each of ${given.real} and ${given.fake} into ${given.out}.`], {
        ...given,
      });
    const made = await runInWorker("explore", given, hooks);
    result(
      [
        `${made.numReal} real and ${made.numGenerated} generated images: ${made.page}`,
        `TensorBoard: tensorboard --logdir ${made.out}`,
        ...(made.missing === undefined ? [] : [made.missing]),
      ],
      { ...made },
    );
  },
};
