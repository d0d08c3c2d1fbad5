import { readFile } from "node:fs/promises";
import { backbones, loadBackbone, readTensorflowMobileNetV2 } from "classifier-eval";
import {
  createClipExtractor,
  createDinov2Extractor,
  createFunctionExtractor,
  createInceptionExtractor,
  createRandomConvolutionExtractor,
  type DifferentiableExtractor,
  type FeatureExtractor,
  type InceptionModeName,
  type InceptionTap,
} from "fid-metrics";
import { resolveInceptionWeights } from "fid-metrics/node";
import { expect, listKnown, UsageError } from "repro-kit";
import { disposeParams, type WeightFile } from "tfjs-train";
import { readWeightsFile } from "tfjs-train/node";
import type { LabHooks } from "../facts.ts";
import { digestFile } from "./digest-file.ts";

export interface NetworkOptions {
  /** "inception" (default), "dinov2", "clip", or a backbone of classifier-eval, such as "resnet50" or "mobilenet-v2". */
  readonly extractor?: string;
  /** The weights of another network than Inception: a .safetensors or .pth file; of mobilenet-v2-tensorflow a .json with .bin beside it. */
  readonly weights?: string;
  readonly inception?: string;
  readonly allowDownload?: boolean;
  readonly mode?: InceptionModeName;
  readonly tap?: InceptionTap;
}

export interface MeasuringNetwork {
  readonly extractor: FeatureExtractor;
  /** Before the names of values that are not those of Inception: "random-", "resnet50-". */
  readonly prefix: string;
  /** Why this is not FID and how to get it. */
  readonly missing?: string;
}

const SCOPE = "metrics";
/** Vision transformers by name, of any depth and width that the weights have. */
export const towers: Readonly<Record<string, (weights: WeightFile) => DifferentiableExtractor>> = {
  dinov2: (weights) => createDinov2Extractor({ weights }),
  clip: (weights) => createClipExtractor({ weights, activation: "quick-gelu" }),
};

/** Names that `--extractor` takes. */
export const networkNames = (): string[] => ["inception", ...Object.keys(towers), ...backbones.names()];

/**
 * The network that makes features of images; without Inception weights a small random one.
 *
 * @throws UsageError for an unknown name, weights that are not given or of another network, or options of Inception beside another network.
 */
export async function openNetwork(options: NetworkOptions, isPreset: boolean, hooks: LabHooks): Promise<MeasuringNetwork> {
  const { extractor: name = "inception", weights, mode, tap } = options;
  const known = networkNames();
  expect(known.includes(name), SCOPE, () => `no extractor "${name}"; ${listKnown(name, known)}`);
  if (name === "inception") {
    expect(
      weights === undefined,
      SCOPE,
      "the weights of Inception are given with --inception; --weights is for another --extractor.",
    );
    return openInception(options, isPreset, hooks);
  }
  expect(
    !isPreset,
    SCOPE,
    `the names of the StyleGAN tools stand for Inception; ${name} measures kid, fid and the others by plain names.`,
  );
  expect(mode === undefined && tap === undefined, SCOPE, `--mode and --tap belong to Inception; leave them out with ${name}.`);
  expect(weights !== undefined, SCOPE, `${name} needs its weights: give --weights FILE (.safetensors or .pth).`);
  const extractor = await openOther(name, weights);
  return { extractor, prefix: `${name}-` };
}

async function openInception(
  { inception, allowDownload = true, mode, tap }: NetworkOptions,
  isPreset: boolean,
  { onFact, signal }: LabHooks,
): Promise<MeasuringNetwork> {
  onFact?.({ kind: "progress", part: "Looking for the Inception weights" });
  const resolved = await resolveInceptionWeights({
    ...(inception === undefined ? {} : { file: inception }),
    allowDownload,
    onProgress: ({ bytes, total }) =>
      onFact?.({ kind: "progress", part: "Fetching the Inception weights", ...(total ? { fraction: bytes / total } : {}) }),
    ...(signal ? { signal } : {}),
  });
  if (resolved.missing !== undefined)
    return { extractor: createRandomConvolutionExtractor(), prefix: "random-", missing: resolved.missing };
  const chosen = mode ?? (isPreset ? "torch-fidelity" : "pytorch-fid");
  const given = { weights: resolved.weights, mode: chosen, ...(tap === undefined ? {} : { tap }) };
  return { extractor: createInceptionExtractor(given), prefix: "" };
}

/** What torchvision's weights were trained on: the shorter side to 224, the middle. */
const INPUT = { size: 224, fit: "crop", filter: "bilinear" } as const;

async function openOther(name: string, path: string): Promise<FeatureExtractor> {
  try {
    const { weights, numbers } = await readNetworkFile(path);
    const tower = towers[name];
    if (tower) return tower(weights);
    const backbone = backbones.resolve(name);
    const { params, channels } = loadBackbone(backbone, weights);
    expect(channels === 3, SCOPE, `these weights take ${channels} channel(s); the extractor gives RGB.`);
    return createFunctionExtractor({
      name,
      dimension: backbone.numFeatures,
      fingerprint: await digestFile(numbers),
      input: INPUT,
      run: (images) => backbone.features(params, images, { training: false }).features,
      dispose: () => disposeParams(params),
    });
  } catch (cause) {
    throw UsageError.isInstance(cause) ? new UsageError(`${cause.message} (${path})`, { cause }) : cause;
  }
}

/** A network's weights, and the file that holds the numbers: the description of TensorFlow's MobileNetV2 has them in one beside it. */
export async function readNetworkFile(path: string): Promise<{ readonly weights: WeightFile; readonly numbers: string }> {
  const numbers = path.replace(/\.json$/, ".bin");
  const weights =
    numbers === path ? await readWeightsFile(path) : readTensorflowMobileNetV2(await readJson(path), await readFile(numbers));
  return { weights, numbers };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`[${SCOPE}] ${path} is no JSON.`, { cause });
  }
}
