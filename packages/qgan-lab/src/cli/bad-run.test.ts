import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointName, listCheckpoints } from "qgan-core/node";
import { isPartial } from "repro-kit/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectSentence, runQgan } from "./testing.ts";

// The second half of "Bad input", outputs, checkpoints and weights: one clear sentence with what to do, and code 2.

let folder = "";
let data = "";
let run = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const TINY = ["--preset", "tiny", "--steps", "2", "--snapshots", "1", "--backend", "wasm", "--no-metrics"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-bad-"));
  data = at("phantoms.zip");
  expect((await runQgan(["dataset", "--count", "24", "--size", "16", "--out", data])).code).toBe(0);
  const trained = await runQgan(["train", "--data", data, "--class", "nevus", "--out", at("runs"), "--json", ...TINY]);
  expect(trained.err).toBe("");
  run = String(trained.facts.at(-1)?.run);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const copyOfRun = (name: string): string => {
  cpSync(run, at(name), { recursive: true });
  return at(name);
};

describe("outputs", () => {
  it("that exist", async () => {
    mkdirSync(at("there"));
    expectSentence(
      await runQgan(["generate", "--run", run, "--seeds", "0-3", "--out", at("there")]),
      "already exists. Choose another name or remove it",
    );
    expectSentence(await runQgan(["dataset", "--count", "9", "--out", data]), "already exists");
    expectSentence(await runQgan(["generate", "--run", run, "--seeds", "0-3", "--out", data]), "already exists");
  });

  it("that cannot be written", async () => {
    writeFileSync(at("file"), "");
    expectSentence(
      await runQgan(["train", "--data", data, "--class", "nevus", "--out", at("file", "runs"), ...TINY]),
      "cannot write into",
    );
    expectSentence(await runQgan(["demo", "--minutes", "0.1", "--out", at("file")]), "cannot write into");
    expectSentence(await runQgan(["report", run, "--out", at("file", "report.html")]), "a part of the path is a file");
    expectSentence(await runQgan(["dataset", "--count", "9", "--out", at("file", "x.zip")]), "a part of the path is a file");
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")("that may not be written", async () => {
    mkdirSync(at("locked"));
    chmodSync(at("locked"), 0o500);
    expectSentence(await runQgan(["train", "--data", data, "--out", at("locked"), ...TINY]), "it may not be written");
  });

  it.skipIf(!existsSync("/dev/full"))("on a disk that fills: the checkpoints that were whole stay whole", async () => {
    const full = copyOfRun("full");
    const before = await listCheckpoints(full);
    rmSync(join(full, "log.txt"));
    symlinkSync("/dev/full", join(full, "log.txt"));
    expectSentence(
      await runQgan(["train", "--resume", full, "--steps", "4", "--no-metrics"]),
      "the disk is full. Free some space",
    );
    expect(await listCheckpoints(full)).toEqual(before);
    expect(readdirSync(full).filter(isPartial)).toEqual([]);
  });
});

describe("checkpoints", () => {
  const newestOf = async (copy: string): Promise<string> =>
    join(copy, checkpointName((await listCheckpoints(copy)).at(-1) as number));

  it("that are truncated: an earlier one is taken with a word about it; without any it ends", async () => {
    const copy = copyOfRun("truncated");
    truncateSync(join(await newestOf(copy), "params.safetensors"), 1000);
    const resumed = await runQgan(["train", "--resume", copy, "--steps", "2", "--no-metrics"]);
    expect(resumed.err).toMatch(/truncated.*Looking for an earlier one/);
    const hopeless = copyOfRun("hopeless");
    for (const step of await listCheckpoints(hopeless))
      truncateSync(join(hopeless, checkpointName(step), "ema.safetensors"), 1000);
    expectSentence(await runQgan(["train", "--resume", hopeless, "--steps", "3"]), "it is truncated");
    expectSentence(await runQgan(["generate", "--run", hopeless, "--out", at("never")]), "it is truncated");
    expect(existsSync(at("never"))).toBe(false);
  });

  it("of another model, or of a newer format", async () => {
    const edit = async (copy: string, change: (manifest: Record<string, unknown>) => void): Promise<void> => {
      for (const step of await listCheckpoints(copy)) {
        const path = join(copy, checkpointName(step), "manifest.json");
        const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
        change(manifest);
        writeFileSync(path, JSON.stringify(manifest));
      }
    };
    const other = copyOfRun("other");
    await edit(other, (manifest) => {
      manifest.model = { ...(manifest.model as object), name: "dcgan" };
    });
    expectSentence(await runQgan(["train", "--resume", other, "--steps", "3", "--no-metrics"]), /dcgan/);
    const newer = copyOfRun("newer");
    await edit(newer, (manifest) => {
      manifest.version = 99;
    });
    expectSentence(await runQgan(["train", "--resume", newer, "--steps", "3", "--no-metrics"]), /99/);
    const options = copyOfRun("newer-options");
    const path = join(options, "options.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"format": 1', '"format": 99'));
    expectSentence(await runQgan(["train", "--resume", options]), "Update qgan-lab");
  });

  it("that are not there", async () => {
    expectSentence(await runQgan(["train", "--resume", at("nowhere")]), "is not a run folder");
    expectSentence(await runQgan(["generate", "--run", folder, "--out", at("never")]), "is not a run folder");
    expectSentence(
      await runQgan(["generate", "--run", run, "--checkpoint", "77", "--out", at("never")]),
      /no checkpoint of step 77; known: /,
    );
    expectSentence(await runQgan(["generate", "--run", run, "--checkpoint", "best", "--out", at("never")]), "none is the best");
    expectSentence(await runQgan(["metrics", "--run", at("nowhere")]), "is not a run folder");
    expectSentence(await runQgan(["report", folder]), "is not a run folder and holds none");
    expectSentence(await runQgan(["classify", "--runs", run]), "held no images back");
  });

  it("of a dataset that has changed", async () => {
    const copy = copyOfRun("moved");
    const path = join(copy, "options.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(/"digest": "..../, '"digest": "0000'));
    expectSentence(await runQgan(["train", "--resume", copy, "--steps", "3", "--no-metrics"]), "its digest differs");
  });

  it("whose run is given other options", async () => {
    expectSentence(await runQgan(["train", "--resume", run, "--batch", "8"]), "keeps its own options");
    expectSentence(await runQgan(["train", "dcgan", "--resume", run]), "keeps its own options");
  });
});

it("Inception weights that are none", async () => {
  appendFileSync(at("weights.pth"), "not weights");
  expectSentence(await runQgan(["metrics", "--run", run, "--inception", at("weights.pth")]), /weights\.pth/);
  expectSentence(await runQgan(["metrics", "--run", run, "--inception", at("nowhere.pth")]), /nowhere\.pth cannot be read/);
});
