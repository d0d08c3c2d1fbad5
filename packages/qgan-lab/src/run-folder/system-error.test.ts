import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "repro-kit";
import { expect, it } from "vitest";
import { explainSystemError } from "./system-error.ts";

const failureOf = (act: () => void): unknown => {
  try {
    act();
  } catch (error) {
    return explainSystemError(error);
  }
  return undefined;
};

it("explains a missing file and a folder", () => {
  const missing = failureOf(() => readFileSync(join(tmpdir(), "nowhere", "x")));
  expect(UsageError.isInstance(missing)).toBe(true);
  expect((missing as Error).message).toMatch(/^\[file\] .*x: it does not exist\. Look at the path\.$/);
  expect((failureOf(() => appendFileSync(tmpdir(), "x")) as Error).message).toContain("it is a folder");
});

it.skipIf(!existsSync("/dev/full"))("explains a full disk", () => {
  expect((failureOf(() => appendFileSync("/dev/full", "x")) as Error).message).toContain("the disk is full");
});

it("leaves our own mistakes alone", () => {
  const bug = new TypeError("x is not a function");
  expect(explainSystemError(bug)).toBe(bug);
  expect(explainSystemError("text")).toBe("text");
  const usage = new UsageError("[a] b.");
  expect(explainSystemError(usage)).toBe(usage);
});

it("says what to do where a module is missing", async () => {
  const name = "no-such-package";
  const failure = explainSystemError(
    await import(name).catch((error: unknown) => Object.assign(error as Error, { code: "ERR_MODULE_NOT_FOUND" })),
  );
  expect((failure as Error).name).toBe("InstallError");
  expect((failure as Error).message).toContain("npm run build");
});
