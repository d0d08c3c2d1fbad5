import type { Evaluation } from "fid-metrics";
import { checkOptions, expect } from "repro-kit";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { type MeasuredImages, measureImages } from "./measure-images.ts";
import { type MeasuredPaths, openPaths } from "./measure-paths.ts";
import type { NetworkOptions } from "./measuring-network.ts";
import { appendMetricLines, planMetrics } from "./metric-plan.ts";

/**
 * The network: `mode` is "pytorch-fid" where it is not given, or "torch-fidelity", as the StyleGAN tools', where a preset is asked for;
 * `tap` is the last one that the weights reach.
 */
export interface MeasureSetsOptions extends NetworkOptions {
  /** A dataset zip, a folder of images, or statistics (.npz of this package or of pytorch-fid). Path lengths alone need none. */
  readonly real?: string;
  /** A dataset zip, a folder of images, statistics, a run folder, a checkpoint, or a snapshot (.pkl) of stylegan2-ada-pytorch. */
  readonly fake: string;
  /** Real images that the generator was not trained on: a zip or folder. */
  readonly heldOut?: string;
  /** Names of metrics, or of the presets of the StyleGAN tools. Default: kid and fid. */
  readonly metrics?: readonly string[];
  /** Most images of each set; of a checkpoint, so many are drawn (default 1000, or the preset's). */
  readonly images?: number;
  /** Weights of LPIPS, for path lengths: the state dict of `lpips.LPIPS(net="vgg")`, or torchvision's VGG16 and LPIPS's own weights. */
  readonly lpips?: readonly string[];
  readonly checkpoint?: CheckpointChoice;
  /** Resamplings of bootstrap intervals. Default: none. */
  readonly intervals?: number;
  /** A PNG to write: generated images, each beside the real ones nearest to it. */
  readonly neighbours?: string;
  /** A folder to whose metric-<name>.jsonl the results are added, as the StyleGAN tools write them. */
  readonly lines?: string;
  /** An npz to write: statistics of the real images, which pytorch-fid reads too. */
  readonly saveStats?: string;
  /** Takes statistics that do not say how they were made, as pytorch-fid's and clean-fid's, for some of this mode. Default false. */
  readonly trustStats?: boolean;
  /** Adds the mirror image of every real one, for networks that were trained so. Not with the current presets of the StyleGAN tools. */
  readonly mirror?: boolean;
  /** Keeps what is computed of the real images, and takes it from there the next time. Default true. */
  readonly cache?: boolean;
  /** Default: `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/features`. */
  readonly cacheFolder?: string;
  readonly seed?: number;
  readonly backend?: string;
}

export interface MeasureSetsResult extends Evaluation {
  readonly seconds: number;
  /** Why this is not FID and how to get it. */
  readonly missing?: string;
}

const KNOWN = [
  ...["real", "fake", "heldOut", "metrics", "mode", "tap", "images", "checkpoint", "intervals", "neighbours", "lines"],
  ...["lpips", "seed", "inception", "allowDownload", "backend", "extractor", "weights", "saveStats", "trustStats", "mirror"],
  ...["cache", "cacheFolder"],
];
const SCOPE = "metrics";

/**
 * Any metrics between two sets of images, and path lengths of a generator, with their protocol. Without Inception weights a small random
 * network stands in; its values are named "random-…".
 *
 * @throws UsageError that names the file: no or mixed images, statistics of another mode, an unknown metric, a set that is
 *   smaller than a preset's name says, path lengths without a generator or the weights of LPIPS.
 */
export async function measureSets(options: MeasureSetsOptions, hooks: LabHooks = {}): Promise<MeasureSetsResult> {
  checkOptions("measureSets", options, KNOWN);
  const { metrics = ["kid", "fid"], fake, lpips, images, lines, checkpoint, seed = 0, backend = "auto" } = options;
  const plan = planMetrics(metrics);
  const isOfPaths = plan.paths.length > 0;
  expect(
    isOfPaths || lpips === undefined,
    SCOPE,
    "--lpips belongs to path lengths; ask for ppl, ppl2_wend or the like with --metrics.",
  );
  if (plan.metrics.length === 0) refuseOptionsOfSets(options);
  else expect(options.real !== undefined, SCOPE, "give both --real and --fake.");
  await ready({ backend: backend as BackendName | "auto" }); // `ready` checks the name
  const began = performance.now();
  const opened = isOfPaths
    ? await openPaths({
        fake,
        paths: plan.paths,
        seed,
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(lpips === undefined ? {} : { lpips }),
        ...(images === undefined ? {} : { pairs: images }),
      })
    : undefined; // before the images are looked at, which may take hours
  let sets: MeasuredImages | undefined;
  let paths: MeasuredPaths | undefined;
  try {
    if (plan.metrics.length > 0) sets = await measureImages(options, plan, hooks);
    paths = await opened?.measure(hooks);
  } finally {
    opened?.close();
  }
  const seconds = (performance.now() - began) / 1000;
  const result = sets && paths ? joinEvaluations(sets, paths) : ((sets ?? paths) as Evaluation); // a plan holds one of them at least
  const prefix = sets?.prefix ?? "";
  if (lines !== undefined)
    await appendMetricLines(lines, result, { plan, prefix, seconds, snapshot: sets?.snapshot ?? paths?.snapshot ?? null });
  const { values, intervals, warnings, protocol } = result;
  return {
    values,
    ...(intervals ? { intervals } : {}),
    warnings,
    protocol,
    seconds,
    ...(sets?.missing === undefined ? {} : { missing: sets.missing }),
  };
}

const joinEvaluations = (sets: Evaluation, paths: Evaluation): Evaluation => ({
  ...sets,
  values: { ...sets.values, ...paths.values },
  protocol: { ...sets.protocol, metrics: [...sets.protocol.metrics, ...paths.protocol.metrics] },
});

/** @throws UsageError where an option asks for images and only path lengths are measured. */
function refuseOptionsOfSets({ neighbours, saveStats, heldOut, mirror, intervals }: MeasureSetsOptions): void {
  const given = Object.entries({ neighbours, "save-stats": saveStats, "held-out": heldOut, mirror, intervals })
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name]) => `--${name}`);
  expect(given.length === 0, SCOPE, () => `${given.join(", ")} does not go with path lengths alone; ask for kid or fid too.`);
}
