import { expect, test } from "vitest";
import { checkRange } from "./op.ts";

test("a number outside its range or no number is refused", () => {
  expect(() => checkRange("ada-augment", "p", 0.5, 0, 1)).not.toThrow();
  expect(() => checkRange("ada-augment", "p", 1.4, 0, 1)).toThrow("[ada-augment] p must be a number in [0, 1]; got 1.4.");
  expect(() => checkRange("ada-augment", "p", Number.NaN, 0, 1)).toThrow("got NaN");
});
