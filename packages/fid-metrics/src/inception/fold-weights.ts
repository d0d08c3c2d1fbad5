import { expect } from "repro-kit";
import { checkStateDict, type WeightFile } from "tfjs-train";
import { blockConvolutions, type ConvShape, type InceptionTap, inceptionBlocks, inceptionTaps } from "./network.ts";

/** A convolution with its batch norm inside: filter [height, width, in, out] and bias [out]. */
interface FoldedConvolution {
  readonly shape: readonly [number, number, number, number];
  readonly filter: Float32Array;
  readonly bias: Float32Array;
}

/** What a weight file holds of the network, as plain arrays. */
export interface InceptionWeights {
  readonly convolutions: ReadonlyMap<string, FoldedConvolution>;
  /** Blocks from the first to the last whole one. */
  readonly blocks: readonly string[];
  /** fc weight as [2048, 1008] and bias; undefined where the file ends before. */
  readonly classifier: { readonly weight: Float32Array; readonly bias: Float32Array } | undefined;
  readonly taps: readonly InceptionTap[];
}

/** ε of TensorFlow's slim Inception, not PyTorch's 1e-5. */
const BATCH_NORM_EPSILON = 1e-3;
const CLASSES = 1008;
const POOLED = 2048;
const ADVICE = "Give pt_inception-2015-12-05-6726825d.pth, the file of pytorch-fid, or a safetensors file with its names.";

/**
 * Checks names and shapes, and folds batch norm into the convolutions in float64:
 * w′ = w·γ/√(σ² + ε), b′ = β − μ·γ/√(σ² + ε).
 *
 * A file may end after any block; a block that is there must be whole.
 *
 * @param weights - Tensors by the names of the PyTorch port (`Mixed_5b.branch1x1.conv.weight`, `….bn.running_var`, `fc.weight`).
 * @throws UsageError that lists every missing and mis-shaped name.
 */
export function foldInceptionWeights(weights: WeightFile): InceptionWeights {
  const { blocks, needed, isWhole } = blocksIn(weights);
  checkNames(weights, needed, isWhole && "fc.weight" in weights.tensors);
  const convolutions = new Map(needed.map((shape) => [shape.name, foldConvolution(weights, shape)]));
  const classifier = isWhole && "fc.weight" in weights.tensors ? readClassifier(weights) : undefined;
  const taps = inceptionTaps
    .filter(({ tap, block }) => blocks.includes(block) && (typeof tap === "number" || classifier))
    .map(({ tap }) => tap);
  return { convolutions, blocks, classifier, taps };
}

/** The blocks from the first to the last of which the file holds anything, and their convolutions. */
function blocksIn({ tensors }: WeightFile): { blocks: string[]; needed: ConvShape[]; isWhole: boolean } {
  const blocks: string[] = [];
  const all: ConvShape[] = [];
  let channels = 3;
  for (const block of inceptionBlocks) {
    const { convolutions, outChannels } = blockConvolutions(block, channels);
    const numPresent = convolutions.filter(({ name }) => `${name}.conv.weight` in tensors).length;
    if (convolutions.length > 0 && numPresent === 0 && blocks.length > 0) break;
    all.push(...convolutions);
    blocks.push(block.name);
    channels = outChannels;
  }
  return { blocks, needed: all, isWhole: blocks.length === inceptionBlocks.length };
}

/** Every name and shape at once; what else the file holds is told only where something is missing. */
function checkNames({ tensors }: WeightFile, needed: readonly ConvShape[], hasClassifier: boolean): void {
  const shapes: [name: string, shape: readonly number[]][] = needed.flatMap(({ name, shape }) => [
    [`${name}.conv.weight`, shape],
    ...["weight", "bias", "running_mean", "running_var"].map((part): [string, number[]] => [`${name}.bn.${part}`, [shape[0]]]),
  ]);
  if (hasClassifier) shapes.push(["fc.weight", [CLASSES, POOLED]], ["fc.bias", [CLASSES]]);
  const isWhole = shapes.every(([name]) => name in tensors);
  checkStateDict(Object.fromEntries(shapes.map(([name, shape]) => [name, { shape }])), tensors, {
    scope: "inception",
    source: "expected FID Inception v3 weights; the file",
    advice: ADVICE,
    mostNames: 5, // those of one convolution
    mayAdd: () => isWhole,
  });
}

function foldConvolution(weights: WeightFile, { name, shape }: ConvShape): FoldedConvolution {
  const [out, inChannels, height, width] = shape;
  const source = readTensor(weights, `${name}.conv.weight`);
  const gamma = readTensor(weights, `${name}.bn.weight`);
  const beta = readTensor(weights, `${name}.bn.bias`);
  const mean = readTensor(weights, `${name}.bn.running_mean`);
  const variance = readTensor(weights, `${name}.bn.running_var`);
  const filter = new Float32Array(source.length);
  const bias = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    const scale = gamma[o] / Math.sqrt(variance[o] + BATCH_NORM_EPSILON);
    expect(Number.isFinite(scale), "inception", `${name}.bn.running_var holds ${variance[o]}; a variance was expected.`);
    bias[o] = beta[o] - mean[o] * scale;
    for (let i = 0; i < inChannels; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          filter[((y * width + x) * inChannels + i) * out + o] = source[((o * inChannels + i) * height + y) * width + x] * scale;
  }
  return { shape: [height, width, inChannels, out], filter, bias };
}

function readClassifier(weights: WeightFile): { weight: Float32Array; bias: Float32Array } {
  const source = readTensor(weights, "fc.weight");
  const weight = new Float32Array(source.length);
  for (let o = 0; o < CLASSES; o++) for (let i = 0; i < POOLED; i++) weight[i * CLASSES + o] = source[o * POOLED + i];
  return { weight, bias: Float32Array.from(readTensor(weights, "fc.bias")) };
}

function readTensor({ tensors }: WeightFile, name: string): Float32Array | Float64Array {
  const { data, dtype } = tensors[name];
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  expect(isFloat, "inception", `expected "${name}" as floats; got ${dtype}. ${ADVICE}`);
  return data;
}
