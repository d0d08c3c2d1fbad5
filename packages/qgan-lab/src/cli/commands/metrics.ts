import { expect, listKnown } from "repro-kit";
import type { MeasureRunOptions } from "../../measure/measure-run.ts";
import type { MeasureSetsOptions } from "../../measure/measure-sets.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandContext, CommandSpec, OptionParser } from "../command-spec.ts";
import { integer, list } from "../option-parsers.ts";
import { backendOption, checkpointOption, downloadOption, inceptionOption } from "../shared-options.ts";

// Lists rather than fid-metrics' own, whose import would make `qgan --help` slow; a test compares them.
export const METRIC_MODES = [
  "pytorch-fid",
  "torch-fidelity",
  "clean-fid",
  "clean-fid-legacy-pytorch",
  "clean-fid-legacy-tensorflow",
];
export const METRIC_TAPS = [64, 192, 768, 2048, "logits_unbiased", "logits"];

export const METRIC_NETWORKS = [
  ...["inception", "dinov2", "clip", "compact-cnn", "resnet18", "resnet34", "resnet50"],
  ...["mobilenet-v2", "mobilenet-v2-tensorflow", "efficientnet-b0"],
];

const mode: OptionParser = (text, name) => {
  expect(METRIC_MODES.includes(text), name, () => `no mode "${text}"; ${listKnown(text, METRIC_MODES)}`);
  return text;
};
const tap: OptionParser = (text, name) => {
  const found = METRIC_TAPS.find((known) => String(known) === text);
  expect(found !== undefined, name, `no tap "${text}"; known: ${METRIC_TAPS.join(", ")}.`);
  return found;
};

/** Options that belong to one of the two ways only. */
const ONLY_RUN = ["floor"];
/** Those that are on where nothing is said. */
const STANDARD = ["floor", "cache"];
const ONLY_SETS = [
  ...["real", "fake", "heldOut", "metrics", "mode", "tap", "intervals", "neighbours", "lines", "seed"],
  ...["extractor", "weights", "saveStats", "trustStats", "mirror", "cache", "lpips"],
];

export const metricsCommand: CommandSpec = {
  name: "metrics",
  summary: "FID, KID and other metrics between two sets of images, or of a run's checkpoint",
  options: [
    { flags: "--real <path>", text: "real images: dataset zip, folder, or statistics (.npz)" },
    {
      flags: "--fake <path>",
      text: "generated images: dataset zip, folder, statistics, run folder, checkpoint or StyleGAN2-ADA snapshot (.pkl)",
    },
    { flags: "--held-out <path>", text: "real images that the generator has not seen (memorised, membership)" },
    {
      flags: "--metrics <names>",
      text: "kid,fid,… or the names of the StyleGAN tools, fid50k_full,…",
      parse: list,
      standard: "kid,fid",
    },
    {
      flags: "--lpips <files>",
      text: "weights for path lengths (ppl, ppl2_wend, …): lpips-vgg.pth, or vgg16-397923af.pth,vgg.pth",
      parse: list,
    },
    { flags: "--mode <name>", text: `how images are resized: ${METRIC_MODES.join(", ")}`, parse: mode, standard: "pytorch-fid" },
    {
      flags: "--tap <name>",
      text: `output of Inception: ${METRIC_TAPS.join(", ")}`,
      parse: tap,
      standard: "the last that the weights reach",
    },
    { flags: "--extractor <name>", text: `the network: ${METRIC_NETWORKS.join(", ")}`, standard: "inception" },
    { flags: "--weights <file>", text: "weights of another network than Inception, .safetensors or .pth" },
    {
      flags: "--mirror",
      text: "add the mirror image of every real one, for networks trained so (legacy names of the StyleGAN tools)",
    },
    { flags: "--save-stats <file>", text: "write statistics of the real images, an .npz that pytorch-fid reads too" },
    {
      flags: "--trust-stats",
      text: "take an .npz that does not say how it was made (pytorch-fid's, clean-fid's) for one of this --mode and --tap",
    },
    { flags: "--no-cache", text: "compute the real and held-out images anew, and keep nothing of them" },
    { flags: "--intervals <rounds>", text: "bootstrap intervals from so many resamplings", parse: integer(20) },
    { flags: "--neighbours <file>", text: "write a PNG of generated images beside the real ones nearest to them" },
    { flags: "--lines <folder>", text: "add the results to metric-<name>.jsonl there, as the StyleGAN tools write them" },
    { flags: "--seed <n>", text: "for metrics that draw", parse: integer(0), standard: "0" },
    { flags: "--run <folder>", text: "a run folder: FID and KID of its checkpoint against its training images" },
    checkpointOption,
    {
      flags: "--images <n>",
      text: "most images on each side, and pairs of ppl",
      parse: integer(2),
      standard: "all; 1000 of a checkpoint, and pairs; 200 with --run",
    },
    { flags: "--no-floor", text: "with --run: do not measure other real images for comparison" },
    inceptionOption,
    downloadOption,
    { ...backendOption, standard: "auto; the run's with --run" },
  ],
  examples: [
    "qgan metrics --real skin.zip --fake generated.zip --metrics kid,fid,precision,recall --neighbours nearest.png",
    "qgan metrics --real skin.zip --fake generated.zip --metrics fid --save-stats stats.npz",
    "qgan metrics --real stats.npz --fake runs/00000-hybridq-mel --metrics fid --mode pytorch-fid --json",
    "qgan metrics --fake runs/00003-stylegan2 --metrics ppl2_wend --lpips lpips-vgg.pth",
    "qgan metrics --run runs/00000-hybridq-mel --images 500",
    "qgan metrics --run runs/00000-hybridq-mel --checkpoint best --inception pt_inception-2015-12-05-6726825d.pth",
  ],
  async run({ options }, context) {
    const isOfSets = options.real !== undefined || options.fake !== undefined;
    expect(
      isOfSets || options.run !== undefined,
      "qgan metrics",
      "give a run folder with --run (`qgan train` makes one), or two sets of images with --real and --fake.",
    );
    const isGiven = (name: string): boolean =>
      options[name] !== undefined && !(STANDARD.includes(name) && options[name] === true);
    const foreign = (isOfSets ? [...ONLY_RUN, "run"] : ONLY_SETS).filter(isGiven);
    const flag = (name: string): string =>
      `--${STANDARD.includes(name) ? "no-" : ""}${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const way = isOfSets ? "--real and --fake" : "--run";
    expect(foreign.length === 0, "qgan metrics", () => `${foreign.map(flag).join(", ")} does not go with ${way}.`);
    await (isOfSets ? measureTwoSets(options, context) : measureOneRun(options, context));
  },
};

type Options = Readonly<Record<string, unknown>>;

/** Statistics of pytorch-fid do not say of how many images they are. */
const counted = (count: number | null, side: string): string =>
  count !== null && Number.isFinite(count) ? `${count} ${side}` : `${side} images that the statistics do not count`;

/** Metrics that look at no real images: ppl and the presets of its kind; a test compares. */
export const isPathLength = (name: string): boolean => name === "ppl" || /^ppl2?_/.test(name);

async function measureTwoSets(options: Options, { hooks, dryRun, result, plan }: CommandContext): Promise<void> {
  const { floor: _, download = true, ...rest } = options;
  const names = (rest.metrics as readonly string[] | undefined) ?? ["kid", "fid"]; // parsed above
  const isComplete = rest.fake !== undefined && (rest.real !== undefined || names.every(isPathLength));
  expect(isComplete, "qgan metrics", "give both --real and --fake.");
  const given = { ...rest, allowDownload: download } as unknown as MeasureSetsOptions; // parsed above, checked by measureSets
  if (dryRun) {
    const against = given.real === undefined ? "" : ` against ${given.real}`;
    return plan([`Would measure ${names.join(", ")} of ${given.fake}${against}.`], { ...given, metrics: names });
  }
  const measured = await runInWorker("measureSets", given, hooks);
  const { values, intervals = {}, warnings, protocol, missing } = measured;
  const short = (value: number): string => String(Number(value.toPrecision(5)));
  result(
    [
      ...Object.entries(values).map(([name, value]) => {
        const measuredName = Object.keys(intervals).find((metric) => name === metric || name.endsWith(`-${metric}`));
        const interval = measuredName === undefined ? undefined : intervals[measuredName];
        return `${name}: ${short(value)}${interval ? `  (95 %: ${short(interval.low)} to ${short(interval.high)})` : ""}`;
      }),
      protocol.numReal === 0
        ? `${protocol.numGenerated} generated, in pairs; ${protocol.extractor}`
        : `${counted(protocol.numReal, "real")}, ${counted(protocol.numGenerated, "generated")}; ${protocol.extractor}, tap ${protocol.tap}, mode ${protocol.mode}`,
      ...warnings,
      ...(missing === undefined ? [] : [missing]),
    ],
    { ...measured },
  );
}

async function measureOneRun(options: Options, { hooks, dryRun, result, plan }: CommandContext): Promise<void> {
  const { floor = true, download = true, cache: _, ...rest } = options;
  const given = { ...rest, withFloor: floor, allowDownload: download } as unknown as MeasureRunOptions; // parsed above, checked by measureRun
  if (dryRun) {
    const { chooseCheckpoint } = await import("../../generate/load-generator.ts");
    const checkpoint = await chooseCheckpoint(given.run, given.checkpoint);
    return plan(
      [`Would measure ${given.images ?? 200} images of ${checkpoint} and add the scores to ${given.run}/metric-*.jsonl.`],
      { checkpoint, images: given.images ?? 200 },
    );
  }
  const measured = await runInWorker("measure", given, hooks);
  const { recordScores } = await import("../../measure/record-scores.ts");
  await recordScores(given.run, measured);
  result(
    [
      ...measured.scores.map(
        ({ title, value, realValue }) =>
          `${title}: ${Number(value.toPrecision(4))}${realValue === undefined ? "" : `  (real images among themselves: ${Number(realValue.toPrecision(4))})`}`,
      ),
      ...(measured.missing === undefined ? [] : [measured.missing]),
    ],
    { ...measured },
  );
}
