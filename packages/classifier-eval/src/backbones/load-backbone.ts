import { createRng, expect } from "repro-kit";
import { checkStateDict, disposeParams, type Params, paramsFromWeights, type WeightFile } from "tfjs-train";
import type { Backbone } from "./backbone.ts";
import { recogniseOther } from "./recognise-backbone.ts";

/** Heads of published state dicts: a classifier brings its own. */
const HEADS = /^(fc|classifier|head)\./;
const COUNTERS = /\.num_batches_tracked$/;
/** Where a training's checkpoint keeps its weights, beside optimiser and counters. */
const WRAPPERS = ["state_dict", "model_state_dict", "model_state", "model"];
/** What programs put before a network's names, once or one behind the other. */
const PREFIX = /^((module|backbone|model)\.)+/;
/** Names of a list in an error message. */
const TOLD = 4;

export interface LoadedBackbone {
  readonly params: Params;
  /** Channels of the images that the weights take. */
  readonly channels: number;
  /** Names in the file that the backbone has no use for: a head, counters. */
  readonly leftOut: readonly string[];
}

/**
 * Weights of a backbone from a published state dict (`readTorch`, `readSafetensors`, `readWeights`), by PyTorch's names. Of a training's
 * checkpoint what stands under `state_dict` (or `model_state_dict`, `model`) is taken; a prefix `module.`, `model.` or `backbone.` is taken
 * off, the head is left out.
 *
 * @throws UsageError that names the backbone that the weights are of, or the first names that are missing, surplus or of another shape.
 */
export function loadBackbone(backbone: Backbone, file: WeightFile): LoadedBackbone {
  const scope = `loadBackbone: ${backbone.name}`;
  const entries = unwrap(Object.entries(file.tensors)).map(([name, tensor]) => [name.replace(PREFIX, ""), tensor] as const);
  const wanted = entries.filter(([name]) => !HEADS.test(name) && !COUNTERS.test(name));
  const other = recogniseOther(backbone.name, new Set(wanted.map(([name]) => name)));
  expect(
    other === undefined,
    scope,
    `these are weights of ${other}. Choose the backbone ${other}, or give weights of ${backbone.name}.`,
  );
  const filter = wanted.find(([, { shape }]) => shape.length === 4); // [out, channels, height, width]
  expect(filter, scope, "there is no convolution among the weights. Give a state dict of the whole network.");
  const channels = filter[1].shape[1];
  const all = paramsFromWeights({ ...file, tensors: Object.fromEntries(wanted) });
  const fresh = backbone.init(createRng(0), { channels });
  try {
    checkStateDict(fresh, all, { scope, mostNames: TOLD, advice: "Give weights of this backbone, under PyTorch's names." });
  } catch (error) {
    disposeParams(all);
    throw error;
  } finally {
    disposeParams(fresh);
  }
  const kept = new Set(wanted.map(([name]) => name));
  return { params: all, channels, leftOut: entries.map(([name]) => name).filter((name) => !kept.has(name)) };
}

/** The entries under the first wrapper that there is, without its name. */
function unwrap<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  for (const wrapper of WRAPPERS) {
    const inside = entries.filter(([name]) => name.startsWith(`${wrapper}.`));
    if (inside.length > 0) return inside.map(([name, value]) => [name.slice(wrapper.length + 1), value]);
  }
  return entries;
}
