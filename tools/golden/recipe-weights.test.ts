import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recipeValues, recipeWeights } from "./recipe-weights.ts";

const manifest = join(import.meta.dirname, "../../../shared/golden/eval/inception/weights_manifest.json");

test.skipIf(!existsSync(manifest))("small tensors of the manifest, to the last bit", () => {
  const { seed, tensors } = JSON.parse(readFileSync(manifest, "utf8"));
  for (const tensor of tensors.slice(0, 40)) {
    const values = recipeValues(tensor, { seed });
    expect(values[0]).toBe(tensor.first);
    expect(values.at(-1)).toBe(tensor.last);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(tensor.sum, 9);
  }
});

test("each rule shapes its names; exceptions come first", () => {
  const range = (name: string, shape: number[]): number[] => {
    const values = recipeValues({ name, shape }, { seed: 1 });
    return [Math.min(...values), Math.max(...values)];
  };
  const [low, high] = range("a.running_var", [4000]);
  expect(low).toBeGreaterThanOrEqual(Math.fround(0.8));
  expect(high).toBeGreaterThan(1.19);
  expect(range("a.num_batches_tracked", [1])).toEqual([0, 0]);
  expect(range("a.weight", [1000])[0]).toBeGreaterThanOrEqual(Math.fround(0.9));
  expect(range("a.conv", [100, 6])[1]).toBeGreaterThan(0.98);
  expect(range("a.bias", [1000])[1]).toBeLessThanOrEqual(Math.fround(0.1));
  const exception = (name: string) => (name === "x" ? () => 7 : undefined);
  expect([...recipeValues({ name: "x", shape: [2] }, { seed: 1, exception })]).toEqual([7, 7]);
  expect(recipeWeights([{ name: "x", shape: [2, 2] }], { seed: 1 }).tensors.x).toMatchObject({ dtype: "F32", shape: [2, 2] });
});
