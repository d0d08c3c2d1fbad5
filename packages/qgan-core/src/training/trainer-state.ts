import { expect, type RngState } from "repro-kit";
import type { WeightTensor } from "tfjs-train";
import type { GanModel, Json, JsonObject } from "../models/gan-model.ts";

export type HostTensors = Readonly<Record<string, WeightTensor>>;

/** Everything that a training is, on the host: continuing from it gives what going on would have given. */
export interface TrainerState {
  readonly model: { readonly name: string; readonly options: JsonObject };
  /** Options that the numbers depend on. */
  readonly training: JsonObject;
  /** Steps done. */
  readonly step: number;
  /** Real images seen. */
  readonly images: number;
  readonly rng: RngState;
  /** Where the source of images stands. */
  readonly data: Json;
  /** State of the model's schedule (noise bound, first loss ratio). */
  readonly schedule: JsonObject | null;
  /** State of the adaptive augmentation. */
  readonly augment: Json;
  /** Parameters and buffers. */
  readonly params: HostTensors;
  /** Moving average of the generator's. */
  readonly ema: HostTensors;
  /** Optimisers, `<group>.<name in its state>`. */
  readonly optimizers: HostTensors;
}

/**
 * Refuses to continue another model's or another training's state.
 *
 * @throws UsageError that names what differs.
 */
export function checkResumable(state: TrainerState, model: GanModel, training: JsonObject): void {
  const { name, options } = state.model;
  expect(name === model.name, "resume", `this is the state of a ${name}, not of a ${model.name}. Choose the run's own model.`);
  const differing = differingKeys(options, model.options);
  expect(
    differing.length === 0,
    "resume",
    () => `the model's ${describeDifferences(differing, options, model.options)}. Resume with the run's own options.`,
  );
  const changed = differingKeys(state.training, training);
  expect(
    changed.length === 0,
    "resume",
    () => `the training's ${describeDifferences(changed, state.training, training)}. Resume with the run's own options.`,
  );
}

function differingKeys(a: JsonObject, b: JsonObject): string[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].filter((key) => inOrder(a[key]) !== inOrder(b[key]));
}

/** JSON whose keys stand in one order, however they were given. */
function inOrder(value: Json | undefined): string | undefined {
  return JSON.stringify(value, (_, entry) =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
      : entry,
  );
}

function describeDifferences(keys: readonly string[], old: JsonObject, now: JsonObject): string {
  return keys.map((key) => `${key} was ${JSON.stringify(old[key])} and is now ${JSON.stringify(now[key])}`).join(", ");
}
