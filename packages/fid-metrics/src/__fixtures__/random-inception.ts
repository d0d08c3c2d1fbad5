import { createRng } from "repro-kit";
import type { WeightFile, WeightTensor } from "tfjs-train";
import { blockConvolutions, inceptionBlocks } from "../inception/network.ts";

/** He-uniform weights for the blocks up to `lastBlock`, by the names of pytorch-fid; with the classifier when the network is whole. */
export function randomInception(seed: number, lastBlock = "Mixed_7c"): WeightFile {
  const rng = createRng(seed);
  const tensors: Record<string, WeightTensor> = {};
  const draw = (name: string, shape: readonly number[], low: number, high: number): void => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    tensors[name] = { dtype: "F32", shape, data: rng.fork(name).fillUniform(data, low, high) };
  };
  let channels = 3;
  for (const block of inceptionBlocks) {
    const { convolutions, outChannels } = blockConvolutions(block, channels);
    for (const { name, shape } of convolutions) {
      const bound = Math.sqrt(6 / (shape[1] * shape[2] * shape[3]));
      draw(`${name}.conv.weight`, shape, -bound, bound);
      draw(`${name}.bn.weight`, [shape[0]], 0.9, 1.1);
      draw(`${name}.bn.bias`, [shape[0]], -0.1, 0.1);
      draw(`${name}.bn.running_mean`, [shape[0]], -0.1, 0.1);
      draw(`${name}.bn.running_var`, [shape[0]], 0.8, 1.2);
    }
    channels = outChannels;
    if (block.name === lastBlock) break;
  }
  if (lastBlock === "Mixed_7c") {
    draw("fc.weight", [1008, 2048], -0.05, 0.05);
    draw("fc.bias", [1008], -0.1, 0.1);
  }
  return { tensors, metadata: {} };
}
