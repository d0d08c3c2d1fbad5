import { expect, it } from "vitest";
import { formatSeeds } from "./format-seeds.ts";

it("writes seeds in ranges", () => {
  expect(formatSeeds([3, 0, 1, 2, 700])).toBe("0-3, 700");
  expect(formatSeeds([5])).toBe("5");
});
