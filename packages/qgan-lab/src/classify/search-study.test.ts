import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectSentence, runQgan } from "../cli/testing.ts";

let folder = "";
let data = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const search = (...more: string[]) =>
  runQgan([
    ...["classify", "search", "--data", data, "--classes", "nevus,melanoma", "--epochs", "1", "--backend", "wasm"],
    ...["--rates", "1e-3,1e-2", "--freezes", "0,all", ...more],
  ]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-search-"));
  data = at("ph.zip");
  expect((await runQgan(["dataset", "--count", "48", "--size", "16", "--out", data])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("keeps every cell, goes on where it was stopped, and says how to train with the best", async () => {
  const { runCommandLine } = await import("../cli/run-command-line.ts");
  const abort = new AbortController();
  const err = { write: (text: string) => void (text.includes("1 of 4") && abort.abort()) };
  const args = ["classify", "search", "--data", data, "--classes", "nevus,melanoma", "--epochs", "1", "--backend", "wasm"];
  const grid = ["--rates", "1e-3,1e-2", "--freezes", "0,all", "--out", at("out")];
  expect(await runCommandLine([...args, ...grid], { out: { write: () => {} }, err, signal: abort.signal })).toBe(130);
  expect(readdirSync(at("out", "cells"))).toHaveLength(1);

  const done = await search("--out", at("out"));
  expect(done.code).toBe(0);
  expect(done.err.match(/kept from before/g)).toHaveLength(1);
  expect(done.out.match(/validation loss \d/g)).toHaveLength(4);
  expect(done.out).toMatch(
    /To train so: qgan classify train with the same options and --rate 0\.0?01 --weight-decay 0\.01 --freeze (0|all)/,
  );
  const again = await search("--out", at("out"), "--json");
  const { cells, best } = again.facts.at(-1) as { cells: { isStored: boolean; validation: { loss: number } }[]; best: object };
  expect(cells.every(({ isStored }) => isStored)).toBe(true);
  expect(cells[0]).toEqual(best);
  expect(cells.map(({ validation }) => validation.loss)).toEqual(
    cells.map(({ validation }) => validation.loss).toSorted((a, b) => a - b),
  );
  expect(JSON.parse(readFileSync(at("out", "search.json"), "utf8")).cells).toHaveLength(4);
});

it("a cell is what training with its settings gives", async () => {
  const found = (await search("--out", at("one"), "--json")).facts.at(-1) as {
    cells: { learningRate: number; frozenStages: number | "all"; validation: { loss: number } }[];
  };
  const options = ["--classes", "nevus,melanoma", "--epochs", "1", "--backend", "wasm", "--rate", "1e-2", "--out", at("runs")];
  const trained = await runQgan(["classify", "train", "--data", data, ...options, "--json"]);
  const cell = found.cells.find(({ learningRate, frozenStages }) => learningRate === 1e-2 && frozenStages === 0);
  expect(trained.facts.at(-1)?.validation).toEqual(cell?.validation);
});

it("a dry run writes nothing; mistakes are sentences", async () => {
  expect((await search("--out", at("dry"), "--dry-run")).out).toMatch(
    /Would train 4 classifiers into .*frozen stages 0, all\. Test/,
  );
  expect(existsSync(at("dry"))).toBe(false);
  expectSentence(await search(), "give a folder with --out");
  expectSentence(await search("--out", at("bad"), "--rates", "0"), "learningRate must be above 0; got 0.");
  expectSentence(await search("--out", at("bad"), "--rates", "1e-3,0.001"), "learningRates must be distinct");
  expectSentence(await search("--out", at("bad"), "--freezes", "9"), 'frozenStages must be "all" or an integer from 0 to 4');
  expectSentence(await search("--out", at("bad"), "--weight-decays", "-1"), "weightDecay must be at least 0; got -1.");
  expectSentence(await search("--out", at("bad"), "--rate", "1"), 'unknown option "--rate"');
  expectSentence(await search("--out", at("bad"), "--label-smoothing", "-0.5"), "a number of at least 0 is expected");
  expect(existsSync(at("bad", "cells"))).toBe(false);
});
