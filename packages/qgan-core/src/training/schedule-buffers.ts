import * as tf from "@tensorflow/tfjs-core";
import type { Params } from "tfjs-train";
import type { GanModel, JsonObject } from "../models/gan-model.ts";

/** Sets the buffers that follow the model's schedule; disposes those it replaces. */
export function withSchedule(params: Params, model: Pick<GanModel, "schedule">, state: JsonObject | null): Params {
  if (!model.schedule || !state) return params;
  const buffers = Object.entries(model.schedule.buffers(state)).map(([name, value]) => {
    params[name].dispose();
    return [name, tf.scalar(value)] as const;
  });
  return { ...params, ...Object.fromEntries(buffers) };
}
