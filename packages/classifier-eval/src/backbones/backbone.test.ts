import { expect, test } from "vitest";
import { isInStages, isStatistic } from "./backbone.ts";
import { resnet18 } from "./resnet.ts";

test("running statistics are told by their names", () => {
  expect(["a.bn.running_mean", "a.bn.running_var"].every(isStatistic)).toBe(true);
  expect(["a.bn.weight", "running_mean.weight"].some(isStatistic)).toBe(false);
});

test("the first stages take the stem's normalisation with them; all stages are the whole backbone", () => {
  const frozen = (numStages: number) => (name: string) => isInStages(resnet18, numStages, name);
  const names = ["conv1.weight", "bn1.bias", "layer1.0.conv1.weight", "layer4.1.bn2.running_mean"];
  expect(names.map(frozen(0))).toEqual([false, false, false, false]);
  expect(names.map(frozen(1))).toEqual([true, true, false, false]);
  expect(names.map(frozen(2))).toEqual([true, true, true, false]);
  expect(names.map(frozen(5))).toEqual([true, true, true, true]);
});
