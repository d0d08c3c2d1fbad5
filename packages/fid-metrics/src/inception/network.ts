/** One convolution with its batch norm and ReLU, or a pooling, or two convolutions whose outputs are joined. */
export type Step =
  | {
      readonly kind: "conv";
      readonly name: string;
      readonly kernel: readonly [number, number];
      readonly out: number;
      readonly stride: 1 | 2;
      readonly padding: "same" | "valid";
    }
  | { readonly kind: "pool"; readonly pool: "average" | "max"; readonly stride: 1 | 2; readonly padding: "same" | "valid" }
  | { readonly kind: "fork"; readonly branches: readonly Step[] };

/** Branches that start at the same input; their outputs are joined along the channels, in this order. */
export interface Block {
  readonly name: string;
  readonly branches: readonly (readonly Step[])[];
}

type ConvStep = Extract<Step, { kind: "conv" }>;

const conv = (name: string, height: number, width: number, out: number): ConvStep => ({
  kind: "conv",
  name,
  kernel: [height, width],
  out,
  stride: 1,
  padding: "same",
});
const valid = (step: ConvStep): Step => ({ ...step, padding: "valid" });
const halving = (step: ConvStep): Step => ({ ...step, stride: 2, padding: "valid" });
const pool = (kind: "average" | "max"): Step => ({ kind: "pool", pool: kind, stride: 1, padding: "same" });
const halvingPool: Step = { kind: "pool", pool: "max", stride: 2, padding: "valid" };
const fork = (...branches: readonly Step[]): Step => ({ kind: "fork", branches });
const block = (name: string, ...branches: readonly (readonly Step[])[]): Block => ({ name, branches });

/** 35×35 blocks 5b to 5d. */
const block35 = (name: string, poolChannels: number): Block =>
  block(
    name,
    [conv(`${name}.branch1x1`, 1, 1, 64)],
    [conv(`${name}.branch5x5_1`, 1, 1, 48), conv(`${name}.branch5x5_2`, 5, 5, 64)],
    [
      conv(`${name}.branch3x3dbl_1`, 1, 1, 64),
      conv(`${name}.branch3x3dbl_2`, 3, 3, 96),
      conv(`${name}.branch3x3dbl_3`, 3, 3, 96),
    ],
    [pool("average"), conv(`${name}.branch_pool`, 1, 1, poolChannels)],
  );

/** 17×17 blocks 6b to 6e, with 7×7 convolutions taken apart. */
const block17 = (name: string, channels: number): Block =>
  block(
    name,
    [conv(`${name}.branch1x1`, 1, 1, 192)],
    [
      conv(`${name}.branch7x7_1`, 1, 1, channels),
      conv(`${name}.branch7x7_2`, 1, 7, channels),
      conv(`${name}.branch7x7_3`, 7, 1, 192),
    ],
    [
      conv(`${name}.branch7x7dbl_1`, 1, 1, channels),
      conv(`${name}.branch7x7dbl_2`, 7, 1, channels),
      conv(`${name}.branch7x7dbl_3`, 1, 7, channels),
      conv(`${name}.branch7x7dbl_4`, 7, 1, channels),
      conv(`${name}.branch7x7dbl_5`, 1, 7, 192),
    ],
    [pool("average"), conv(`${name}.branch_pool`, 1, 1, 192)],
  );

/** 8×8 blocks 7b and 7c; the FID network pools the last one by maximum. */
const block8 = (name: string, kind: "average" | "max"): Block =>
  block(
    name,
    [conv(`${name}.branch1x1`, 1, 1, 320)],
    [
      conv(`${name}.branch3x3_1`, 1, 1, 384),
      fork(conv(`${name}.branch3x3_2a`, 1, 3, 384), conv(`${name}.branch3x3_2b`, 3, 1, 384)),
    ],
    [
      conv(`${name}.branch3x3dbl_1`, 1, 1, 448),
      conv(`${name}.branch3x3dbl_2`, 3, 3, 384),
      fork(conv(`${name}.branch3x3dbl_3a`, 1, 3, 384), conv(`${name}.branch3x3dbl_3b`, 3, 1, 384)),
    ],
    [pool(kind), conv(`${name}.branch_pool`, 1, 1, 192)],
  );

/**
 * The Inception v3 of 2015-12-05 that FID was defined with, from 299×299×3 in [−1, 1] to 8×8×2048.
 *
 * It differs from torchvision's in four ways: batch norm ε is 1e-3, average pools count only pixels inside the image, 7c pools
 * by maximum, and the classifier has 1008 outputs.
 *
 * @see Szegedy et al. 2016, arXiv:1512.00567, Table 1; the names are those of the usual PyTorch port (pytorch-fid).
 */
export const inceptionBlocks: readonly Block[] = [
  block("Conv2d_1a_3x3", [halving(conv("Conv2d_1a_3x3", 3, 3, 32))]),
  block("Conv2d_2a_3x3", [valid(conv("Conv2d_2a_3x3", 3, 3, 32))]),
  block("Conv2d_2b_3x3", [conv("Conv2d_2b_3x3", 3, 3, 64)]),
  block("MaxPool_1", [halvingPool]),
  block("Conv2d_3b_1x1", [valid(conv("Conv2d_3b_1x1", 1, 1, 80))]),
  block("Conv2d_4a_3x3", [valid(conv("Conv2d_4a_3x3", 3, 3, 192))]),
  block("MaxPool_2", [halvingPool]),
  block35("Mixed_5b", 32),
  block35("Mixed_5c", 64),
  block35("Mixed_5d", 64),
  block(
    "Mixed_6a",
    [halving(conv("Mixed_6a.branch3x3", 3, 3, 384))],
    [
      conv("Mixed_6a.branch3x3dbl_1", 1, 1, 64),
      conv("Mixed_6a.branch3x3dbl_2", 3, 3, 96),
      halving(conv("Mixed_6a.branch3x3dbl_3", 3, 3, 96)),
    ],
    [halvingPool],
  ),
  block17("Mixed_6b", 128),
  block17("Mixed_6c", 160),
  block17("Mixed_6d", 160),
  block17("Mixed_6e", 192),
  block(
    "Mixed_7a",
    [conv("Mixed_7a.branch3x3_1", 1, 1, 192), halving(conv("Mixed_7a.branch3x3_2", 3, 3, 320))],
    [
      conv("Mixed_7a.branch7x7x3_1", 1, 1, 192),
      conv("Mixed_7a.branch7x7x3_2", 1, 7, 192),
      conv("Mixed_7a.branch7x7x3_3", 7, 1, 192),
      halving(conv("Mixed_7a.branch7x7x3_4", 3, 3, 192)),
    ],
    [halvingPool],
  ),
  block8("Mixed_7b", "average"),
  block8("Mixed_7c", "max"),
];

/** Where features are taken: the spatial mean after a block, or the classifier on the last of them. */
export type InceptionTap = 64 | 192 | 768 | 2048 | "logits_unbiased" | "logits";

export const inceptionTaps: readonly { readonly tap: InceptionTap; readonly block: string; readonly dimension: number }[] = [
  { tap: 64, block: "MaxPool_1", dimension: 64 },
  { tap: 192, block: "MaxPool_2", dimension: 192 },
  { tap: 768, block: "Mixed_6e", dimension: 768 },
  { tap: 2048, block: "Mixed_7c", dimension: 2048 },
  { tap: "logits_unbiased", block: "Mixed_7c", dimension: 1008 },
  { tap: "logits", block: "Mixed_7c", dimension: 1008 },
];

/** A convolution's name and the shape of its weights in the file, [out, in, height, width]. */
export interface ConvShape {
  readonly name: string;
  readonly shape: readonly [number, number, number, number];
}

/** The convolutions of a block and its number of output channels. */
export function blockConvolutions({ branches }: Block, inChannels: number): { convolutions: ConvShape[]; outChannels: number } {
  const convolutions: ConvShape[] = [];
  const follow = (step: Step, channels: number): number => {
    if (step.kind === "pool") return channels;
    if (step.kind === "fork") return step.branches.reduce((sum, branch) => sum + follow(branch, channels), 0);
    convolutions.push({ name: step.name, shape: [step.out, channels, ...step.kernel] });
    return step.out;
  };
  const outputs = branches.map((steps) => steps.reduce((channels, step) => follow(step, channels), inChannels));
  return { convolutions, outChannels: outputs.reduce((sum, channels) => sum + channels, 0) };
}

/** Names and shapes of the published file, in its order: what `createInceptionExtractor` looks for. */
export function inceptionTensors(): readonly { readonly name: string; readonly shape: readonly number[] }[] {
  const tensors: { name: string; shape: readonly number[] }[] = [];
  let channels = 3;
  for (const block of inceptionBlocks) {
    const { convolutions, outChannels } = blockConvolutions(block, channels);
    for (const { name, shape } of convolutions) {
      tensors.push({ name: `${name}.conv.weight`, shape });
      for (const part of ["weight", "bias", "running_mean", "running_var"])
        tensors.push({ name: `${name}.bn.${part}`, shape: [shape[0]] });
    }
    channels = outChannels;
  }
  return [...tensors, { name: "fc.weight", shape: [1008, channels] }, { name: "fc.bias", shape: [1008] }];
}
