import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { checkStateDict, type Params, paramsFromWeights, type WeightFile } from "tfjs-train";
import { fingerprintOf } from "../fingerprint.ts";
import type { TransformerBlock } from "./transformer-block.ts";

/** A transformer's state dict by the names of its program, checked; uploaded when it is first asked for. */
export interface TowerWeights {
  readonly fingerprint: string;
  params(): Params;
  dispose(): void;
}

export interface TowerFile {
  readonly scope: string;
  readonly file: WeightFile;
  /** Names with the shapes that they must have, in torch's layout. */
  readonly expected: Readonly<Record<string, readonly number[]>>;
  /** Names that may be there too: heads. */
  readonly surplus: (name: string) => boolean;
  /** Matrices that are not weights of a dense layer, and stay as they are. */
  readonly keep: (name: string) => boolean;
  readonly advice: string;
}

/** Names of a kind that an error tells; another network's file has hundreds that do not fit. */
const MOST_NAMES = 3;

/** @throws UsageError that tells the first few names that are missing, surplus or of another shape, and how many there are. */
export function openTower({ scope, file, expected, surplus, keep, advice }: TowerFile): TowerWeights {
  const shapes = Object.fromEntries(Object.entries(expected).map(([name, shape]) => [name, { shape }]));
  checkStateDict(shapes, file.tensors, { scope, source: "the weight file", mayAdd: surplus, mostNames: MOST_NAMES, advice });
  const tensors = Object.fromEntries(Object.keys(expected).map((name) => [name, file.tensors[name]]));
  for (const [name, { dtype }] of Object.entries(tensors))
    expect(dtype.includes("F"), scope, `"${name}" must hold floats; got ${dtype}. ${advice}`);
  let params: Params | undefined;
  return {
    fingerprint: fingerprintOf(Object.values(tensors).map(({ data }) => Float32Array.from(data as ArrayLike<number>))), // floats, checked above
    params() {
      if (params) return params;
      params = paramsFromWeights({ ...file, tensors }, { keep });
      for (const tensor of Object.values(params)) tf.keep(tensor); // beyond the tidy of the batch that asks first
      return params;
    },
    dispose() {
      for (const tensor of Object.values(params ?? {})) tensor.dispose();
      params = undefined;
    },
  };
}

/** How the parts of a block are called by a program. */
export interface BlockNames {
  readonly norm1: string;
  readonly inWeight: string;
  readonly inBias: string;
  readonly out: string;
  readonly scale1?: string;
  readonly norm2: string;
  readonly up: string;
  readonly down: string;
  readonly scale2?: string;
}

export interface BlockSizes {
  readonly width: number;
  /** Outputs of the first dense layer of the MLP, and inputs of the second. */
  readonly up: number;
  readonly down: number;
}

/** Names and shapes of a block's tensors, in torch's layout. */
export function blockShapes(
  prefix: string,
  names: BlockNames,
  { width, up, down }: BlockSizes,
): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = {};
  const add = (name: string | undefined, shape: readonly number[]): void => {
    if (name !== undefined) shapes[`${prefix}.${name}`] = shape;
  };
  for (const norm of [names.norm1, names.norm2]) for (const part of ["weight", "bias"]) add(`${norm}.${part}`, [width]);
  add(names.inWeight, [3 * width, width]);
  add(names.inBias, [3 * width]);
  add(`${names.out}.weight`, [width, width]);
  add(`${names.out}.bias`, [width]);
  add(`${names.up}.weight`, [up, width]);
  add(`${names.up}.bias`, [up]);
  add(`${names.down}.weight`, [width, down]);
  add(`${names.down}.bias`, [width]);
  add(names.scale1, [width]);
  add(names.scale2, [width]);
  return shapes;
}

/** A block's tensors by what they are. */
export function blockOf(params: Params, prefix: string, names: BlockNames): TransformerBlock {
  const at = (name: string) => params[`${prefix}.${name}`];
  const pair = (name: string) => ({ weight: at(`${name}.weight`), bias: at(`${name}.bias`) });
  const out = pair(names.out);
  return {
    norm1: pair(names.norm1),
    attention: {
      in_proj_weight: at(names.inWeight),
      in_proj_bias: at(names.inBias),
      "out_proj.weight": out.weight,
      "out_proj.bias": out.bias,
    },
    ...(names.scale1 && { scale1: at(names.scale1) }),
    norm2: pair(names.norm2),
    up: pair(names.up),
    down: pair(names.down),
    ...(names.scale2 && { scale2: at(names.scale2) }),
  };
}

/** How many blocks `<prefix>.0`, `<prefix>.1` … a file has. */
export function countBlocks({ tensors }: WeightFile, prefix: string): number {
  const numbers = Object.keys(tensors)
    .filter((name) => name.startsWith(`${prefix}.`))
    .map((name) => Number(name.slice(prefix.length + 1).split(".")[0]));
  return numbers.length === 0 ? 0 : Math.max(...numbers) + 1;
}

/** The shape of a tensor that tells a network's size. @throws UsageError where it is missing or of another rank. */
export function shapeOf(
  { tensors }: WeightFile,
  name: string,
  { scope, rank, advice }: { scope: string; rank: number; advice: string },
): readonly number[] {
  const shape = Object.hasOwn(tensors, name) ? tensors[name].shape : undefined;
  expect(shape?.length === rank, scope, () => `the weight file has no "${name}" with ${rank} dimensions. ${advice}`);
  return shape;
}
