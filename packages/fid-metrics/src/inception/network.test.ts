import { expect, test } from "vitest";
import { blockConvolutions, inceptionBlocks, inceptionTaps, inceptionTensors } from "./network.ts";

test("94 convolutions, and the channels that the taps are named by", () => {
  let channels = 3;
  let numConvolutions = 0;
  const outputs = new Map<string, number>();
  for (const block of inceptionBlocks) {
    const { convolutions, outChannels } = blockConvolutions(block, channels);
    numConvolutions += convolutions.length;
    channels = outChannels;
    outputs.set(block.name, channels);
  }
  expect(numConvolutions).toBe(94);
  for (const { tap, block, dimension } of inceptionTaps) if (typeof tap === "number") expect(outputs.get(block)).toBe(dimension);
});

test("shapes are those of the published file", () => {
  const block = inceptionBlocks.find(({ name }) => name === "Mixed_7c");
  if (!block) throw new Error("no Mixed_7c");
  const shapes = new Map(blockConvolutions(block, 2048).convolutions.map(({ name, shape }) => [name, shape]));
  expect(shapes.get("Mixed_7c.branch3x3_2a")).toEqual([384, 384, 1, 3]);
  expect(shapes.get("Mixed_7c.branch3x3dbl_3b")).toEqual([384, 384, 3, 1]);
  expect(shapes.get("Mixed_7c.branch_pool")).toEqual([192, 2048, 1, 1]);
});

test("the list of tensors is that of the published file: 472 and 23.9 M numbers", () => {
  const tensors = inceptionTensors();
  const sizes = tensors.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  expect(tensors).toHaveLength(472);
  expect(tensors[0]).toEqual({ name: "Conv2d_1a_3x3.conv.weight", shape: [32, 3, 3, 3] });
  expect(tensors.at(-2)).toEqual({ name: "fc.weight", shape: [1008, 2048] });
  // 21 751 136 in convolutions, 68 864 in batch norms, 2 065 392 in the classifier
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(23_885_392);
});
