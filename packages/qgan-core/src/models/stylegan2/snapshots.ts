import * as tf from "@tensorflow/tfjs-core";
import {
  disposeParams,
  type Params,
  paramsFromWeights,
  type StyleGanSnapshot,
  selectParams,
  type WeightTensor,
  writeSafetensors,
  writeTorch,
} from "tfjs-train";
import type { HostTensors, TrainerState } from "../../training/trainer-state.ts";
import type { ParameterSpec } from "../parameter-spec.ts";
import { paramsFromStateDict, stateDictFromParams } from "./state-dict.ts";

/** One network of a model: its generator or its discriminator. */
export type SnapshotNetwork = "G" | "D";

/** The state dict of one network of a StyleGAN2 model, with the reference's names, shapes and layout. */
export function networkStateDict(params: Params, network: SnapshotNetwork): Promise<Record<string, WeightTensor>> {
  return stateDictFromParams(selectParams(params, network));
}

/** A file that PyTorch reads: "safetensors", or "pt" for `torch.load(path, weights_only=True)`. */
export type NetworkFormat = "safetensors" | "pt";

/**
 * One network as a file whose tensors the reference's class of the same arguments takes by name
 * (`Generator(...).load_state_dict(safetensors.torch.load_file(path))`).
 *
 * @param params - Of the model; for images, the moving average.
 */
export async function writeNetworkSnapshot(
  params: Params,
  network: SnapshotNetwork,
  format: NetworkFormat = "safetensors",
): Promise<Uint8Array> {
  const stateDict = await networkStateDict(params, network);
  return format === "pt" ? writeTorch(stateDict) : writeSafetensors(stateDict, { network });
}

export interface Transfer {
  /** Tensors to begin with, by the model's names; the caller owns them. */
  readonly params: Params;
  /** The same of the moving average. */
  readonly ema: Params;
  /** The model's names that the snapshot filled. */
  readonly taken: readonly string[];
  /** The model's names that it did not fill, and why. */
  readonly left: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * What a model can take from a snapshot: every tensor of the same name and shape. A snapshot of another resolution fills the layers
 * of the resolutions that both have where the widths agree; one of another number of channels or classes all but the layers that
 * see pixels or classes.
 *
 * @param parameters - Of the model.
 */
export function transferFromSnapshot(parameters: readonly ParameterSpec[], { networks }: StyleGanSnapshot): Transfer {
  const sources: Readonly<Record<string, Params>> = Object.fromEntries(
    Object.entries(networks)
      .filter(([name]) => ["G", "D", "G_ema"].includes(name))
      .map(([name, { tensors }]) => [name, paramsFromStateDict(tensors)]),
  );
  const transfer = takeMatching(parameters, (name) => {
    const [network, ...path] = name.split(".");
    const own = path.join(".");
    // A snapshot for generating may hold the average alone.
    const params = (sources[network] ?? (network === "G" ? sources.G_ema : undefined))?.[own];
    return { params, ema: network === "G" ? (sources.G_ema?.[own] ?? params) : undefined };
  });
  tf.dispose(Object.values(sources));
  return transfer;
}

/** The same from the tensors of another training of this program, as a checkpoint holds them. */
export function transferFromState(
  parameters: readonly ParameterSpec[],
  { params: own, ema: averaged }: Pick<TrainerState, "params" | "ema">,
): Transfer {
  const upload = (tensors: HostTensors): Params => paramsFromWeights({ tensors, metadata: {} }, { layout: "tfjs" });
  const [params, ema] = [upload(own), upload(averaged)];
  const transfer = takeMatching(parameters, (name) => ({ params: params[name], ema: ema[name] }));
  disposeParams(params, ema);
  return transfer;
}

function takeMatching(
  parameters: readonly ParameterSpec[],
  sourceOf: (name: string) => { readonly params: tf.Tensor | undefined; readonly ema: tf.Tensor | undefined },
): Transfer {
  const taken: string[] = [];
  const left: { name: string; reason: string }[] = [];
  const params: Record<string, tf.Tensor> = {};
  const ema: Record<string, tf.Tensor> = {};
  for (const { name, shape } of parameters) {
    const source = sourceOf(name);
    if (!source.params) left.push({ name, reason: "the snapshot has no such tensor" });
    else if (!tf.util.arraysEqual(source.params.shape, [...shape]))
      left.push({ name, reason: `[${source.params.shape.join(", ")}] in the snapshot, [${shape.join(", ")}] here` });
    else {
      taken.push(name);
      params[name] = tf.clone(source.params);
      if (source.ema) ema[name] = tf.clone(source.ema);
    }
  }
  return { params, ema, taken, left };
}
