import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { appendJsonLine, filterJsonLines, readJsonLines } from "./json-lines.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qgan-lines-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("survives a half-written last line, and drops what came after a checkpoint", async () => {
  const path = join(folder, "stats.jsonl");
  expect(readJsonLines(path)).toEqual([]);
  for (let step = 1; step <= 5; step++) appendJsonLine(path, { step });
  appendFileSync(path, '{"step":6,"lo');
  expect(readJsonLines<{ step: number }>(path).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  await filterJsonLines<{ step: number }>(path, ({ step }) => step <= 3);
  expect(readFileSync(path, "utf8")).toBe('{"step":1}\n{"step":2}\n{"step":3}\n');
  appendJsonLine(path, { step: 4 });
  expect(readJsonLines(path).length).toBe(4);
});
