import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { layerNorm, type Params, type WeightFile } from "tfjs-train";
import type { DifferentiableExtractor } from "../extractor.ts";
import { createFunctionExtractor } from "./function-extractor.ts";
import type { InputConvention } from "./input-convention.ts";
import { type BlockNames, blockOf, blockShapes, countBlocks, openTower, shapeOf } from "./tower-weights.ts";
import { transformerBlock } from "./transformer-block.ts";

export interface ClipExtractorOptions {
  /** State dict by open_clip's (and OpenAI's) names: the whole model, or its `visual` part. */
  readonly weights: WeightFile;
  /** "quick-gelu" for OpenAI's weights and those trained like them (`ViT-*-quickgelu`), else "gelu". The file does not say. */
  readonly activation: "gelu" | "quick-gelu";
  /** Features of an attention head: 64, but 80 in ViT-H-14, 88 in ViT-g-14, 104 in ViT-bigG-14. */
  readonly headWidth?: number;
  /** How images come to the size of the weights. Default: bicubic, the middle, CLIP's colours (open_clip's validation). */
  readonly input?: Omit<InputConvention, "size">;
}

const scope = "createClipExtractor";
const advice = "Give a state dict of an open_clip model with a vision transformer, as safetensors or .pt.";
const EPSILON = 1e-5;
const colours = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;
const names: BlockNames = {
  norm1: "ln_1",
  inWeight: "attn.in_proj_weight",
  inBias: "attn.in_proj_bias",
  out: "attn.out_proj",
  norm2: "ln_2",
  up: "mlp.c_fc",
  down: "mlp.c_proj",
};

/**
 * Image embeddings of a CLIP vision transformer, not normalised to length 1, of any depth and width; what CMMD is computed from.
 *
 * @throws UsageError for weights of another network (a ResNet tower too), a head width that does not divide, an unknown option.
 * @see Radford et al. 2021, arXiv:2103.00020; Jayasumana et al. 2024, arXiv:2401.09603 (CMMD).
 */
export function createClipExtractor(options: ClipExtractorOptions): DifferentiableExtractor {
  checkOptions(scope, options, ["weights", "activation", "headWidth", "input"]);
  const { activation, headWidth = 64, input = {} } = options;
  const isActivation = activation === "gelu" || activation === "quick-gelu";
  expect(isActivation, scope, `activation must be "gelu" or "quick-gelu"; got ${activation}.`);
  const file = visualPart(options.weights);
  const [width, , patch] = shapeOf(file, "conv1.weight", { scope, rank: 4, advice });
  const [numTokens] = shapeOf(file, "positional_embedding", { scope, rank: 2, advice });
  const [, dimension] = shapeOf(file, "proj", { scope, rank: 2, advice });
  const [up] = shapeOf(file, "transformer.resblocks.0.mlp.c_fc.weight", { scope, rank: 2, advice });
  const depth = countBlocks(file, "transformer.resblocks");
  const heads = width / headWidth;
  expect(Number.isInteger(heads), scope, `headWidth must divide the width of ${width}; got ${headWidth}.`);
  const grid = Math.round(Math.sqrt(numTokens - 1));
  const blocks = Array.from({ length: depth }, (_, i) => `transformer.resblocks.${i}`);

  const weights = openTower({
    scope,
    file,
    advice,
    expected: {
      class_embedding: [width],
      positional_embedding: [grid * grid + 1, width],
      proj: [width, dimension],
      "conv1.weight": [width, 3, patch, patch],
      ...Object.fromEntries(
        ["ln_pre", "ln_post"].flatMap((norm) => ["weight", "bias"].map((part) => [`${norm}.${part}`, [width]])),
      ),
      ...Object.assign({}, ...blocks.map((block) => blockShapes(block, names, { width, up, down: up }))),
    },
    surplus: () => false,
    keep: (name) => name === "positional_embedding" || name === "proj",
  });

  const run = (images: tf.Tensor4D): tf.Tensor2D => {
    const params = weights.params();
    const [batch] = images.shape;
    const patches = tf.conv2d(images, params["conv1.weight"] as tf.Tensor4D, patch, "valid"); // filters [patch, patch, 3, width]
    const first = tf.tile(tf.reshape(params.class_embedding, [1, 1, width]), [batch, 1, 1]);
    const tokens = tf.concat([first, tf.reshape(patches, [batch, grid * grid, width])], 1);
    let x = normalise(tf.add(tokens, params.positional_embedding) as tf.Tensor3D, params, "ln_pre"); // [batch, tokens, width]
    for (const block of blocks) x = transformerBlock(x, blockOf(params, block, names), { heads, epsilon: EPSILON, activation });
    const token = tf.reshape(tf.slice(x, [0, 0, 0], [batch, 1, width]), [batch, width]) as tf.Tensor2D;
    return tf.matMul(normalise(token, params, "ln_post"), params.proj as tf.Tensor2D);
  };
  return createFunctionExtractor({
    name: "clip",
    tap: "image embedding",
    mode: `open_clip, ${activation}`,
    dimension,
    fingerprint: weights.fingerprint,
    input: { fit: "crop", ...colours, ...input, size: grid * patch },
    run,
    dispose: weights.dispose,
  });
}

const normalise = <T extends tf.Tensor>(x: T, params: Params, name: string): T =>
  layerNorm(x, { weight: params[`${name}.weight`], bias: params[`${name}.bias`] }, { epsilon: EPSILON });

/** The tensors below `visual.`, or all where none is. */
function visualPart(file: WeightFile): WeightFile {
  const below = Object.entries(file.tensors).filter(([name]) => name.startsWith("visual."));
  if (below.length === 0) return file;
  return { ...file, tensors: Object.fromEntries(below.map(([name, tensor]) => [name.slice("visual.".length), tensor])) };
}
