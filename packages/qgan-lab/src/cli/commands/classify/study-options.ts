import { expect } from "repro-kit";
import type { OptionParser, OptionSpec } from "../../command-spec.ts";
import { integer, list, number } from "../../option-parsers.ts";
import { backendOption } from "../../shared-options.ts";

/** Numbers separated by commas. */
export const numbers: OptionParser = (text, name) =>
  (list(text, name) as string[]).map((part) => {
    expect(Number.isFinite(Number(part)), name, `numbers separated by commas are expected; got "${part}".`);
    return Number(part);
  });

const stages: OptionParser = (text, name) => (text === "all" ? text : integer(0)(text, name));

/** Numbers of stages separated by commas. */
export const stageLists: OptionParser = (text, name) => (list(text, name) as string[]).map((part) => stages(part, name));

/** A number that is not below 0. */
const notNegative: OptionParser = (text, name) => {
  expect(text.trim() !== "" && Number(text) >= 0, name, `a number of at least 0 is expected; got "${text}".`);
  return number(-1)(text, name);
};

/** What the data are and how a classifier is trained; shared by `train`, `search` and `sweep`. */
export const studyOptions: readonly OptionSpec[] = [
  { flags: "--data <zip>", text: "dataset zip with classes (qgan dataset makes one)" },
  { flags: "--classes <names>", text: "classes to tell apart", parse: list, standard: "all" },
  { flags: "--split <name>", text: "split saved in the zip (qgan dataset split)", standard: "default, else one drawn by --seed" },
  { flags: "--seed <n>", text: "of everything", parse: integer(0), standard: "0" },
  {
    flags: "--backbone <name>",
    text: "compact-cnn, resnet18, resnet34, resnet50, mobilenet-v2, mobilenet-v2-tensorflow, efficientnet-b0",
    standard: "compact-cnn",
  },
  { flags: "--weights <file>", text: "weights to begin with: .pth, .safetensors, or TensorFlow's MobileNetV2 as .json" },
  {
    flags: "--freeze <stages>",
    text: "first stages that stay as they are; all trains the head alone",
    parse: stages,
    standard: "0",
  },
  { flags: "--epochs <n>", text: "most epochs", parse: integer(1), standard: "20" },
  { flags: "--batch <n>", text: "images a batch", parse: integer(2), standard: "32" },
  { flags: "--accumulate <n>", text: "batches a step", parse: integer(1), standard: "1" },
  { flags: "--rate <x>", text: "highest learning rate; it falls along a cosine", parse: number(), standard: "0.001" },
  { flags: "--warm-up <epochs>", text: "epochs over which the rate rises", parse: notNegative, standard: "1" },
  { flags: "--weight-decay <x>", text: "of AdamW", parse: notNegative, standard: "0.01" },
  { flags: "--label-smoothing <x>", text: "share of each target spread over all classes", parse: notNegative, standard: "0" },
  {
    flags: "--focal <gamma>",
    text: "focal loss: images that are easily told apart count less",
    parse: notNegative,
    standard: "0",
  },
  { flags: "--no-balance", text: "every image counts the same, not every class" },
  { flags: "--augment <kind>", text: "none, flips, classical, mixup, cutmix", standard: "flips" },
  { flags: "--patience <n>", text: "epochs without a better validation loss", parse: integer(1), standard: "5" },
  backendOption,
];

const NAMES: Readonly<Record<string, string>> = {
  freeze: "frozenStages",
  batch: "batchSize",
  rate: "learningRate",
  warmUp: "warmUpEpochs",
  focal: "focalGamma",
  balance: "isBalanced",
};

/** The command's options under the names of the functions. */
export function renameStudyOptions(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { balance, ...rest } = options;
  const renamed = Object.fromEntries(Object.entries(rest).map(([name, value]) => [NAMES[name] ?? name, value]));
  return balance === false ? { ...renamed, isBalanced: false } : renamed; // commander fills in true
}

/** @throws UsageError unless a study of many trainings has its dataset, and the folder that keeps its cells. */
export function requireDataAndFolder({ data, out }: Readonly<Record<string, unknown>>, scope: string): void {
  expect(data !== undefined, scope, "give a dataset with --data; `qgan dataset` makes one.");
  expect(out !== undefined, scope, "give a folder with --out; the same one continues.");
}
