import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectSentence, runQgan } from "../cli/testing.ts";

let folder = "";
let data = "";
let run = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const BACKEND = ["--backend", "wasm"];
const split = async (zip: string, ...more: string[]) => {
  const fractions = ["--fractions", "train=0.5,validation=0.25,test=0.25"];
  expect((await runQgan(["dataset", "split", zip, ...fractions, ...more])).code).toBe(0);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-classify-"));
  data = at("ph.zip");
  expect((await runQgan(["dataset", "--count", "72", "--size", "16", "--out", data])).code).toBe(0);
  await split(data);
  const trained = await runQgan([
    "classify",
    "train",
    "--data",
    data,
    "--epochs",
    "2",
    "--out",
    at("runs"),
    "--json",
    ...BACKEND,
  ]);
  expect(trained.err).toBe("");
  run = String(trained.facts.at(-1)?.run);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("qgan classify", () => {
  it("train reports progress and leaves a classifier; a finished one is not trained again", async () => {
    expect(readdirSync(run).sort()).toEqual(["classifier", "study.json"]);
    const again = await runQgan(["classify", "train", "--resume", run]);
    expect(again.out).toContain("finished already");
  });

  it("train that was stopped goes on to the same classifier", async () => {
    const abort = new AbortController();
    const options = ["classify", "train", "--data", data, "--epochs", "2", "--out", at("stopped"), "--json", ...BACKEND];
    const { runCommandLine } = await import("../cli/run-command-line.ts");
    let out = "";
    const write = (text: string) => {
      out += text;
      if (text.includes('"step 2') || /"done":2,/.test(text)) abort.abort();
    };
    const code = await runCommandLine(options, { out: { write }, err: { write: () => {} }, signal: abort.signal });
    expect(code).toBe(130);
    const stopped = JSON.parse(out.trim().split("\n").at(-1) as string) as { run: string; isFinished: boolean };
    expect(stopped.isFinished).toBe(false);
    expect(readdirSync(stopped.run)).toEqual(expect.arrayContaining([expect.stringMatching(/^training-0000000\d$/)]));
    expect((await runQgan(["classify", "train", "--resume", stopped.run])).code).toBe(0);
    const weights = (path: string) => readFileSync(join(path, "classifier", "weights.safetensors"));
    expect(weights(stopped.run).equals(weights(run))).toBe(true);
    expect(readdirSync(stopped.run).sort()).toEqual(["classifier", "study.json"]);
  });

  it("train begins with weights of another number of classes: the head is replaced, and that is said", async () => {
    const weights = join(run, "classifier", "weights.safetensors");
    const options = [
      "--classes",
      "nevus,melanoma",
      "--epochs",
      "1",
      "--out",
      at("tuned"),
      "--freeze",
      "all",
      "--weights",
      weights,
    ];
    const tuned = await runQgan(["classify", "train", "--data", data, ...options, ...BACKEND]);
    expect(tuned.code).toBe(0);
    expect(tuned.out).toMatch(/The head of the weights \(head\.bias, head\.weight\) was left out; a new one is trained/);
  });

  it("train with everything frozen computes the features once and keeps them beside the runs", async () => {
    const weights = join(run, "classifier", "weights.safetensors");
    const options = [
      "--freeze",
      "all",
      "--augment",
      "none",
      "--epochs",
      "3",
      "--weights",
      weights,
      "--out",
      at("frozen"),
      ...BACKEND,
    ];
    const first = await runQgan(["classify", "train", "--data", data, ...options, "--json"]);
    expect(first.code).toBe(0);
    expect(readdirSync(at("frozen", "features"))).toHaveLength(2);
    const second = await runQgan(["classify", "train", "--data", data, ...options, "--json"]);
    const partsOf = ({ facts }: typeof first) => new Set(facts.map(({ part }) => part));
    expect(partsOf(first).has("Features, train")).toBe(true);
    expect(partsOf(second).has("Features, train")).toBe(false);
    const weightsOf = ({ facts }: typeof first) =>
      readFileSync(join(String(facts.at(-1)?.run), "classifier", "weights.safetensors"));
    expect(weightsOf(first).equals(weightsOf(second))).toBe(true);
    expect((await runQgan(["classify", "evaluate", String(first.facts.at(-1)?.run), "--resamples", "20"])).code).toBe(0);
  });

  it("evaluate says it in words, with subgroups, and writes a page that a doctor can read", async () => {
    const table = at("patients.csv");
    const names = ["nevus", "melanoma", "keratosis"].flatMap((name) =>
      Array.from({ length: 24 }, (_, i) => `phantom ${name} ${i}, seed 0`),
    );
    writeFileSync(
      table,
      `file,sex,age\n${names.map((name, i) => `"${name}",${i % 2 === 0 ? "f" : "m"},${20 + i}`).join("\n")}\n`,
    );
    const evaluated = await runQgan([
      ...["classify", "evaluate", run, "--resamples", "40", "--views", "identity,flip-x"],
      ...["--metadata", table, "--subgroups", "sex,age"],
    ]);
    expect(evaluated.code).toBe(0);
    expect(evaluated.out).toMatch(/Of the 18 test images, none of which took part in the training/);
    expect(evaluated.out).toMatch(/sex f \(\d+\): accuracy/);
    const page = readFileSync(join(run, "report.html"), "utf8");
    for (const text of [
      "What it says of what is there",
      "For whom it works",
      "age: 20–29",
      "The surest mistakes",
      "not for diagnosis",
    ])
      expect(page).toContain(text);
    expect(readFileSync(join(run, "predictions.csv"), "utf8").trim().split("\n")).toHaveLength(19);
    expect(existsSync(join(run, "mistakes.png"))).toBe(true);
    expect(page).not.toContain("have been read");
    const again = await runQgan(["classify", "evaluate", run, "--resamples", "40", "--json"]);
    expect(again.facts.at(-1)).toMatchObject({ timesRead: 2 });
    expect(readFileSync(join(run, "report.html"), "utf8")).toContain("They have been read 2 times for pages as this one");
  });

  it("explain draws a sheet of mistakes, or of the images named", async () => {
    const named = await runQgan([
      "classify",
      "explain",
      run,
      "--indices",
      "0,30",
      "--target",
      "melanoma",
      "--out",
      at("two.png"),
      "--json",
    ]);
    expect(named.facts.at(-1)).toMatchObject({ kind: "result", path: at("two.png") });
    expect(named.facts.at(-1)?.rows).toHaveLength(2);
    expect(existsSync(at("two.png"))).toBe(true);
  });

  it("sweep trains every cell once, goes on in its folder, and reports", async () => {
    const generators: string[] = [];
    for (const name of ["nevus", "melanoma"]) {
      const tiny = ["--preset", "tiny", "--steps", "2", "--snapshots", "1", "--no-metrics", "--split", "default"];
      const trained = await runQgan([
        "train",
        "--data",
        data,
        "--class",
        name,
        "--out",
        at("generators"),
        "--json",
        ...tiny,
        ...BACKEND,
      ]);
      generators.push(String(trained.facts.at(-1)?.run));
    }
    const common = [
      "classify",
      "sweep",
      "--data",
      data,
      "--classes",
      "nevus,melanoma",
      "--epochs",
      "1",
      "--out",
      at("sweep"),
      ...BACKEND,
    ];
    const grid = ["--runs", generators.join(","), "--alphas", "0,0.5", "--seeds", "0", "--resamples", "40"];
    const swept = await runQgan([...common, ...grid]);
    expect(swept.code).toBe(0);
    expect(swept.out).toMatch(/the validation images chose α = 0(\.5\. On the test images|: no share)/);
    const cells = readdirSync(at("sweep", "cells"));
    expect(cells.filter((name) => /^[0-9a-f]{24}\.json$/.test(name))).toHaveLength(4);
    const again = await runQgan([...common, ...grid]);
    expect((again.out + again.err).match(/kept from before/g)).toHaveLength(4);
    expect(readFileSync(at("sweep", "report.html"), "utf8")).toContain("Do generated images help?");
    // A generator that was begun with another split saw test images.
    await split(data, "--name", "other", "--seed", "5");
    expectSentence(
      await runQgan([...common, ...grid, "--split", "other"]),
      /was trained on \d+ images outside the training part: [\d, ]+.*Train it on the training part only\./,
    );
  });
});

describe("bad input", () => {
  const classify = (...args: string[]) => runQgan(["classify", ...args]);
  it.each([
    [["train"], "give a dataset with --data"],
    [["train", "--data", "DATA", "--classes", "nevus"], "at least 2 classes are needed, each once; got nevus."],
    [["train", "--data", "DATA", "--classes", "nevus,mole"], 'no class "mole"'],
    [["train", "--data", "DATA", "--split", "study"], 'has no split "study"'],
    [["train", "--data", "DATA", "--backbone", "vgg"], 'no backbone named "vgg"'],
    [["train", "--data", "DATA", "--weights", "none.pth"], "there is no file none.pth"],
    [["train", "--data", "DATA", "--augment", "twirl"], 'no augmentation "twirl"'],
    [["train", "--data", "DATA", "--freeze", "9"], 'frozenStages must be "all" or an integer from 0 to 4'],
    [["train", "--resume", "RUN", "--epochs", "3"], "a resumed training keeps its own options"],
    [["evaluate", "DATA"], "holds no classifier"],
    [["evaluate", "RUN", "--views", "upside-down"], 'no view "upside-down"'],
    [["evaluate", "RUN", "--specificity", "1.5"], "[classify] the specificity must lie in [0, 1]; got 1.5."],
    [["evaluate", "RUN", "--metadata", "DATA"], "metadata and subgroups go together"],
    [["explain", "RUN", "--indices", "99"], "no image 99; the dataset has 72."],
    [["explain", "RUN", "--target", "mole"], 'no class "mole"; known: nevus, melanoma, keratosis.'],
    [["sweep", "--data", "DATA"], "give a folder with --out"],
    [["sweep", "--data", "DATA", "--out", "OUT", "--arms", "none", "--alphas", "1"], "α must lie in [0, 1); got 1."],
    [["sweep", "--data", "DATA", "--out", "OUT", "--arms", "generated"], "need run folders"],
    [["sweep", "--data", "DATA", "--out", "OUT", "--alphas", "half"], 'numbers separated by commas are expected; got "half".'],
  ])("%j", async (args, message) => {
    const places: Record<string, string> = { DATA: data, RUN: run, OUT: at("none") };
    expectSentence(await classify(...args.map((arg) => places[arg] ?? arg)), message);
  });

  it("leaves no folder behind", async () => {
    expectSentence(await classify("train", "--data", data, "--freeze", "9", "--out", at("refused")), "frozenStages must be");
    expect(existsSync(at("refused"))).toBe(false);
  });

  it("a dry run reads no test image and writes nothing", async () => {
    const planned = await classify("train", "--data", data, "--out", at("dry"), "--dry-run");
    expect(planned.out).toContain("36 train, 18 validation, 18 test");
    expect(existsSync(at("dry"))).toBe(false);
    expect((await classify("evaluate", run, "--dry-run")).out).toContain("Would read 18 test images");
  });

  it("a dataset that changed since", async () => {
    const study = JSON.parse(readFileSync(join(run, "study.json"), "utf8")) as object;
    const copy = at("changed");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(copy);
    writeFileSync(join(copy, "study.json"), JSON.stringify({ ...study, digest: "0" }));
    expectSentence(await classify("train", "--resume", copy), "has changed since the training began");
  });
});
