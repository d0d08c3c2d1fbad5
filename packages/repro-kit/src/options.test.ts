import { expect, test } from "vitest";
import { UsageError } from "./errors.ts";
import { checkOptions } from "./options.ts";
import { createRegistry } from "./registry.ts";

test("an unknown option is refused with the nearest known one", () => {
  expect(() => checkOptions("train", { learningrate: 1 }, ["learningRate", "batchSize"])).toThrow(
    '[train] unknown option "learningrate"; did you mean "learningRate"? known: batchSize, learningRate.',
  );
  checkOptions("train", { batchSize: 1 }, ["learningRate", "batchSize"]);
});

test("a registry resolves names and objects, and lists what it knows", () => {
  const registry = createRegistry("gate", [{ name: "X" }, { name: "CNOT" }]);
  const own = { name: "own" };
  expect(registry.resolve("X").name).toBe("X");
  expect(registry.resolve(own)).toBe(own);
  expect(() => registry.resolve("CNOPE")).toThrow('[gate] no gate named "CNOPE"; did you mean "CNOT"? known: CNOT, X.');
  registry.register(own);
  expect([...registry].map(({ name }) => name)).toEqual(["X", "CNOT", "own"]);
  expect(() => registry.register(own)).toThrow('a gate named "own" is already registered');
});

test("a UsageError of another copy of the class is recognised", () => {
  const copy = Object.assign(new Error("copy"), { [Symbol.for("qgan.usage-error")]: true });
  expect(UsageError.isInstance(copy)).toBe(true);
  expect(UsageError.isInstance(new Error("bug"))).toBe(false);
  expect(UsageError.isInstance("text")).toBe(false);
});
