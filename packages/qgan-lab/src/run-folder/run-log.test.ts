import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { appendScore, openRunLog, readScores, readSnapshots, readStats } from "./run-log.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qgan-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("keeps what happened up to the checkpoint that a run goes on from", async () => {
  const log = await openRunLog(folder, 0);
  const score = (step: number) =>
    appendScore(folder, { step, images: step * 4, metric: "kid768", title: "KID", value: step, better: "lower", protocol: {} });
  for (let step = 1; step <= 6; step++) {
    log.stats({ step, images: step * 4, seconds: step, values: { "loss/lossD": 1 / step } });
    if (step % 2 === 0) {
      log.snapshot({ step, images: step * 4, seconds: step, savingSeconds: 0, grid: `fakes${step}.png`, checkpoint: "c" });
      score(step);
    }
  }
  log.say("stopped");
  const again = await openRunLog(folder, 4);
  expect(readStats(folder).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(readSnapshots(folder).map(({ step }) => step)).toEqual([2, 4]);
  expect(readScores(folder).map(({ step }) => step)).toEqual([2, 4]);
  again.stats({ step: 5, images: 20, seconds: 5, values: {} });
  expect(readStats(folder).length).toBe(5);
  expect(readFileSync(join(folder, "log.txt"), "utf8")).toMatch(/^\d{4}-\d\d-\d\dT.* stopped\n$/);
  expect(readdirSync(folder).filter((name) => name.startsWith("events.out.tfevents")).length).toBe(2);
});
