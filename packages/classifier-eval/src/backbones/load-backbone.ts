import { createRng, expect } from "repro-kit";
import { checkStateDict, disposeParams, type Params, paramsFromWeights, type WeightFile } from "tfjs-train";
import type { Backbone } from "./backbone.ts";

/** Heads of published state dicts: a classifier brings its own. */
const HEADS = /^(module\.)?(fc|classifier|head)\./;
const COUNTERS = /\.num_batches_tracked$/;

export interface LoadedBackbone {
  readonly params: Params;
  /** Channels of the images that the weights take. */
  readonly channels: number;
  /** Names in the file that the backbone has no use for: a head, counters. */
  readonly leftOut: readonly string[];
}

/**
 * Weights of a backbone from a published state dict (`readTorch`, `readSafetensors`, `readWeights`), by PyTorch's names; a prefix
 * `module.` or `backbone.` is taken off, the head is left out.
 *
 * @throws UsageError that lists every name that is missing, surplus or of another shape.
 */
export function loadBackbone(backbone: Backbone, file: WeightFile): LoadedBackbone {
  const scope = `loadBackbone: ${backbone.name}`;
  const entries = Object.entries(file.tensors).map(
    ([name, tensor]) => [name.replace(/^(module|backbone)\./, ""), tensor] as const,
  );
  const wanted = entries.filter(([name]) => !HEADS.test(name) && !COUNTERS.test(name));
  const filter = wanted.find(([, { shape }]) => shape.length === 4); // [out, channels, height, width]
  expect(filter, scope, "there is no convolution among the weights. Give a state dict of the whole network.");
  const channels = filter[1].shape[1];
  const all = paramsFromWeights({ ...file, tensors: Object.fromEntries(wanted) });
  const fresh = backbone.init(createRng(0), { channels });
  try {
    checkStateDict(fresh, all, { scope });
  } catch (error) {
    disposeParams(all);
    throw error;
  } finally {
    disposeParams(fresh);
  }
  const kept = new Set(wanted.map(([name]) => name));
  return { params: all, channels, leftOut: entries.map(([name]) => name).filter((name) => !kept.has(name)) };
}
