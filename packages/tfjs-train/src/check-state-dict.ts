import { checkOptions, UsageError } from "repro-kit";

/** Names with shapes: parameters, the tensors of a weight file, or a table. */
export type Shapes = Readonly<Record<string, { readonly shape: readonly number[] }>>;

export interface CheckStateDictOptions {
  /** What stands before the error. Default "checkStateDict". */
  readonly scope?: string;
  /** What the names were read from, for the sentence: a path, "ema of the checkpoint". Default "the state dict". */
  readonly source?: string;
  /** Names that may be missing (buffers that are made anew). Default none. */
  readonly mayMiss?: (name: string) => boolean;
  /** Names that may be there without being expected (counters of another program). Default none. */
  readonly mayAdd?: (name: string) => boolean;
  /** Names of each kind that the error tells; the rest are counted: another network's file has hundreds. Default all. */
  readonly mostNames?: number;
  /** What a user can do about it. */
  readonly advice?: string;
}

/**
 * Compares the names and shapes of weights with those that a model has.
 *
 * @param expected - What the model has; both sides in the same layout.
 * @param given - What is to be loaded.
 * @throws UsageError that lists every missing, surplus and mis-shaped name, or the first few of each.
 */
export function checkStateDict(expected: Shapes, given: Shapes, options: CheckStateDictOptions = {}): void {
  checkOptions("checkStateDict", options, ["scope", "source", "mayMiss", "mayAdd", "mostNames", "advice"]);
  const { scope = "checkStateDict", source = "the state dict", mayMiss = () => false, mayAdd = () => false } = options;
  const { mostNames = Number.POSITIVE_INFINITY, advice = "Give weights of this model and of the same options." } = options;
  const names = Object.keys(expected);
  const missing = names.filter((name) => !Object.hasOwn(given, name) && !mayMiss(name));
  const surplus = Object.keys(given).filter((name) => !Object.hasOwn(expected, name) && !mayAdd(name));
  const misshaped = names.filter((name) => Object.hasOwn(given, name) && !isSame(expected[name].shape, given[name].shape));
  if (missing.length + surplus.length + misshaped.length === 0) return;
  const listOf = (what: string, all: readonly string[], describe: (name: string) => string): string => {
    if (all.length === 0) return "";
    const more = all.length > mostNames ? ` and ${all.length - mostNames} more` : "";
    return `${all.length} ${what} (${all.slice(0, mostNames).map(describe).join(", ")}${more})`;
  };
  const lists = [
    listOf("missing", missing, (name) => `${name} ${text(expected[name].shape)}`),
    listOf("surplus", surplus, (name) => `${name} ${text(given[name].shape)}`),
    listOf("of another shape", misshaped, (name) => `${name} ${text(given[name].shape)} for ${text(expected[name].shape)}`),
  ];
  throw new UsageError(`[${scope}] ${source} does not fit: ${lists.filter((list) => list !== "").join("; ")}. ${advice}`);
}

const text = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);
