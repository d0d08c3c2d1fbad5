import { expect, test } from "vitest";
import { isStatistic } from "./backbone.ts";

test("running statistics are told by their names", () => {
  expect(["a.bn.running_mean", "a.bn.running_var"].every(isStatistic)).toBe(true);
  expect(["a.bn.weight", "running_mean.weight"].some(isStatistic)).toBe(false);
});
