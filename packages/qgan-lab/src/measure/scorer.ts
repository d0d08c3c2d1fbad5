import { homedir } from "node:os";
import { join } from "node:path";
import {
  createInceptionExtractor,
  createRandomConvolutionExtractor,
  evaluate,
  type FeatureExtractor,
  type Features,
  type ImageArray,
  type InceptionExtractor,
  type InceptionTap,
} from "fid-metrics";
import { cachedFeatures, resolveInceptionWeights } from "fid-metrics/node";
import type { LabHooks } from "../facts.ts";
import type { ScoreLine } from "../report/report-data.ts";

export interface ScorerOptions {
  /** Inception weights; without it the cache, or fetched once. */
  readonly inception?: string;
  readonly allowDownload?: boolean;
  /** Where real features are kept. Default: `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/features`. */
  readonly cacheFolder?: string;
}

/** Features of one set of images, by tap. */
export type TapFeatures = Readonly<Record<string, Features>>;

/** Measures sets of images with one network, at several of its taps. */
export interface Scorer {
  /** Why this is not FID and how to get it; undefined where it is. */
  readonly missing?: string;
  /** The deepest tap. */
  readonly tap: string;
  /** "kid768" or the like: what the best snapshot is chosen by. */
  readonly mainMetric: string;
  /** Seconds that one image took so far; NaN before the first. */
  secondsPerImage(): number;
  features(images: ImageArray, hooks: LabHooks, what: string): Promise<TapFeatures>;
  /** From the cache where it holds them; `read` gives the images otherwise. */
  realFeatures(content: string, read: () => Promise<ImageArray>, hooks: LabHooks): Promise<TapFeatures>;
  /** From the cache; undefined where it does not hold them. */
  cachedFeatures(content: string): Promise<TapFeatures | undefined>;
  /** FID and KID of every tap. */
  compare(real: TapFeatures, generated: TapFeatures): Promise<Omit<ScoreLine, "step" | "images">[]>;
  dispose(): void;
}

/** Taps that are reported where the weights reach them: FID forgives grain at a shallow one and blur at a deep one. */
const TAPS: readonly InceptionTap[] = [192, 768, 2048];

export async function createScorer(
  { inception, allowDownload = true, cacheFolder }: ScorerOptions,
  hooks: LabHooks,
): Promise<Scorer> {
  hooks.onFact?.({ kind: "progress", part: "Looking for the Inception weights" });
  const resolved = await resolveInceptionWeights({
    ...(inception === undefined ? {} : { file: inception }),
    allowDownload,
    onProgress: ({ bytes, total }) =>
      hooks.onFact?.({ kind: "progress", part: "Fetching the Inception weights", ...(total ? { fraction: bytes / total } : {}) }),
    ...(hooks.signal ? { signal: hooks.signal } : {}),
  });
  const folder = cacheFolder ?? join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "qgan", "features");
  if (resolved.missing !== undefined) {
    const extractor = createRandomConvolutionExtractor();
    const extract = async (images: ImageArray, options: object) => ({
      [extractor.tap]: await extractor.extract(images, options),
    });
    return assemble({ extractor, taps: [extractor], extract, folder, isInception: false, missing: resolved.missing });
  }
  const extractor: InceptionExtractor = createInceptionExtractor({ weights: resolved.weights });
  const reached = TAPS.filter((tap) => extractor.taps.includes(tap));
  const taps = reached.map((tap) => ({ ...extractor, tap: String(tap), dimension: Number(tap) }));
  const extract = (images: ImageArray, options: object): Promise<TapFeatures> => extractor.extractTaps(images, reached, options);
  return assemble({ extractor, taps, extract, folder, isInception: true });
}

const NOT_CACHED = new Error("not in the cache");

interface Parts {
  readonly extractor: FeatureExtractor;
  /** One view of the extractor a tap. */
  readonly taps: readonly FeatureExtractor[];
  readonly extract: (images: ImageArray, options: object) => Promise<TapFeatures>;
  readonly folder: string;
  readonly isInception: boolean;
  readonly missing?: string;
}

function assemble({ extractor, taps, extract, folder, isInception, missing }: Parts): Scorer {
  let imagesDone = 0;
  let secondsSpent = 0;
  const tap = taps[taps.length - 1].tap;
  const names = isInception ? { fid: "fid", kid: "kid" } : { fid: "random-frechet", kid: "random-kernel" };
  const titleOf = (metric: "fid" | "kid", view: FeatureExtractor): string =>
    isInception
      ? `${metric.toUpperCase()}, ${view.tap} features`
      : `${metric === "fid" ? "Fréchet" : "Kernel"} distance of random features (not ${metric.toUpperCase()})`;

  const scorer: Scorer = {
    ...(missing === undefined ? {} : { missing }),
    tap,
    mainMetric: `${names.kid}${tap}`,
    secondsPerImage: () => secondsSpent / imagesDone,
    async features(images, { onFact, signal }, what) {
      const began = performance.now();
      const options = {
        onProgress: ({ done, total }: { done: number; total: number | undefined }) =>
          onFact?.({
            kind: "progress",
            part: `Looking at ${what}`,
            unit: "image",
            done,
            ...(total ? { total, fraction: done / total } : {}),
          }),
        ...(signal ? { signal } : {}),
      };
      const features = await extract(images, options);
      imagesDone += images.count;
      secondsSpent += (performance.now() - began) / 1000;
      return features;
    },
    async realFeatures(content, read, hooks) {
      let computed: Promise<TapFeatures> | undefined;
      const compute = async (view: FeatureExtractor): Promise<Features> => {
        computed ??= read().then((images) => scorer.features(images, hooks, "real images"));
        return (await computed)[view.tap];
      };
      const byTap: Record<string, Features> = {};
      for (const view of taps) byTap[view.tap] = await cachedFeatures({ folder, content, extractor: view }, () => compute(view));
      return byTap;
    },
    async cachedFeatures(content) {
      const byTap: Record<string, Features> = {};
      try {
        for (const view of taps)
          byTap[view.tap] = await cachedFeatures({ folder, content, extractor: view }, () => Promise.reject(NOT_CACHED));
      } catch (error) {
        if (error === NOT_CACHED) return undefined;
        throw error;
      }
      return byTap;
    },
    async compare(real, generated) {
      const lines: Omit<ScoreLine, "step" | "images">[] = [];
      for (const view of taps) {
        const { values, protocol } = await evaluate({ real: real[view.tap], generated: generated[view.tap], extractor: view });
        for (const metric of ["fid", "kid"] as const)
          lines.push({
            metric: `${names[metric]}${view.tap}`,
            title: titleOf(metric, view),
            value: values[metric],
            better: "lower",
            protocol: {
              "real images": protocol.numReal,
              "generated images": protocol.numGenerated,
              network: protocol.extractor,
              convention: protocol.mode,
              resize: protocol.resize,
              quantisation: protocol.quantisation,
              weights: protocol.weights,
              backend: protocol.backend,
            },
          });
      }
      return lines;
    },
    dispose: () => extractor.dispose(),
  };
  return scorer;
}
