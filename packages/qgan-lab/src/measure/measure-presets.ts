import { basename } from "node:path";
import { type Evaluation, type EvaluationProtocol, evaluate, type FeatureExtractor, type StyleGanPreset } from "fid-metrics";
import { generate } from "qgan-core";
import { checkOptions, createRng } from "repro-kit";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { type CheckpointChoice, chooseCheckpoint, type LoadedGenerator, loadGenerator } from "../generate/load-generator.ts";
import type { ScoreLine } from "../report/report-data.ts";
import { type RunOptionsFile, readOptionsFile } from "../run-folder/options-file.ts";
import { appendMetric } from "../run-folder/run-log.ts";
import { openRunData, type TrainingData } from "../run-folder/training-data.ts";
import { cachedSide } from "./cached-side.ts";
import type { ImageSet } from "./image-set.ts";
import { openPaths } from "./measure-paths.ts";
import { openNetwork } from "./measuring-network.ts";
import { nameValues, planMetrics } from "./metric-plan.ts";
import { mirrorSet } from "./mirrored-set.ts";
import { referenceMetric, standardName } from "./reference-metrics.ts";

export interface MeasurePresetsOptions {
  readonly run: string;
  /** Default "latest". */
  readonly checkpoint?: CheckpointChoice;
  /** Metrics by the reference's names: fid50k_full, or with another number, fid2k_full. */
  readonly names: readonly string[];
  /** Inception weights. Default: the cache, or fetched once. */
  readonly inception?: string;
  readonly allowDownload?: boolean;
  /** Weights of LPIPS, for path lengths. */
  readonly lpips?: readonly string[];
  /** Where real features are kept. Default: `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/features`. */
  readonly cacheFolder?: string;
  /** Default: the run's. */
  readonly backend?: string;
}

export interface MeasurePresetsResult {
  readonly step: number;
  /** Every result by its name. */
  readonly values: Readonly<Record<string, number>>;
}

const KNOWN = ["run", "checkpoint", "names", "inception", "allowDownload", "lpips", "cacheFolder", "backend"];
const SCOPE = "metrics";
/** Output of Inception that the reference's names stand for. */
const TAP = "2048";
/** Images that are held at once. */
const BLOCK = 64;
const TITLES = {
  fid: "FID, 2048 features",
  kid: "KID, 2048 features",
  pr: "precision and recall",
  is: "Inception Score",
  ppl: "perceptual path length",
};

/**
 * Metrics of StyleGAN2-ADA, as they are there, of a run's checkpoint; each adds a line to the run's metric-<name>.jsonl. Real images are
 * the training part without `subset`, mirrored for the legacy names where the run mirrors; generated ones those of seeds 0 on, of
 * classes drawn as often as the data have them.
 *
 * With weights that reach no tap of 2048 numbers, names begin with the tap that was used, since the values are not the reference's.
 *
 * @throws UsageError for an unknown name, or path lengths without the weights of LPIPS.
 * @see NVlabs/stylegan2-ada-pytorch, metrics/metric_main.py.
 */
export async function measurePresets(options: MeasurePresetsOptions, hooks: LabHooks = {}): Promise<MeasurePresetsResult> {
  checkOptions("measurePresets", options, KNOWN);
  const { run, names } = options;
  const presets = names.map((name) => referenceMetric(name, SCOPE));
  const runOptions = await readOptionsFile(run);
  const { training } = runOptions;
  await ready({ backend: (options.backend ?? training.backend) as BackendName | "auto" }); // `ready` checks the name
  const folder = await chooseCheckpoint(run, options.checkpoint);
  const values: Record<string, number> = {};
  const generator = await loadGenerator(folder);
  try {
    const { step, images } = generator;
    const write = (
      preset: StyleGanPreset,
      results: Record<string, number>,
      seconds: number,
      protocol: EvaluationProtocol,
    ): void => {
      Object.assign(values, results);
      const line = { step, images, title: TITLES[preset.kind], better: betterOf(preset), protocol: flatProtocol(protocol) };
      const name = Object.keys(results)[0].replace(preset.results[0], preset.name); // with the prefix of another network
      appendMetric(run, { ...line, metric: name, results, seconds, snapshot: basename(folder) });
      for (const [metric, value] of Object.entries(results).filter(([key]) => !key.endsWith("_std")))
        hooks.onFact?.({ kind: "score", ...line, metric, value });
    };
    const ofImages = presets.filter(({ kind }) => kind !== "ppl");
    if (ofImages.length > 0) await measureImages({ options, runOptions, presets: ofImages, generator, write }, hooks);
    for (const preset of presets.filter(({ kind }) => kind === "ppl")) {
      const began = performance.now();
      const paths = planMetrics([preset.name]).paths;
      const { lpips } = options;
      const opened = await openPaths({ fake: folder, paths, seed: training.seed, ...(lpips ? { lpips } : {}) });
      try {
        const { values: found, protocol } = await opened.measure(hooks);
        write(preset, { [preset.name]: found[preset.name] }, secondsSince(began), protocol);
      } finally {
        opened.close();
      }
    }
    return { step, values };
  } finally {
    generator.dispose();
  }
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000;
const betterOf = ({ kind }: StyleGanPreset): ScoreLine["better"] => (kind === "pr" || kind === "is" ? "higher" : "lower");

interface MeasureImages {
  readonly options: MeasurePresetsOptions;
  readonly runOptions: RunOptionsFile;
  readonly presets: readonly StyleGanPreset[];
  readonly generator: LoadedGenerator;
  readonly write: (
    preset: StyleGanPreset,
    results: Record<string, number>,
    seconds: number,
    protocol: EvaluationProtocol,
  ) => void;
}

async function measureImages({ options, runOptions, presets, generator, write }: MeasureImages, hooks: LabHooks): Promise<void> {
  const { training } = runOptions;
  const { extractor, prefix: networkPrefix, missing } = await openNetwork(options, true, hooks);
  const data = await openRunData(runOptions);
  try {
    const isWhole = extractor.tap === TAP;
    const prefix = networkPrefix !== "" ? networkPrefix : isWhole ? "" : `tap${extractor.tap}-`;
    const note = (text: string): void => hooks.onFact?.({ kind: "note", text });
    if (missing !== undefined) note(missing);
    else if (!isWhole)
      note(
        `${presets[0].name} stands for 2048 features of Inception; these weights reach ${extractor.tap}, so names begin with "${prefix}". The whole weights: pt_inception-2015-12-05-6726825d.pth, given with --inception.`,
      );
    for (const preset of presets) {
      if (preset.kind === "is" && !isWhole) {
        note(`${preset.name} needs the classes of Inception, which these weights do not reach; it is left out.`);
        continue;
      }
      const began = performance.now();
      const evaluation = await measureOne(
        { preset, data, generator, extractor, isMirrored: training.mirror === true, prefix, options },
        hooks,
      );
      const results = Object.fromEntries(
        preset.results.map((name) => [`${prefix}${name}`, evaluation.values[`${prefix}${name}`]]),
      );
      write(preset, results, secondsSince(began), evaluation.protocol);
    }
  } finally {
    extractor.dispose();
    await data.dataset.close();
  }
}

interface MeasureOne {
  readonly preset: StyleGanPreset;
  readonly data: TrainingData;
  readonly generator: LoadedGenerator;
  readonly extractor: FeatureExtractor;
  readonly isMirrored: boolean;
  readonly prefix: string;
  readonly options: MeasurePresetsOptions;
}

async function measureOne(
  { preset, data, generator, extractor, isMirrored, prefix, options: { cacheFolder } }: MeasureOne,
  hooks: LabHooks,
): Promise<Evaluation> {
  const plan = { ...planMetrics([standardName(preset.name)]), presets: [preset] };
  const { maxReal, isLegacy, numGenerated } = preset;
  const most = Math.min(maxReal > 0 ? maxReal : Number.POSITIVE_INFINITY, data.train.length);
  const own = trainingSet(data, isMirrored && isLegacy ? data.train.length : most);
  const real = isMirrored && isLegacy ? mirrorSet(own, maxReal) : own;
  const tell = (part: string, total: number) => (done: number) =>
    hooks.onFact?.({ kind: "progress", part: `${preset.name}: ${part}`, unit: "image", done, total, fraction: done / total });
  const tellReal = tell("looking at real images", real.count);
  const tellDrawn = tell("looking at generated images", numGenerated);
  const side = await cachedSide(
    real,
    {
      extractor,
      onlyStatistics: plan.metrics.every(({ fromStatistics }) => fromStatistics),
      cache: true,
      ...(cacheFolder === undefined ? {} : { cacheFolder }),
      onProgress: ({ done }) => tellReal(done),
    },
    { ...(hooks.signal ? { signal: hooks.signal } : {}) },
  );
  const evaluation = await evaluate({
    real: side,
    generated: drawnBatches(generator, data, numGenerated),
    extractor,
    metrics: plan.metrics,
    realContent: real.content(),
    onProgress: ({ side: which, done }) => which === "generated" && tellDrawn(done),
    ...(hooks.signal ? { signal: hooks.signal } : {}),
  });
  return nameValues(evaluation, { plan, sets: { real, generated: undefined }, prefix });
}

/** The first images of the training part. */
function trainingSet({ dataset, train, name }: TrainingData, count: number): ImageSet {
  const [height, width, channels] = dataset.imageShape;
  const indices = train.slice(0, count);
  return {
    kind: "zip",
    name,
    count: indices.length,
    async *batches() {
      for (let from = 0; from < indices.length; from += BLOCK) {
        const block = indices.slice(from, from + BLOCK);
        yield { data: await dataset.images(block), count: block.length, height, width, channels };
      }
    },
    content: () => `${dataset.digest} [${indices.join(",")}]`,
    close: async () => {},
  };
}

/** Images of seeds 0 on; classes are drawn from the training images'. */
async function* drawnBatches({ model, params }: LoadedGenerator, { dataset, train }: TrainingData, count: number) {
  const [height, width, channels] = model.generator.imageShape;
  const classes = createRng(0).fork("metric classes");
  const isConditional = (model.generator.labelSize ?? 0) > 0;
  for (let from = 0; from < count; from += BLOCK) {
    const seeds = Array.from({ length: Math.min(BLOCK, count - from) }, (_, i) => from + i);
    const labels = isConditional ? { labels: seeds.map(() => dataset.labels?.[train[classes.integer(train.length)]] ?? 0) } : {};
    yield { data: await generate(model, params, seeds, labels), count: seeds.length, height, width, channels };
  }
}

const flatProtocol = (protocol: EvaluationProtocol): ScoreLine["protocol"] => ({
  "real images": protocol.numReal,
  "generated images": protocol.numGenerated,
  network: protocol.extractor,
  tap: protocol.tap,
  convention: protocol.mode,
  resize: protocol.resize,
  quantisation: protocol.quantisation,
  weights: protocol.weights,
  backend: protocol.backend,
});
