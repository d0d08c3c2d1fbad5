import { readFileSync } from "node:fs";
import { UsageError } from "repro-kit";
import { expect, it } from "vitest";
import { packError, unpackError } from "./thread-messages.ts";

it("carries errors between threads: the user's, ours, and those with a name", () => {
  const usage = unpackError(structuredClone(packError(new UsageError("[a] b."))));
  expect(UsageError.isInstance(usage)).toBe(true);
  expect(usage.message).toBe("[a] b.");
  const divergence = Object.assign(new Error("step 3"), { name: "DivergenceError" });
  const unpacked = unpackError(structuredClone(packError(divergence)));
  expect(UsageError.isInstance(unpacked)).toBe(false);
  expect(unpacked).toMatchObject({ name: "DivergenceError", message: "step 3", stack: divergence.stack });
  expect(unpackError(packError("text")).message).toBe("text");
});

it("explains a failure of the file system on the way", () => {
  try {
    readFileSync("/nowhere/at/all");
  } catch (error) {
    expect(packError(error)).toMatchObject({
      isUsageError: true,
      message: "[file] /nowhere/at/all: it does not exist. Look at the path.",
    });
  }
});
