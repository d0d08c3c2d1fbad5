import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { classifyRuns } from "../classify/classify-runs.ts";
import { makeDataset } from "../dataset/make-dataset.ts";
import { generateImages } from "../generate/generate-images.ts";
import { writeReport } from "../report/write-report.ts";
import { readScores } from "../run-folder/run-log.ts";
import { trainRun } from "../train/train-run.ts";
import { measureRun } from "./measure-run.ts";
import { recordScores } from "./record-scores.ts";

let folder = "";
let run = "";
const savedCache = process.env.XDG_CACHE_HOME;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-measure-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache"); // no weights there: the random network stands in
  const data = join(folder, "phantoms.zip");
  await makeDataset({ out: data, count: 90, size: 16 });
  const trained = await trainRun({
    data,
    out: folder,
    class: "melanoma",
    preset: "tiny",
    steps: 4,
    snapshots: 2,
    backend: "wasm",
    testFraction: 0.3,
    metrics: false,
  });
  run = trained.run;
});
afterAll(() => {
  if (savedCache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = savedCache;
  rmSync(folder, { recursive: true, force: true });
});

it("measures without Inception weights under names of their own, and says how to get FID", async () => {
  const result = await measureRun({ run, images: 12, allowDownload: false });
  expect(result.missing).toMatch(/FID and KID are left out.*--inception FILE/);
  expect(result.scores.map(({ metric }) => metric)).toEqual(["random-frechet64", "random-kernel64"]);
  for (const { value, title, step, protocol, realValue } of result.scores) {
    expect(value).toBeGreaterThan(0);
    expect(title).toMatch(/\(not (FID|KID)\)$/);
    expect(step).toBe(4);
    expect(protocol).toMatchObject({ "real images": 12, "generated images": 12, seeds: "0-11", backend: "wasm" });
    expect(Number.isFinite(realValue)).toBe(true);
  }
  // The real side comes from the cache now; the numbers are the same.
  const again = await measureRun({ run, images: 12, allowDownload: false });
  expect(again.scores).toEqual(result.scores);
  expect(readScores(run).filter(({ metric }) => metric === "random-kernel64").length).toBe(2);
  await recordScores(run, result);
  expect(JSON.parse(readFileSync(join(run, "best.json"), "utf8"))).toMatchObject({ step: 4, metric: "random-kernel64" });
});

const weights = join(import.meta.dirname, "../../../../../shared/weights/inception-v3-fid-768.safetensors");
it.skipIf(!existsSync(weights))("measures FID and KID with Inception weights", async () => {
  const { scores, missing } = await measureRun({ run, images: 3, inception: weights, withFloor: false });
  expect(missing).toBeUndefined();
  expect(scores.map(({ metric }) => metric)).toEqual(["fid192", "kid192", "fid768", "kid768"]);
  for (const { value } of scores) expect(Number.isFinite(value)).toBe(true);
});

it("judges a classifier with and without generated images, and the report shows it", async () => {
  const report = await classifyRuns({ runs: [run], seeds: [0], steps: 8 });
  expect(report.classes).toEqual(["nevus", "melanoma", "keratosis"]);
  expect(report.sentence).toMatch(/only melanoma: the other classes have no generator.*by group/s);
  expect(report.withGenerated.numGenerated).toBeGreaterThan(10);
  expect(report.realOnly.numGenerated).toBe(0);
  for (const { accuracy, confusion } of [report.realOnly, report.withGenerated]) {
    expect(accuracy.low).toBeLessThanOrEqual(accuracy.value);
    expect(accuracy.value).toBeLessThanOrEqual(accuracy.high);
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(report.numTest);
  }
  const page = readFileSync(await writeReport({ folder: run }), "utf8");
  for (const text of ["Do generated images help", "The quantum circuit", "not FID", "phantom"]) expect(page).toContain(text);
});

it("draws the same image for a seed whatever stands beside it, with a model card", async () => {
  const many = await generateImages({ run, seeds: [0, 5, 9], out: join(folder, "many") });
  await generateImages({ run, seeds: [5], out: join(folder, "one") });
  const read = (name: string) => readFileSync(join(folder, name, "seed000005.png"));
  expect(read("many").equals(read("one"))).toBe(true);
  const card = readFileSync(many.modelCard, "utf8");
  for (const text of ["For research, not for diagnosis.", many.digest, "| seeds | 0, 5, 9 |", "phantoms"])
    expect(card).toContain(text);
  const zip = await generateImages({ run, seeds: [1, 2], out: join(folder, "set.zip") });
  expect(readFileSync(zip.modelCard, "utf8")).toContain("| seeds | 1-2 |");
});
