import { checkOptions, expect, listKnown } from "repro-kit";
import type { GanModel, GanModelKind, ModelPreset } from "./gan-model.ts";
import { models } from "./index.ts";

export interface CreateModelOptions {
  /** Name of one of the model's presets, whose options come first. */
  readonly preset?: string;
  /** The model's own options; they go before the preset's. */
  readonly options?: object;
}

/**
 * A model of the registry, or of one's own kind, from a preset and options.
 *
 * @throws UsageError if the model, the preset or an option is not known; the message lists what is.
 */
export function createModel(kind: string | GanModelKind, { preset, options = {}, ...rest }: CreateModelOptions = {}): GanModel {
  checkOptions("createModel", rest, ["preset", "options"]);
  const resolved = models.resolve(kind);
  return resolved.create({ ...(preset === undefined ? {} : presetOf(resolved, preset).options), ...options });
}

/** One of a model's presets. @throws UsageError that lists them. */
export function presetOf(kind: string | GanModelKind, name: string): ModelPreset {
  const { presets, name: model } = models.resolve(kind);
  expect(Object.hasOwn(presets, name), model, () => `no preset named "${name}"; ${listKnown(name, Object.keys(presets))}`);
  return presets[name];
}
