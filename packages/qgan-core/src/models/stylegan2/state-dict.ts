import { type Params, paramsFromWeights, type WeightTensor, weightsFromParams } from "tfjs-train";

/** Tensors by name in PyTorch's layout. */
export type StateDict = Readonly<Record<string, WeightTensor>>;

/** Planes, not matrices: they are stored as they are. */
const isPlane = (name: string): boolean => /(^|\.)(noise_const|resample_filter)$/.test(name);

/** A state dict of one of the reference's networks as parameters of ours, and the other way round; the caller owns them. */
export function paramsFromStateDict(stateDict: StateDict): Params {
  return paramsFromWeights({ tensors: stateDict, metadata: {} }, { layout: "torch", keep: isPlane });
}

/** The state dict that the reference's network loads by name, of parameters of ours. */
export function stateDictFromParams(params: Params): Promise<Record<string, WeightTensor>> {
  return weightsFromParams(params, { layout: "torch", keep: isPlane });
}
