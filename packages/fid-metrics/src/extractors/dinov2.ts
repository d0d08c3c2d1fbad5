import * as tf from "@tensorflow/tfjs-core";
import { resizeTorch } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import { layerNorm, type Params, type WeightFile } from "tfjs-train";
import type { DifferentiableExtractor } from "../extractor.ts";
import { createFunctionExtractor } from "./function-extractor.ts";
import { type InputConvention, imageNetColours } from "./input-convention.ts";
import { type BlockNames, blockOf, blockShapes, countBlocks, openTower, shapeOf } from "./tower-weights.ts";
import { transformerBlock } from "./transformer-block.ts";

export interface Dinov2ExtractorOptions {
  /** State dict by timm's names (`vit_{small,base,large,giant}_patch14[_reg4]_dinov2`). */
  readonly weights: WeightFile;
  /** Side of the image that the network sees, a multiple of its patches. Default 224. */
  readonly size?: number;
  /** How images come to that size and colours. Default: bicubic, stretched, ImageNet's colours (as dgm-eval does). */
  readonly input?: Omit<InputConvention, "size">;
}

const scope = "createDinov2Extractor";
const advice = "Give a state dict of timm's vit_*_patch14_dinov2, as safetensors or .pth.";
const HEAD_WIDTH = 64;
const EPSILON = 1e-6;
const names: BlockNames = {
  norm1: "norm1",
  inWeight: "attn.qkv.weight",
  inBias: "attn.qkv.bias",
  out: "attn.proj",
  scale1: "ls1.gamma",
  norm2: "norm2",
  up: "mlp.fc1",
  down: "mlp.fc2",
  scale2: "ls2.gamma",
};

/**
 * The class token of a DINOv2 vision transformer, with or without registers, of any depth and width; positions are interpolated to the
 * size asked for as timm does. For Fréchet distances in its features ("FD-DINOv2"), which are not FID.
 *
 * @throws UsageError for weights of another network, a size that is no multiple of the patches, an unknown option.
 * @see Oquab et al. 2023, arXiv:2304.07193; Darcet et al. 2023, arXiv:2309.16588 (registers); Stein et al. 2023, arXiv:2306.04675.
 */
export function createDinov2Extractor(options: Dinov2ExtractorOptions): DifferentiableExtractor {
  checkOptions(scope, options, ["weights", "size", "input"]);
  const { weights: file, size = 224, input = {} } = options;
  const [width, , patch] = shapeOf(file, "patch_embed.proj.weight", { scope, rank: 4, advice });
  const positions = shapeOf(file, "pos_embed", { scope, rank: 3, advice });
  const [up] = shapeOf(file, "blocks.0.mlp.fc1.weight", { scope, rank: 2, advice });
  const [, down] = shapeOf(file, "blocks.0.mlp.fc2.weight", { scope, rank: 2, advice });
  const numRegisters = file.tensors.reg_token?.shape[1] ?? 0;
  const depth = countBlocks(file, "blocks");
  const isWhole = Number.isInteger(size / patch) && size > 0;
  expect(isWhole, scope, `size must be a multiple of the patches of ${patch} pixels; got ${size}.`);

  expect(
    width % HEAD_WIDTH === 0,
    scope,
    `the weight file must have a width that is a multiple of ${HEAD_WIDTH}; got ${width}. ${advice}`,
  );

  // With registers the class token has no position.
  const numPlaced = numRegisters > 0 ? 0 : 1;
  const grid = Math.round(Math.sqrt(positions[1] - numPlaced));
  const weights = openTower({
    scope,
    file,
    advice,
    expected: {
      cls_token: [1, 1, width],
      ...(numRegisters > 0 && { reg_token: [1, numRegisters, width] }),
      pos_embed: [1, grid * grid + numPlaced, width],
      "patch_embed.proj.weight": [width, 3, patch, patch],
      "patch_embed.proj.bias": [width],
      ...Object.assign({}, ...Array.from({ length: depth }, (_, i) => blockShapes(`blocks.${i}`, names, { width, up, down }))),
      "norm.weight": [width],
      "norm.bias": [width],
    },
    surplus: (name) => name === "mask_token" || name.startsWith("head."),
    keep: () => false,
  });
  const transformer = {
    heads: width / HEAD_WIDTH,
    epsilon: EPSILON,
    activation: up === down ? "gelu" : "swiglu",
  } as const;

  const run = (images: tf.Tensor4D): tf.Tensor2D => {
    const params = weights.params();
    const [batch] = images.shape;
    const patches = tf.conv2d(images, params["patch_embed.proj.weight"] as tf.Tensor4D, patch, "valid"); // filters [patch, patch, 3, width]
    const side = size / patch;
    const tokens = tf.add(tf.reshape(patches, [batch, side * side, width]), params["patch_embed.proj.bias"]);
    const { ofClass, ofPatches } = placesFor(params.pos_embed, { numPlaced, grid, side });
    const first = ofClass ? tf.add(params.cls_token, ofClass) : params.cls_token;
    const prefix = numRegisters > 0 ? [first, params.reg_token] : [first];
    const repeated = prefix.map((token) => tf.tile(token, [batch, 1, 1]));
    let x = tf.concat([...repeated, tf.add(tokens, ofPatches)], 1) as tf.Tensor3D; // [batch, tokens, width]
    for (let i = 0; i < depth; i++) x = transformerBlock(x, blockOf(params, `blocks.${i}`, names), transformer);
    return classToken(x, params);
  };
  return createFunctionExtractor({
    name: "dinov2",
    tap: "class token",
    mode: "timm",
    dimension: width,
    fingerprint: weights.fingerprint,
    input: { ...imageNetColours, ...input, size },
    run,
    dispose: weights.dispose,
  });
}

function classToken(x: tf.Tensor3D, params: Params): tf.Tensor2D {
  const [batch, , width] = x.shape;
  const token = tf.reshape(tf.slice(x, [0, 0, 0], [batch, 1, width]), [batch, width]) as tf.Tensor2D;
  return layerNorm(token, { weight: params["norm.weight"], bias: params["norm.bias"] }, { epsilon: EPSILON });
}

/** Positions of the class token, where it has one, and of side² patches. */
function placesFor(
  embedding: tf.Tensor,
  { numPlaced, grid, side }: { numPlaced: number; grid: number; side: number },
): { ofClass: tf.Tensor | undefined; ofPatches: tf.Tensor } {
  const width = embedding.shape[2] as number; // rank 3, checked
  const ofClass = numPlaced > 0 ? tf.slice(embedding, [0, 0, 0], [1, numPlaced, width]) : undefined;
  const stored = tf.slice(embedding, [0, numPlaced, 0], [1, grid * grid, width]);
  if (side === grid) return { ofClass, ofPatches: stored };
  const data = Float32Array.from(stored.dataSync());
  const image = { data, height: grid, width: grid, channels: width };
  const resized = resizeTorch(image, { height: side, width: side, mode: "bicubic", antialias: true });
  return { ofClass, ofPatches: tf.tensor3d(resized.data, [1, side * side, width]) };
}
