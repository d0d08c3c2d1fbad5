import { expect, listKnown } from "repro-kit";
import { watches } from "../../train/watch/index.ts";
import type { OptionParser, OptionSpec } from "../command-spec.ts";
import { integer, list, number, numberFrom } from "../option-parsers.ts";

const TRUE = ["1", "on", "t", "true", "y", "yes"];
const FALSE = ["0", "f", "false", "n", "no", "off"];

/** `--cond`, `--cond=true` or `--cond 1`, as the reference writes its switches. */
const truth: OptionParser = (text, name) => {
  const word = text.trim().toLowerCase();
  expect([...TRUE, ...FALSE].includes(word), name, `true or false is expected; got "${text}".`);
  return TRUE.includes(word);
};

const CONFIGURATIONS = ["auto", "stylegan2", "paper256", "paper512", "paper1024", "cifar"];
const configuration: OptionParser = (text, name) => {
  expect(CONFIGURATIONS.includes(text), name, () => `no configuration "${text}"; ${listKnown(text, CONFIGURATIONS)}`);
  return text;
};

const watchNames: OptionParser = (text, name) => {
  const names = list(text, name) as readonly string[]; // names separated by commas
  for (const one of names)
    expect(watches.names().includes(one), name, () => `no watch "${one}"; ${listKnown(one, watches.names())}`);
  return names;
};

/** "none", or metrics of the reference. */
const metricNames: OptionParser = (text, name) => (text.toLowerCase() === "none" ? [] : list(text, name));

/** Options of the StyleGAN2-ADA program that have no effect on a processor; taken so that its command lines run. */
export const IDLE_OPTIONS = ["nhwc", "allowTf32", "nobench", "workers"] as const;

/** Options of the StyleGAN2-ADA program under its own names, and what is added to them. */
export const referenceOptions: readonly OptionSpec[] = [
  { flags: "--cond [bool]", text: "stylegan2: learn all classes, told apart by their labels", parse: truth },
  {
    flags: "--cfg <name>",
    text: `stylegan2: configuration: ${CONFIGURATIONS.join(", ")}`,
    parse: configuration,
    standard: "auto",
  },
  { flags: "--gamma <x>", text: "stylegan2: weight of R1", parse: numberFrom(0), standard: "the configuration's" },
  { flags: "--glr <x>", text: "stylegan2: learning rate of the generator", parse: number(), standard: "the configuration's" },
  { flags: "--dlr <x>", text: "stylegan2: learning rate of the discriminator", parse: number(), standard: "the configuration's" },
  {
    flags: "--dsteps <n>",
    text: "stylegan2: updates of the discriminator for one of the generator",
    parse: integer(1),
    standard: "1",
  },
  {
    flags: "--freezed <n>",
    text: "stylegan2: first layers of the discriminator that are not trained",
    parse: integer(0),
    standard: "0",
  },
  {
    flags: "--init-from <what>",
    text: "stylegan2: begin from the weights of a .pkl, its address, a preset (ffhq256 …) or a run; --resume does so too for all but runs",
  },
  {
    flags: "--fp32 [bool]",
    text: "stylegan2: no limit on the convolutions' results; numbers are float32 in any case",
    parse: truth,
  },
  { flags: "--gpus <n>", text: "stylegan2: 1; for more threads see --threads", parse: integer(1), standard: "1" },
  { flags: "--subset <n>", text: "learn so many images only, chosen by the seed", parse: integer(1), standard: "all" },
  { flags: "--mirror [bool]", text: "mirror half of the images left to right", parse: truth },
  { flags: "--mirrory [bool]", text: "mirror half of the images top to bottom", parse: truth },
  {
    flags: "--kimg <n>",
    text: "end after so many thousands of images",
    parse: number(),
    standard: "stylegan2: the configuration's",
  },
  { flags: "--epochs <n>", text: "end after so many passes over the images", parse: number() },
  { flags: "--microbatch <n>", text: "take a batch in parts of so many, with the same result in less memory", parse: integer(1) },
  { flags: "--snap <n>", text: "a snapshot every so many ticks of 4000 images, in place of --snapshots", parse: integer(1) },
  {
    flags: "--metrics <names>",
    text: "stylegan2: metrics of every snapshot in the reference's names (fid50k_full, or of fewer images: fid2k_full), beside FID and KID of --metric-images; or none",
    parse: metricNames,
  },
  { flags: "--lpips <files>", text: "stylegan2: weights of LPIPS, for path lengths (ppl2_wend)", parse: list },
  { flags: "--stop-on <names>", text: `end when one of these is seen: ${watches.names().join(", ")}`, parse: watchNames },
  { flags: "--ignore-memory", text: "begin although the free memory seems too small" },
  { flags: "--outdir <folder>", text: "as the reference: --out" },
  { flags: "--nhwc [bool]", text: "as the reference; without effect here", parse: truth },
  { flags: "--allow-tf32 [bool]", text: "as the reference; without effect here", parse: truth },
  { flags: "--nobench [bool]", text: "as the reference; without effect here", parse: truth },
  { flags: "--workers <n>", text: "as the reference; without effect here", parse: integer(1) },
];
