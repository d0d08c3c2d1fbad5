import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectSentence, runQgan } from "../cli/testing.ts";

let folder = "";
let data = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const BACKEND = ["--backend", "wasm"];
const split = (...more: string[]) =>
  runQgan(["dataset", "split", data, "--fractions", "train=0.5,validation=0.25,test=0.25", ...more]);
const generator = async (...more: string[]): Promise<string> => {
  const tiny = ["--model", "stylegan2", "--preset", "tiny", "--steps", "1", "--snapshots", "1", "--no-metrics", "--json"];
  const trained = await runQgan(["train", "--data", data, "--out", at("generators"), ...tiny, ...BACKEND, ...more]);
  expect(trained.err).toBe("");
  return String(trained.facts.at(-1)?.run);
};
const sweep = (...runs: string[]) =>
  runQgan([
    ...["classify", "sweep", "--data", data, "--classes", "nevus,melanoma", "--epochs", "1", "--out", at("sweep"), ...BACKEND],
    ...["--runs", runs.join(","), "--alphas", "0.5", "--seeds", "0", "--arms", "generated", "--resamples", "20"],
  ]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-learned-"));
  data = at("ph.zip");
  expect((await runQgan(["dataset", "--count", "36", "--size", "8", "--out", data])).code).toBe(0);
  expect((await split()).code).toBe(0);
  expect((await split("--name", "other", "--seed", "5")).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a generator that began from weights which saw test images is refused, all the way back", async () => {
  const first = await generator("--class", "nevus", "--split", "other");
  const second = await generator("--class", "nevus", "--split", "default", "--init-from", first);
  const third = await generator("--class", "nevus", "--split", "default", "--init-from", second);
  const melanoma = await generator("--class", "melanoma", "--split", "default");
  expectSentence(await sweep(third, melanoma), /was trained on \d+ images outside the training part: \d+/);
  expectSentence(
    await runQgan(["classify", "--runs", `${third},${melanoma}`, "--classes", "nevus,melanoma", "--steps", "1"]),
    /was trained on \d+ images outside the training part: \d+/,
  );
  renameSync(first, `${first}-moved`);
  expectSentence(await sweep(third, melanoma), /began from .*, which is not there any more/);
});

it("a generator whose split was drawn anew since is refused: what it learned is not known any more", async () => {
  const named = await Promise.all(["nevus", "melanoma"].map((name) => generator("--class", name, "--split", "default")));
  expect((await split("--seed", "9", "--overwrite")).code).toBe(0);
  expectSentence(await sweep(...named), /the split "default" of .* is not the one that .* learned from/);
  expectSentence(
    await runQgan(["classify", "--runs", named.join(","), "--classes", "nevus,melanoma", "--steps", "1"]),
    /the split "default" of .* is not the one that .* learned from/,
  );
});
