import type { Params } from "tfjs-train";
import { createModel } from "../models/create-model.ts";
import type { GanModel } from "../models/gan-model.ts";
import type { TrainerState } from "./trainer-state.ts";
import { shapesOf, uploadParams } from "./upload-params.ts";

export interface RestoredModel {
  readonly model: GanModel;
  /** The moving average of the generator, to sample from; the caller owns it. */
  readonly params: Params;
}

/**
 * The model of a saved training and the parameters to sample from.
 *
 * @param model - The model itself, where it is not of the registry or has an ansatz of one's own.
 * @throws UsageError if the model or one of its options is not known here, or the weights are not those of the model.
 */
export function restoreModel(
  state: Pick<TrainerState, "model" | "ema">,
  model: GanModel = createModel(state.model.name, { options: state.model.options }),
): RestoredModel {
  return { model, params: uploadParams(state.ema, shapesOf(model.generator.parameters), "the moving average") };
}
