import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GoldenKind } from "./golden-kind.ts";
import { noCases } from "./kinds/no-cases.ts";
import { runSuite } from "./run-suite.ts";

let root = "";
const write = (path: string, json: unknown) => writeFileSync(join(root, path), JSON.stringify(json));
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "golden-"));
  mkdirSync(join(root, "branch", "leaf"), { recursive: true });
  write("branch/leaf/any-name.json", { answer: [42, 43.5] });
  write("branch/leaf/labels.json", { labels: [] });
  write("branch/sections.json", { inner: { answer: [42] }, other: { answer: [7] } });
  writeFileSync(join(root, "README.md"), "");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const answers: GoldenKind = {
  name: "answers",
  find: ({ files }) =>
    files.flatMap((file) => {
      const bodies = isRecord(file.json) ? ("answer" in file.json ? [file.json] : Object.values(file.json)) : [];
      const lists = bodies.flatMap((body) => (isRecord(body) && Array.isArray(body.answer) ? [body.answer as number[]] : []));
      if (lists.length === 0) return [];
      const cases = lists.flat().map((value) => ({
        name: String(value),
        check: value === 7 ? undefined : () => [{ what: "value", error: Math.abs(value - 42), tolerance: 1 }],
      }));
      return [{ files: [file], cases }];
    }),
};

async function run(suite: string, kinds: readonly GoldenKind[]) {
  const lines: string[] = [];
  const result = await runSuite({ suite, root, shared: root, kinds, print: (line) => lines.push(line) });
  return { ...result, lines };
}

test("runs a folder, a branch and all; counts passed, failed and pending", async () => {
  const leaf = await run("branch/leaf", [noCases, answers]);
  expect(leaf).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
  expect(leaf.lines[0]).toBe("ok   branch/leaf answers: 42 — value: largest error 0.0e+0, tolerance 1e+0");
  expect(await run("branch", [noCases, answers])).toMatchObject({ passed: 2, failed: 1, skipped: 1 });
  expect(await run("all", [noCases, answers])).toMatchObject({ passed: 2, failed: 1, skipped: 1 });
});

test("a suite without a folder looks in the JSON of the folder above", async () => {
  expect(await run("branch/sections", [noCases, answers])).toMatchObject({ passed: 1, skipped: 1 });
  expect(await run("branch/inner", [noCases, answers])).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
});

test("a file that no kind recognises is a failure", async () => {
  const { failed, lines } = await run("branch/leaf", [noCases]);
  expect(failed).toBe(1);
  expect(lines[0]).toContain("FAIL branch/leaf/any-name.json: no kind of case recognises this file");
});

test("a case that compares nothing, or gives NaN, fails", async () => {
  const empty: GoldenKind = { name: "empty", find: ({ files }) => [{ files, cases: [{ name: "x", check: () => [] }] }] };
  const nan: GoldenKind = {
    name: "nan",
    find: ({ files }) => [{ files, cases: [{ name: "x", check: () => [{ what: "v", error: Number.NaN, tolerance: 1 }] }] }],
  };
  expect((await run("branch/leaf", [empty])).failed).toBe(1);
  expect((await run("branch/leaf", [nan])).failed).toBe(1);
});

test("an unknown suite lists what there is", async () => {
  await expect(run("nothing", [])).rejects.toThrow("known: branch, branch/leaf, all.");
});
