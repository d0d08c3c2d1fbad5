import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, listKnown } from "repro-kit";
import type { WeightFile } from "tfjs-train";
import { extractBatches } from "../extract-batches.ts";
import type { ExtractOptions, FeatureExtractor } from "../extractor.ts";
import type { Features } from "../features.ts";
import { fingerprintOf } from "../fingerprint.ts";
import type { ImageArray, ImageSource } from "../images.ts";
import { foldInceptionWeights } from "./fold-weights.ts";
import { disposeInception, type InceptionParams, runInception, uploadInception } from "./forward.ts";
import { type InceptionModeName, inceptionModes } from "./modes.ts";
import { type InceptionTap, inceptionBlocks, inceptionTaps } from "./network.ts";
import { createInputPreparation } from "./prepare-input.ts";

export interface InceptionExtractorOptions {
  /** Tensors by the names of pytorch-fid, whole or up to some block. */
  readonly weights: WeightFile;
  /** Default: the last spatial mean that the weights reach (2048, or 768 for a file that ends at Mixed_6e). */
  readonly tap?: InceptionTap;
  /** Default "pytorch-fid". */
  readonly mode?: InceptionModeName;
}

export interface InceptionExtractor extends FeatureExtractor {
  /** Taps that the weights reach. */
  readonly taps: readonly InceptionTap[];
  /** Several taps in one pass, by tap. */
  extractTaps<T extends InceptionTap>(
    images: ImageSource,
    taps: readonly T[],
    options?: ExtractOptions,
  ): Promise<Record<T, Features>>;
  /** The network's input [count, 299, 299, 3] for these images, owned by the caller. */
  prepareInput(images: ImageArray): tf.Tensor4D;
  /** Runs the network up to its last tap and shows each block's output [count, height, width, channels], which lives for the call only. */
  visitBlocks(images: ImageArray, visit: (name: string, activation: tf.Tensor4D) => void): void;
}

/**
 * FID's Inception v3 with the input convention of a reference program. Runs on any tfjs backend; call `ready()` of tfjs-train
 * before the first image. A feature does not depend on the batch that its image came in.
 *
 * @throws UsageError for weights of another network, a tap that they do not reach, an unknown mode or option.
 * @see Heusel et al. 2017, arXiv:1706.08500; Szegedy et al. 2016, arXiv:1512.00567.
 */
export function createInceptionExtractor(options: InceptionExtractorOptions): InceptionExtractor {
  const scope = "createInceptionExtractor";
  checkOptions(scope, options, ["weights", "tap", "mode"]);
  const { weights, mode = "pytorch-fid" } = options;
  expect(Object.hasOwn(inceptionModes, mode), scope, () => `no mode "${mode}"; ${listKnown(mode, Object.keys(inceptionModes))}`);
  const folded = foldInceptionWeights(weights);
  const tap =
    options.tap ?? (folded.taps.filter((candidate) => typeof candidate === "number").at(-1) as InceptionTap | undefined);
  expect(tap !== undefined, scope, "the weights end before the first tap (64, after MaxPool_1). Give a longer file.");

  const checkTap = (wanted: InceptionTap): void => {
    const isKnown = inceptionTaps.some((candidate) => candidate.tap === wanted);
    expect(isKnown, scope, `no tap ${wanted}; known: ${inceptionTaps.map((candidate) => candidate.tap).join(", ")}.`);
    const end = folded.blocks.at(-1);
    expect(
      folded.taps.includes(wanted),
      scope,
      `tap ${wanted} lies beyond these weights, which end at ${end} and reach ${folded.taps.join(", ")}. ` +
        "Give pt_inception-2015-12-05-6726825d.pth, or take one of those.",
    );
  };
  checkTap(tap);

  const preparation = createInputPreparation(inceptionModes[mode]);
  let uploaded: { readonly params: InceptionParams; readonly reach: number } | undefined;
  const paramsFor = (lastBlocks: readonly string[]): InceptionParams => {
    const reach = Math.max(...lastBlocks.map((name) => inceptionBlocks.findIndex((block) => block.name === name)));
    if (uploaded && uploaded.reach >= reach) return uploaded.params;
    if (uploaded) disposeInception(uploaded.params);
    uploaded = { params: uploadInception(folded, inceptionBlocks[reach].name), reach };
    return uploaded.params;
  };
  const extractTaps = async <T extends InceptionTap>(
    images: ImageSource,
    taps: readonly T[],
    extractOptions?: ExtractOptions,
  ): Promise<Record<T, Features>> => {
    expect(taps.length > 0, scope, "extractTaps needs at least one tap; got none.");
    taps.forEach(checkTap);
    const wanted = inceptionTaps.filter((candidate) => (taps as readonly InceptionTap[]).includes(candidate.tap));
    const outputs = wanted.map(({ tap: name, dimension }) => ({ name: String(name), dimension }));
    const params = paramsFor(wanted.map(({ block }) => block));
    const run = (batch: ImageArray): Record<string, tf.Tensor2D> => {
      const input = preparation.prepare(batch);
      try {
        return runInception(params, input, taps);
      } finally {
        input.dispose();
      }
    };
    const byName = await extractBatches(images, outputs, run, extractOptions);
    return byName as Record<T, Features>; // outputs are named by the taps
  };

  return {
    name: "inception-v3-fid",
    tap: String(tap),
    mode,
    dimension: inceptionTaps.find((candidate) => candidate.tap === tap)?.dimension as number, // checkTap found it
    resize: inceptionModes[mode].resize,
    fingerprint: fingerprintOf([
      ...[...folded.convolutions.values()].flatMap(({ filter, bias }) => [filter, bias]),
      ...(typeof tap === "string" && folded.classifier ? [folded.classifier.weight, folded.classifier.bias] : []),
    ]),
    taps: folded.taps,
    extractTaps,
    prepareInput: preparation.prepare,
    visitBlocks(images, visit) {
      const params = paramsFor(folded.blocks);
      const input = preparation.prepare(images);
      const taps = runInception(params, input, [folded.taps.at(-1) ?? tap], visit);
      tf.dispose([input, ...Object.values(taps)]);
    },
    extract: async (images, extractOptions) => (await extractTaps(images, [tap], extractOptions))[tap],
    dispose() {
      preparation.dispose();
      if (uploaded) disposeInception(uploaded.params);
      uploaded = undefined;
    },
  };
}
