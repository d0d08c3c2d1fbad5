import type { WeightFile, WeightTensor } from "tfjs-train";

/** A tensor to be made: its name decides its distribution. */
export interface RecipeTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface RecipeOptions {
  readonly seed: number;
  /** Values of some names by another rule than the recipe's: a function of the uniform s in [−1, 1), or undefined. */
  readonly exception?: (name: string) => ((s: number) => number) | undefined;
}

/** The finaliser of MurmurHash3. */
function fmix(h: number): number {
  let x = h;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  return x >>> 0;
}

/** FNV-1a over the UTF-8 bytes of a name. */
function fnv(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The recipe's rule for a name: the first line of golden/eval/README.md ("Weights by recipe") that matches. */
function ruleFor({ name, shape }: RecipeTensor): (s: number) => number {
  const last = name.split(".").at(-1) ?? name;
  if (name.endsWith("running_mean")) return (s) => 0.1 * s;
  if (name.endsWith("running_var")) return (s) => 1 + 0.2 * s;
  if (name.endsWith("num_batches_tracked")) return () => 0;
  if (shape.length >= 2) {
    const bound = Math.sqrt(6 / shape.slice(1).reduce((product, size) => product * size, 1));
    return (s) => bound * s;
  }
  if (last === "weight" || last === "g") return (s) => 1 + 0.1 * s;
  return (s) => 0.1 * s;
}

/**
 * One tensor of the recipe weights: s_i = 2·fmix(i + fmix(fnv(name) + seed))/2³² − 1, shaped by the rule for its name; float64
 * until the last rounding to float32.
 */
export function recipeValues(tensor: RecipeTensor, { seed, exception }: RecipeOptions): Float32Array {
  const rule = exception?.(tensor.name) ?? ruleFor(tensor);
  const key = fmix((fnv(tensor.name) + seed) >>> 0);
  const values = new Float32Array(tensor.shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = rule((2 * fmix((i + key) >>> 0)) / 2 ** 32 - 1);
  return values;
}

/** All tensors of a list, as a weight file would hold them. */
export function recipeWeights(tensors: readonly RecipeTensor[], options: RecipeOptions): WeightFile {
  const entries = tensors.map((tensor): [string, WeightTensor] => [
    tensor.name,
    { dtype: "F32", shape: tensor.shape, data: recipeValues(tensor, options) },
  ]);
  return { tensors: Object.fromEntries(entries), metadata: {} };
}
