import { UsageError } from "repro-kit";
import { expect, test } from "vitest";
import { type CheckStateDictOptions, checkStateDict, type Shapes } from "./check-state-dict.ts";

const expected: Shapes = { "a.weight": { shape: [2, 3] }, "a.bias": { shape: [2] }, scale: { shape: [] }, table: { shape: [4] } };

const messageOf = (given: Shapes, options?: CheckStateDictOptions): string => {
  try {
    checkStateDict(expected, given, options);
  } catch (error) {
    expect(UsageError.isInstance(error)).toBe(true);
    return (error as Error).message;
  }
  return "";
};

test("the same names and shapes pass, in any order", () => {
  expect(
    messageOf({ table: { shape: [4] }, scale: { shape: [] }, "a.bias": { shape: [2] }, "a.weight": { shape: [2, 3] } }),
  ).toBe("");
});

test("every missing, surplus and mis-shaped name is listed", () => {
  const given = { "a.weight": { shape: [3, 2] }, scale: { shape: [1] }, b: { shape: [5, 5] }, c: { shape: [] } };
  expect(messageOf(given, { scope: "model", source: "weights.pth", advice: "Take another." })).toBe(
    "[model] weights.pth does not fit: 2 missing (a.bias [2], table [4]); 2 surplus (b [5, 5], c []); " +
      "2 of another shape (a.weight [3, 2] for [2, 3], scale [1] for []). Take another.",
  );
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, { shape: [1] }]));
  const message = messageOf(many);
  for (const name of [...Object.keys(expected), ...Object.keys(many)]) expect(message).toContain(`${name} [`);
});

test("of another network's hundreds of names the first few are told, where that is asked for", () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, { shape: [1] }]));
  expect(messageOf(many, { mostNames: 3 })).toBe(
    "[checkStateDict] the state dict does not fit: 4 missing (a.weight [2, 3], a.bias [2], scale [] and 1 more); " +
      "500 surplus (x0 [1], x1 [1], x2 [1] and 497 more). Give weights of this model and of the same options.",
  );
});

test("names that may miss or may be added are passed over, a wrong shape never is", () => {
  const options: CheckStateDictOptions = {
    mayMiss: (name) => name === "table",
    mayAdd: (name) => name.endsWith("num_batches_tracked"),
  };
  const given = {
    "a.weight": { shape: [2, 3] },
    "a.bias": { shape: [2] },
    scale: { shape: [] },
    "n.num_batches_tracked": { shape: [] },
  };
  expect(messageOf(given, options)).toBe("");
  expect(messageOf({ ...given, table: { shape: [5] } }, options)).toContain("1 of another shape (table [5] for [4])");
  expect(messageOf({ ...given, other: { shape: [5] } }, options)).toContain("1 surplus (other [5])");
});

test("names of the prototype are names", () => {
  expect(messageOf({ ...expected, constructor: { shape: [1] } } as Shapes)).toContain("1 surplus (constructor [1])");
});
