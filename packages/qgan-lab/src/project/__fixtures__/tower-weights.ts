import { createRng } from "repro-kit";
import { writeSafetensors } from "tfjs-train";

interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

const WIDTH = 64;
const pair = (name: string, shape: readonly number[]): NamedShape[] => [
  { name: `${name}.weight`, shape },
  { name: `${name}.bias`, shape: shape.slice(0, 1) },
];

/** Names and shapes of vision transformers of one block. */
export function towerTensors(): { readonly dinov2: readonly NamedShape[]; readonly clip: readonly NamedShape[] } {
  const dinov2 = [
    { name: "cls_token", shape: [1, 1, WIDTH] },
    { name: "pos_embed", shape: [1, 1 + 4, WIDTH] },
    ...pair("patch_embed.proj", [WIDTH, 3, 14, 14]),
    ...pair("blocks.0.norm1", [WIDTH]),
    ...pair("blocks.0.attn.qkv", [3 * WIDTH, WIDTH]),
    ...pair("blocks.0.attn.proj", [WIDTH, WIDTH]),
    { name: "blocks.0.ls1.gamma", shape: [WIDTH] },
    ...pair("blocks.0.norm2", [WIDTH]),
    ...pair("blocks.0.mlp.fc1", [2 * WIDTH, WIDTH]),
    ...pair("blocks.0.mlp.fc2", [WIDTH, 2 * WIDTH]),
    { name: "blocks.0.ls2.gamma", shape: [WIDTH] },
    ...pair("norm", [WIDTH]),
  ];
  const block = "transformer.resblocks.0";
  const clip = [
    { name: "class_embedding", shape: [WIDTH] },
    { name: "positional_embedding", shape: [1 + 4, WIDTH] },
    { name: "proj", shape: [WIDTH, 16] },
    { name: "conv1.weight", shape: [WIDTH, 3, 16, 16] },
    ...pair("ln_pre", [WIDTH]),
    ...pair("ln_post", [WIDTH]),
    ...pair(`${block}.ln_1`, [WIDTH]),
    { name: `${block}.attn.in_proj_weight`, shape: [3 * WIDTH, WIDTH] },
    { name: `${block}.attn.in_proj_bias`, shape: [3 * WIDTH] },
    ...pair(`${block}.attn.out_proj`, [WIDTH, WIDTH]),
    ...pair(`${block}.ln_2`, [WIDTH]),
    ...pair(`${block}.mlp.c_fc`, [2 * WIDTH, WIDTH]),
    ...pair(`${block}.mlp.c_proj`, [WIDTH, 2 * WIDTH]),
  ];
  return { dinov2, clip };
}

/** A file of uniform weights of He's widths; those of LPIPS's channels are not negative. */
export function drawWeights(tensors: readonly NamedShape[], seed = 2): Uint8Array {
  const rng = createRng(seed);
  const entries = tensors.map(({ name, shape }) => {
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    const data = rng.fork(name).fillUniform(new Float32Array(shape.reduce((product, size) => product * size, 1)), -1, 1);
    const scaled = data.map((value) => (name.startsWith("lin") ? Math.abs(value) : value * Math.sqrt(6 / fanIn)));
    return [name, { dtype: "F32" as const, shape, data: scaled }] as const;
  });
  return writeSafetensors(Object.fromEntries(entries));
}
