import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest } from "qgan-core/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeDataset } from "../dataset/make-dataset.ts";
import type { Fact } from "../facts.ts";
import { createRunFolder } from "../run-folder/create-run-folder.ts";
import { writeOptionsFile } from "../run-folder/options-file.ts";
import { readRemarks } from "../run-folder/remarks.ts";
import { readSnapshots, readStats } from "../run-folder/run-log.ts";
import { planRun } from "./run-plan.ts";
import { trainLoop } from "./train-loop.ts";
import type { TrainRunOptions } from "./train-options.ts";
import { watches } from "./watch/index.ts";

let folder = "";
let data = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-train-"));
  data = join(folder, "phantoms.zip");
  await makeDataset({ out: data, count: 24, size: 16 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function begin(options: Partial<TrainRunOptions> = {}): Promise<string> {
  const plan = await planRun({
    data,
    preset: "tiny",
    steps: 6,
    snapshots: 2,
    gridCount: 4,
    backend: "wasm",
    metrics: false,
    class: "nevus",
    ...options,
  });
  const run = await createRunFolder(folder, "run");
  await writeOptionsFile(run, { ...plan, createdAt: "2026-01-01T00:00:00.000Z" });
  return run;
}

const weightDigests = async (checkpoint: string) => (await readManifest(checkpoint)).files;

it("trains, logs, saves samples and checkpoints", async () => {
  const run = await begin();
  const facts: Fact[] = [];
  const result = await trainLoop({ run }, { onFact: (fact) => facts.push(fact) });
  expect(result).toMatchObject({ step: 6, images: 24, isFinished: true });
  expect(readStats(run).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(readSnapshots(run).map(({ step }) => step)).toEqual([0, 2, 6]);
  const names = readdirSync(run);
  for (const name of ["fakes000000.png", "fakes000006.png", "reals.png", "log.txt", "metric-pairwise.jsonl"])
    expect(names).toContain(name);
  expect((await readFile(join(run, "fakes000000.png"))).equals(await readFile(join(run, "fakes000006.png")))).toBe(false);
  const kinds = new Set(facts.map(({ kind }) => kind));
  for (const kind of ["progress", "note", "step", "snapshot"] as const) expect(kinds).toContain(kind);
  const { values } = readStats(run)[5];
  for (const name of ["loss/lossD", "loss/lossG", "noise/noiseBound", "memory/tensors"]) expect(values).toHaveProperty([name]);
});

it("stops after the step in hand, and goes on to the very same weights", async () => {
  const whole = await begin();
  const halted = await begin();
  const { checkpoint: expected } = await trainLoop({ run: whole });
  const controller = new AbortController();
  const first = await trainLoop(
    { run: halted },
    { signal: controller.signal, onFact: (fact) => fact.kind === "snapshot" && fact.step === 2 && controller.abort() },
  );
  expect(first.isFinished).toBe(false);
  expect(first.step).toBe(3);
  const second = await trainLoop({ run: halted });
  expect(second).toMatchObject({ step: 6, images: 24, isFinished: true });
  expect(await weightDigests(second.checkpoint)).toEqual(await weightDigests(expected));
  expect(readStats(halted).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await trainLoop({ run: halted })).toMatchObject({ step: 6, isFinished: true });
});

it("ends by a watch that was named: saved, told in the log and for the report, and can go on", async () => {
  const create = async ({ say }: { say: (text: string) => void }) => ({
    step: ({ step }: { step: number }) => step === 2 && say("Step 2: enough. Do something else."),
  });
  watches.register({ name: "enough", description: "for a test", create } as never);
  const run = await begin({ stopOn: ["enough"] });
  const result = await trainLoop({ run });
  expect(result).toMatchObject({ step: 2, isFinished: false, stoppedBy: "enough" });
  expect(readRemarks(run)).toContain("Step 2: enough. Do something else.");
  expect(await readFile(join(run, "log.txt"), "utf8")).toMatch(/Step 2: enough[\s\S]*Stopped at step 2 by --stop-on enough/);
  expect(readSnapshots(run).at(-1)?.step).toBe(2);
  expect(await trainLoop({ run })).toMatchObject({ step: 6, isFinished: true });
});
