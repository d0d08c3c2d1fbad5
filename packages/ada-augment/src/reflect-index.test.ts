import { expect, test } from "vitest";
import { reflectIndex } from "./reflect-index.ts";

test("reflection does not repeat the border and may go round several times", () => {
  expect([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5].map((i) => reflectIndex(i, 3))).toEqual([0, 1, 2, 1, 0, 1, 2, 1, 0, 1]);
  expect([-2, 0, 7].map((i) => reflectIndex(i, 1))).toEqual([0, 0, 0]);
});
