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
import { encodePng } from "dataset-zip";
import { checkpointName, listCheckpoints } from "qgan-core/node";
import { isPartial } from "repro-kit/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandOutput, runQgan } from "./testing.ts";

// Every line of "Bad input": one clear sentence with what to do, code 2, and nothing half-written.

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

function expectSentence({ code, err }: CommandOutput, message: string | RegExp): void {
  expect(err).toMatch(message);
  expect(code).toBe(2);
  expect(err).not.toMatch(/\n\s+at |undefined|\[object/);
}

const image = (height: number, width: number, channels: number): Uint8Array =>
  encodePng({ data: new Uint8Array(height * width * channels).fill(90), height, width, channels });

function makeImages(name: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(at(name), path, ".."), { recursive: true });
    writeFileSync(join(at(name), path), bytes);
  }
  return at(name);
}

const copyOfRun = (name: string): string => {
  cpSync(run, at(name), { recursive: true });
  return at(name);
};

/** No zip, run folder or half-written file stands in a folder. */
function expectNothing(path: string): void {
  expect(existsSync(path) ? readdirSync(path).filter((name) => name !== ".gitkeep") : []).toEqual([]);
}

describe("images", () => {
  const dataset = (source: string, ...more: string[]) => runQgan(["dataset", source, "--out", at("out", "made.zip"), ...more]);

  it("a folder without images", async () => {
    mkdirSync(at("empty"));
    expectSentence(await dataset(at("empty")), "there is no image");
    expectSentence(await dataset(makeImages("texts", { "a.txt": "x" })), "there is no image");
    expectSentence(await dataset(at("nowhere")), /nowhere/);
    expectNothing(at("out"));
  });

  it("unreadable and truncated images are named and left out; with --strict, or when none is left, it ends", async () => {
    const whole = image(16, 16, 3);
    const source = makeImages("broken", { "a.png": whole, "b.png": whole.slice(0, 300), "c.png": "no image", "d.png": whole });
    const made = await runQgan(["dataset", source, "--out", at("left.zip")]);
    expect(made.code).toBe(0);
    expect(made.err).toMatch(/left out b\.png: .+/);
    expect(made.err).toMatch(/left out c\.png: .+/);
    expect(made.out).toContain("2 images");
    expectSentence(await dataset(source, "--strict"), /"b\.png"/);
    expectSentence(await dataset(makeImages("all-broken", { "a.png": "x", "b.png": "y" })), "none of the 2 images could be read");
    expectNothing(at("out"));
  });

  it("mixed sizes and mixed channels", async () => {
    expectSentence(
      await dataset(makeImages("sizes", { "a.png": image(16, 16, 3), "b.png": image(20, 16, 3) })),
      "all images must be of one shape",
    );
    expectSentence(await dataset(makeImages("grey", { "a.png": image(16, 16, 3), "b.png": image(16, 16, 1) })), /grey.*channels/);
    expectNothing(at("out"));
  });

  it("one image only, and a class without images", async () => {
    expectSentence(await dataset(makeImages("one", { "a.png": image(16, 16, 3) })), "one image only");
    const source = makeImages("classes", {
      "mel/a.png": image(16, 16, 3),
      "nv/b.png": image(16, 16, 3),
      "nv/c.png": image(16, 16, 3),
    });
    expectSentence(await dataset(source, "--classes", "mel,bcc"), /"?bcc"?/);
    expectNothing(at("out"));
  });

  it("a zip that is none, that is truncated, or that holds one image of the class", async () => {
    writeFileSync(at("none.zip"), "not a zip");
    expectSentence(await runQgan(["train", "--data", at("none.zip"), "--out", at("out"), ...TINY]), /none\.zip/);
    writeFileSync(at("half.zip"), readFileSync(data).subarray(0, 9000));
    expectSentence(await runQgan(["train", "--data", at("half.zip"), "--out", at("out"), ...TINY]), /half\.zip/);
    expectSentence(await runQgan(["train", "--data", at("nowhere.zip"), "--out", at("out"), ...TINY]), /nowhere\.zip/);
    expect((await runQgan(["dataset", "--count", "3", "--size", "16", "--out", at("three.zip")])).code).toBe(0);
    expectSentence(
      await runQgan(["train", "--data", at("three.zip"), "--class", "nevus", "--out", at("out"), ...TINY]),
      "only one image",
    );
    expectNothing(at("out"));
  });
});

it.each([
  [["--class", "nv"], 'no class "nv"; known: keratosis, melanoma, nevus'],
  [["--options", '{"numQbits":4}'], 'unknown option "numQbits"; did you mean "numQubits"?'],
  [["--preset", "demo"], 'no preset named "demo"'],
  [["--preset", "demo32"], "Make the dataset with `qgan dataset --size 32`"],
  [["--aug", "adaptive"], 'no augmentation "adaptive"'],
  [["--aug", "ada"], "has none"],
  [["--backend", "webgl"], 'no backend "webgl"'],
  [["--batch", "1"], "an integer of at least 2"],
  [["--test-fraction", "1"], "must lie in [0, 1)"],
  [["--seed", "-1"], "an integer of at least 0"],
])("train refuses %j, and lists what is known", async (more, message) => {
  const args = [
    "train",
    "--data",
    data,
    "--out",
    at("out"),
    "--steps",
    "2",
    "--no-metrics",
    ...(more.includes("--preset") ? [] : ["--preset", "tiny"]),
    ...more,
  ];
  const output = await runQgan(args);
  expect(output.err).toContain(message);
  expect(output.code).toBe(2);
  expectNothing(at("out"));
});

it("an unknown model lists the known ones", async () => {
  expectSentence(
    await runQgan(["train", "hybrid", "--data", data, "--out", at("out"), ...TINY]),
    /no model named "hybrid"; .*known: dcgan, hybridq, hybridq-classical/,
  );
  expectNothing(at("out"));
});

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
