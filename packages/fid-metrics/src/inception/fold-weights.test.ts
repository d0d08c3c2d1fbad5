import { expect, test } from "vitest";
import { randomInception } from "../__fixtures__/random-inception.ts";
import { foldInceptionWeights } from "./fold-weights.ts";

const short = randomInception(1, "Conv2d_2b_3x3");

test("batch norm is folded with ε = 1e-3 and filters are turned to [height, width, in, out]", () => {
  const { convolutions, taps } = foldInceptionWeights(short);
  const value = (name: string, i: number): number => Number(short.tensors[`Conv2d_2a_3x3.${name}`].data[i]);
  const o = 5;
  const scale = value("bn.weight", o) / Math.sqrt(value("bn.running_var", o) + 1e-3);
  const folded = convolutions.get("Conv2d_2a_3x3");
  expect(folded?.shape).toEqual([3, 3, 32, 32]);
  // out 5, in 7, row 2, column 1
  expect(folded?.filter[((2 * 3 + 1) * 32 + 7) * 32 + o]).toBe(
    Math.fround(value("conv.weight", ((o * 32 + 7) * 3 + 2) * 3 + 1) * scale),
  );
  expect(folded?.bias[o]).toBe(Math.fround(value("bn.bias", o) - value("bn.running_mean", o) * scale));
  expect(taps).toEqual([64]);
});

test("a file may end after any block", () => {
  expect(foldInceptionWeights(randomInception(1, "Mixed_5b")).taps).toEqual([64, 192]);
  const { blocks } = foldInceptionWeights(randomInception(1, "Mixed_5b"));
  expect(blocks.at(-1)).toBe("Mixed_5b");
});

test("weights of another network are refused by name and shape", () => {
  expect(() =>
    foldInceptionWeights({ tensors: { "conv1.weight": short.tensors["Conv2d_1a_3x3.conv.weight"] }, metadata: {} }),
  ).toThrow(
    "[inception] expected FID Inception v3 weights; the file does not fit: 5 missing (Conv2d_1a_3x3.conv.weight [32, 3, 3, 3], " +
      "Conv2d_1a_3x3.bn.weight [32], Conv2d_1a_3x3.bn.bias [32], Conv2d_1a_3x3.bn.running_mean [32], Conv2d_1a_3x3.bn.running_var [32]); " +
      "1 surplus (conv1.weight [32, 3, 3, 3]). Give pt_inception",
  );
  const others = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`features.${i}.weight`, short.tensors["Conv2d_1a_3x3.bn.weight"]]),
  );
  expect(() => foldInceptionWeights({ tensors: others, metadata: {} })).toThrow(
    "features.4.weight [32] and 295 more). Give pt_inception",
  );
  const reshaped = { ...short.tensors, "Conv2d_2a_3x3.bn.bias": short.tensors["Conv2d_2b_3x3.bn.bias"] };
  expect(() => foldInceptionWeights({ tensors: reshaped, metadata: {} })).toThrow(
    "1 of another shape (Conv2d_2a_3x3.bn.bias [64] for [32])",
  );
  const torn = Object.fromEntries(
    Object.entries(randomInception(1, "Mixed_5b").tensors).filter(([name]) => !name.includes("5x5_2.bn")),
  );
  expect(() => foldInceptionWeights({ tensors: torn, metadata: {} })).toThrow("Mixed_5b.branch5x5_2.bn.weight");
});
