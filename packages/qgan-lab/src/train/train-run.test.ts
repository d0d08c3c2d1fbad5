import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listCheckpoints } from "qgan-core/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeDataset } from "../dataset/make-dataset.ts";
import type { Fact } from "../facts.ts";
import { readScores } from "../run-folder/run-log.ts";
import { estimateMemory } from "./estimate-memory.ts";
import { resumeRun, trainRun } from "./train-run.ts";

let folder = "";
let data = "";
const savedCache = process.env.XDG_CACHE_HOME;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-run-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
  data = join(folder, "phantoms.zip");
  await makeDataset({ out: data, count: 30, size: 16 });
});
afterAll(() => {
  if (savedCache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = savedCache;
  rmSync(folder, { recursive: true, force: true });
});

const tiny = { preset: "tiny", snapshots: 3, backend: "wasm", allowDownload: false, metricImages: 8 } as const;

it("scores snapshots beside the training, keeps the best, and leaves a report and a model card", async () => {
  const facts: Fact[] = [];
  const result = await trainRun(
    { ...tiny, data, out: folder, class: "nevus", steps: 9, keepCheckpoints: 1 },
    { onFact: (fact) => facts.push(fact) },
  );
  const { run, report, missing } = result;
  expect(result).toMatchObject({ step: 9, isFinished: true });
  expect(missing).toContain("--inception FILE");
  const steps = [
    ...new Set(
      readScores(run)
        .filter(({ metric }) => metric === "random-kernel64")
        .map(({ step }) => step),
    ),
  ];
  expect(steps.at(-1)).toBe(9);
  expect(facts.some(({ kind }) => kind === "score")).toBe(true);
  const best = JSON.parse(readFileSync(join(run, "best.json"), "utf8")) as { step: number };
  // The newest and the best stay.
  expect(await listCheckpoints(run)).toEqual([...new Set([best.step, 9])].sort((a, b) => a - b));
  expect(readFileSync(report, "utf8")).toContain("FID and KID are left out");
  expect(readFileSync(join(run, "model-card.md"), "utf8")).toContain("distance of random features");

  const longer = await resumeRun(run, { steps: 11 });
  expect(longer).toMatchObject({ step: 11, isFinished: true });
});

it("trains DCGAN with adaptive augmentation", async () => {
  const result = await trainRun({
    ...tiny,
    preset: undefined,
    data,
    out: folder,
    model: "dcgan",
    modelOptions: { imageSize: 16 },
    batchSize: 4,
    steps: 2,
    augment: "ada",
    metrics: false,
  });
  expect(result).toMatchObject({ step: 2, isFinished: true });
  expect(readFileSync(join(result.run, "stats.jsonl"), "utf8")).toContain("augment/p");
});

it("refuses what it does not know, before it writes anything", async () => {
  await expect(trainRun({ ...tiny, data, out: join(folder, "none"), stpes: 3 } as never)).rejects.toThrow(
    'unknown option "stpes"; did you mean "steps"?',
  );
  await expect(trainRun({ ...tiny, data, out: join(folder, "none"), steps: 0 })).rejects.toThrow("steps must be an integer ≥ 1");
  expect(existsSync(join(folder, "none"))).toBe(false);
});

it("estimates more memory for more of everything", () => {
  const base = { numParameters: 1e6, batchSize: 8, imageShape: [32, 32, 3] as const, judgesImages: false };
  expect(estimateMemory({ ...base, numParameters: 4e6 })).toBeGreaterThan(estimateMemory(base));
  expect(estimateMemory({ ...base, judgesImages: true })).toBeGreaterThan(estimateMemory(base));
  expect(estimateMemory({ ...base, batchSize: 32 })).toBeGreaterThan(estimateMemory(base));
});
