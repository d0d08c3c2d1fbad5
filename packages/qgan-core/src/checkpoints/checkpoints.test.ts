import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "repro-kit";
import { ready } from "tfjs-train";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createModel } from "../models/create-model.ts";
import { createTestBatches } from "../training/test-batches.ts";
import { trainGan } from "../training/train-gan.ts";
import type { TrainerState } from "../training/trainer-state.ts";
import {
  addCheckpoint,
  bestCheckpoint,
  keepBest,
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
} from "./checkpoint-folder.ts";
import { loadCheckpoint } from "./load-checkpoint.ts";
import { FORMAT_VERSION, migrate } from "./manifest.ts";
import { migrations } from "./migrations.ts";
import { saveCheckpoint } from "./save-checkpoint.ts";

let folder = "";
let whole = "";
let state: TrainerState;
beforeAll(async () => {
  await ready({ backend: "cpu" });
  folder = await mkdtemp(join(tmpdir(), "qgan-core-"));
  const model = createModel("hybridq", { preset: "tiny", options: { adaptiveNoise: true } });
  const training = trainGan({ model, data: createTestBatches(model.generator.imageShape), steps: 2 });
  for await (const _ of training);
  state = await training.state();
  training.dispose();
  whole = join(folder, "whole");
  await saveCheckpoint(whole, state);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of the whole checkpoint, with something done to it. */
const damaged = async (name: string, damage: (path: string) => Promise<void>): Promise<string> => {
  const path = join(folder, name);
  await cp(whole, path, { recursive: true });
  await damage(path);
  return path;
};
const editManifest = (edit: (manifest: Record<string, unknown>) => object) => async (path: string) => {
  const file = join(path, "manifest.json");
  await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, "utf8")))));
};

test("what is loaded is what was saved", async () => {
  expect((await readdir(whole)).sort()).toEqual([
    "ema.safetensors",
    "manifest.json",
    "optimizers.safetensors",
    "params.safetensors",
  ]);
  const loaded = await loadCheckpoint(whole, { model: "hybridq" });
  const { params, ema, optimizers, ...rest } = state;
  expect(loaded).toMatchObject(JSON.parse(JSON.stringify(rest)));
  for (const part of ["params", "ema", "optimizers"] as const) {
    expect(Object.keys(loaded[part]).sort()).toEqual(Object.keys(state[part]).sort());
    for (const [name, { shape, data }] of Object.entries(state[part])) {
      expect(loaded[part][name].shape).toEqual(shape);
      expect(loaded[part][name].data).toEqual(data);
    }
  }
});

test("the same state gives the same bytes", async () => {
  const again = join(folder, "again");
  await saveCheckpoint(again, state);
  for (const name of await readdir(whole)) expect(await readFile(join(again, name))).toEqual(await readFile(join(whole, name)));
});

test("a folder that is there already is refused", async () => {
  await expect(saveCheckpoint(whole, state)).rejects.toThrow("already exists");
});

describe("refused, with one sentence", () => {
  test.each<[string, (path: string) => Promise<void>, RegExp]>([
    [
      "truncated",
      (path) => truncate(join(path, "ema.safetensors"), 100),
      /ema\.safetensors has 100 bytes, not the \d+ that were written: it is truncated\./,
    ],
    [
      "changed",
      async (path) => {
        const file = join(path, "params.safetensors");
        const bytes = await readFile(file);
        bytes[bytes.length - 3] ^= 1;
        await writeFile(file, bytes);
      },
      /params\.safetensors is not what was written \(its sha256 differs\)\./,
    ],
    [
      "missing",
      (path) => rm(join(path, "optimizers.safetensors")),
      /optimizers\.safetensors is missing\. Use an earlier checkpoint\./,
    ],
    ["no-manifest", (path) => rm(join(path, "manifest.json")), /holds no checkpoint: there is no manifest\.json\./],
    ["half-manifest", (path) => truncate(join(path, "manifest.json"), 200), /is not JSON: it is truncated or not a checkpoint\./],
    [
      "newer",
      editManifest((manifest) => ({ ...manifest, version: 99 })),
      /has format version 99; this program reads up to 1\. Update qgan-core\./,
    ],
    ["unversioned", editManifest(({ version, ...rest }) => rest), /has no format version\./],
    ["foreign", editManifest(() => ({ format: "stylegan" })), /is not the manifest of a qgan checkpoint\./],
    ["incomplete", editManifest(({ rng, ...rest }) => rest), /is incomplete\. Use an earlier checkpoint\./],
  ])("%s", async (name, damage, message) => {
    const path = await damaged(name, damage);
    const error = await loadCheckpoint(path).catch((thrown: unknown) => thrown);
    expect(UsageError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message.split("\n")).toHaveLength(1);
  });

  test("of another model", async () => {
    await expect(loadCheckpoint(whole, { model: "dcgan" })).rejects.toThrow("is a checkpoint of hybridq, not of dcgan.");
  });
});

test("every byte flipped in a file of tensors is noticed", async () => {
  const path = await damaged("flips", async () => {});
  const file = join(path, "ema.safetensors");
  const bytes = await readFile(file);
  for (let i = 0; i < bytes.length; i += Math.ceil(bytes.length / 40)) {
    const changed = Uint8Array.from(bytes);
    changed[i] ^= 0x40;
    await writeFile(file, changed);
    await expect(loadCheckpoint(path)).rejects.toThrow("sha256");
  }
});

test("an earlier version is migrated, one step a version; a gap is a bug", () => {
  const known = {
    1: ({ p, ...rest }: Record<string, unknown>) => ({ ...rest, augment: p }),
    2: (old: object) => ({ ...old, schedule: null }),
  };
  expect(migrate({ version: 1, p: 0.2 }, { from: 1, to: 3, known })).toEqual({ version: 3, augment: 0.2, schedule: null });
  expect(migrate({ version: 3 }, { from: 3, to: 3, known })).toEqual({ version: 3 });
  expect(() => migrate({}, { from: 3, to: 4, known })).toThrow("bug: no migration from checkpoint version 3.");
  for (let version = 1; version < FORMAT_VERSION; version++) expect(migrations).toHaveProperty([version]);
});

describe("a run's folder", () => {
  const at = (step: number): TrainerState => ({ ...state, step });

  test("latest, best and pruning; what a killed process left is removed", async () => {
    const run = join(folder, "run");
    expect(await latestCheckpoint(run)).toBeUndefined();
    expect(await listCheckpoints(run)).toEqual([]);
    for (const step of [10, 20, 30, 40]) await addCheckpoint(run, at(step));
    await addCheckpoint(run, at(40));
    await writeFile(join(run, ".checkpoint-00000050.partial-abcdefabcdef"), "half");
    expect(await listCheckpoints(run)).toEqual([10, 20, 30, 40]);
    expect(await latestCheckpoint(run)).toBe(join(run, "checkpoint-00000040"));

    expect(await keepBest(run, { step: 10, metric: "fid768", value: 2, better: "lower" })).toBe(true);
    expect(await keepBest(run, { step: 20, metric: "fid768", value: 1, better: "lower" })).toBe(true);
    expect(await keepBest(run, { step: 30, metric: "fid768", value: 1.5, better: "lower" })).toBe(false);
    expect(await bestCheckpoint(run)).toEqual({ checkpoint: "checkpoint-00000020", step: 20, metric: "fid768", value: 1 });
    await expect(keepBest(run, { step: 30, metric: "kid", value: 1, better: "lower" })).rejects.toThrow(
      "is chosen by fid768; got kid.",
    );
    await expect(keepBest(run, { step: 30, metric: "fid768", value: Number.NaN, better: "lower" })).rejects.toThrow(
      "must be a finite number",
    );

    expect(await pruneCheckpoints(run, { keepLast: 1 })).toEqual(["checkpoint-00000010", "checkpoint-00000030"]);
    await addCheckpoint(run, at(60));
    expect((await readdir(run)).sort()).toEqual([
      "best.json",
      "checkpoint-00000020",
      "checkpoint-00000040",
      "checkpoint-00000060",
    ]);
  });

  test("a damaged newest checkpoint falls back to the one before; if all are damaged, that is told", async () => {
    const run = join(folder, "damaged-run");
    for (const step of [1, 2]) await addCheckpoint(run, at(step));
    await truncate(join(run, "checkpoint-00000002", "manifest.json"), 10);
    expect(await latestCheckpoint(run)).toBe(join(run, "checkpoint-00000001"));
    await truncate(join(run, "checkpoint-00000001", "params.safetensors"), 10);
    await expect(latestCheckpoint(run)).rejects.toThrow("checkpoint-00000002");
  });

  test("a checkpoint whose tensors are cut off or gone is passed over", async () => {
    const run = join(folder, "cut-run");
    for (const step of [1, 2, 3]) await addCheckpoint(run, at(step));
    await truncate(join(run, "checkpoint-00000003", "optimizers.safetensors"), 10);
    await rm(join(run, "checkpoint-00000002", "ema.safetensors"));
    expect(await latestCheckpoint(run)).toBe(join(run, "checkpoint-00000001"));
  });

  test("a run that comes by a damaged checkpoint again writes it anew, and leaves a whole one alone", async () => {
    const run = join(folder, "again-run");
    for (const step of [1, 2]) await addCheckpoint(run, at(step));
    const damaged = join(run, "checkpoint-00000002", "params.safetensors");
    const bytes = await readFile(damaged);
    await writeFile(damaged, bytes.fill(7, bytes.length - 3));
    const { mtimeMs } = await stat(join(run, "checkpoint-00000001", "params.safetensors"));
    for (const step of [1, 2]) await addCheckpoint(run, at(step));
    expect((await loadCheckpoint(join(run, "checkpoint-00000002"))).step).toBe(2);
    expect((await stat(join(run, "checkpoint-00000001", "params.safetensors"))).mtimeMs).toBe(mtimeMs);
  });
});
