import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../cli/run-command-line.ts";
import { expectSentence, runQgan } from "../cli/testing.ts";

// "Bad input" of classifiers: one clear sentence, code 2 (1 where the numbers ran away), nothing written, nothing lost.

let folder = "";
let data = "";
let runs = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const BACKEND = ["--backend", "wasm"];
const make = async (out: string, seed: string, ...more: string[]) => {
  expect((await runQgan(["dataset", "--count", "36", "--size", "16", "--seed", seed, "--out", out, ...more])).code).toBe(0);
  expect((await runQgan(["dataset", "split", out, "--fractions", "train=0.5,validation=0.25,test=0.25"])).code).toBe(0);
};
const train = (...more: string[]) => runQgan(["classify", "train", "--data", data, "--epochs", "1", ...BACKEND, ...more]);
const sweep = (...more: string[]) =>
  runQgan(["classify", "sweep", "--data", data, "--epochs", "1", "--seeds", "0", "--resamples", "20", ...BACKEND, ...more]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-bad-study-"));
  data = at("ph.zip");
  await make(data, "0");
  await make(at("other.zip"), "1");
  const tiny = ["--preset", "tiny", "--steps", "1", "--snapshots", "1", "--no-metrics", "--out", at("gans"), ...BACKEND];
  const made: string[] = [];
  for (const name of ["nevus", "melanoma", "keratosis"]) {
    const { facts } = await runQgan(["train", "--data", data, "--class", name, "--json", ...tiny]);
    made.push(String(facts.at(-1)?.run));
  }
  runs = made.join(",");
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a sweep", () => {
  it("whose α is no share is refused before an image is drawn or a folder made", async () => {
    for (const alphas of ["0,1", "0,1.5", "0,-0.5"])
      expectSentence(await sweep("--runs", runs, "--alphas", alphas, "--out", at("sw")), "α must lie in [0, 1); got");
    expectSentence(await sweep("--runs", runs, "--alphas", "0.9999999", "--out", at("sw")), /more than fit into memory/);
    expectSentence(await sweep("--shares", "0", "--out", at("sw")), "dataShares must lie in (0, 1]; got 0.");
    expectSentence(await sweep("--arms", "nothing", "--out", at("sw")), 'no arm "nothing"; known: none, classical,');
    expectSentence(
      await sweep("--arms", "none,classical", "--augment", "none", "--out", at("sw")),
      /need an augmentation\. .*--augment/,
    );
    expect(existsSync(at("sw"))).toBe(false);
  });

  it("of no α above 0 trains the arms without generated images", async () => {
    const { code, err, out } = await sweep("--runs", runs, "--alphas", "0", "--out", at("zero"));
    expect([code, err]).toEqual([0, expect.not.stringContaining("drawLatents")]);
    expect(out).toMatch(/none, α 0, share 1: accuracy/);
    expect(out).not.toMatch(/generated, α/);
  });

  it("with generators of another dataset, or images of another size, says whose they are", async () => {
    const given = ["classify", "sweep", "--data", at("other.zip"), "--runs", runs, "--out", at("sw"), ...BACKEND];
    expectSentence(
      await runQgan(given),
      /learned from another dataset, or .*other\.zip has changed since: .*ph\.zip, images of 16×16×3\./,
    );
  });

  it("does not write over a file, a training or another report", async () => {
    expectSentence(await sweep("--out", data), "a file of that name stands there");
    const [run] = runs.split(",");
    const before = readFileSync(join(run, "report.html"), "utf8");
    expectSentence(await sweep("--out", run), "holds something else already (options.json)");
    expect(readFileSync(join(run, "report.html"), "utf8")).toBe(before);
    mkdirSync(at("page"));
    writeFileSync(at("page", "report.html"), "mine");
    expectSentence(await sweep("--out", at("page")), "holds something else already (report.html)");
    expectSentence(
      await runQgan(["classify", "search", "--data", data, "--out", run, ...BACKEND]),
      "holds something else already (options.json)",
    );
    expect(readFileSync(at("page", "report.html"), "utf8")).toBe("mine");
  });
});

describe("a training", () => {
  it("whose loss runs away says so, as a failure and not as a bug of the program", async () => {
    const away = ["--rate", "1e30", "--warm-up", "0", "--epochs", "4"];
    for (const told of [
      await train(...away, "--out", at("away")),
      await sweep(...away, "--arms", "none", "--out", at("away-sw")),
    ]) {
      expect(told.err).toMatch(/\[trainClassifier\] the loss is NaN at step \d+ \(epoch \d+\)\. Lower the learning rate/);
      expect(told.err).not.toMatch(/\n\s+at |mistake of qgan-lab/);
      expect(told.code).toBe(1);
    }
  });

  it("that is not finished cannot be judged yet: what goes on with it is told", async () => {
    const run = at("unfinished");
    mkdirSync(run);
    const { facts } = await train("--out", at("whole"), "--json");
    writeFileSync(join(run, "study.json"), readFileSync(join(String(facts.at(-1)?.run), "study.json")));
    for (const command of ["evaluate", "explain"])
      expectSentence(
        await runQgan(["classify", command, run]),
        /is not finished\. Go on with `qgan classify train --resume .*`\./,
      );
    expect(readdirSync(run)).toEqual(["study.json"]);
    const whole = String(facts.at(-1)?.run);
    expectSentence(
      await runQgan(["classify", "explain", whole, "--out", folder]),
      "is a folder, not a file. Give the name of a PNG",
    );
    expectSentence(await runQgan(["classify", "evaluate", whole, "--views", "flip-x,flip-x"]), "each view counts once");
  });

  it("whose classifier is damaged says which file, and how the same is made again", async () => {
    const { facts } = await train("--out", at("damaged"), "--json");
    const run = String(facts.at(-1)?.run);
    const weights = join(run, "classifier", "weights.safetensors");
    const bytes = readFileSync(weights);
    writeFileSync(weights, bytes.subarray(0, 1000));
    expectSentence(
      await runQgan(["classify", "evaluate", run]),
      /classifier: weights\.safetensors is not what was written \(its sha256 differs\)\. Restore it; or remove that folder, and/,
    );
    rmSync(join(run, "classifier"), { recursive: true });
    expect((await runQgan(["classify", "train", "--resume", run])).code).toBe(0);
    expect(readFileSync(weights).equals(bytes)).toBe(true);
  });

  it("is not stopped by a rare class that is left out, and names one that is not", async () => {
    mkdirSync(at("images"));
    const rows = ["file,class"];
    const { code } = await runQgan(["dataset", "extract", data, "--out", at("pictures")]);
    expect(code).toBe(0);
    const files = readdirSync(at("pictures"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".png"));
    files.forEach((name, i) => {
      rows.push(`${name},${i < 2 ? "rare" : i % 2 === 0 ? "even" : "odd"}`);
    });
    writeFileSync(at("labels.csv"), `${rows.join("\n")}\n`);
    const made = await runQgan(["dataset", "create", at("pictures"), "--labels", at("labels.csv"), "--out", at("rare.zip")]);
    expect(made.code).toBe(0);
    const options = ["classify", "train", "--data", at("rare.zip"), "--epochs", "1", "--out", at("rare"), ...BACKEND];
    expectSentence(await runQgan(options), 'class "rare" has 2 group(s), too few for 3 parts. Leave the class out');
    expect((await runQgan([...options, "--classes", "even,odd"])).code).toBe(0);
  });

  it("with weights of another network is told whose they are; a description that is none is named", async () => {
    const { facts } = await train("--out", at("whole"), "--json");
    const weights = join(String(facts.at(-1)?.run), "classifier", "weights.safetensors");
    expectSentence(
      await train("--weights", weights, "--backbone", "mobilenet-v2", "--out", at("never")),
      "these are weights of compact-cnn. Choose the backbone compact-cnn",
    );
    writeFileSync(at("none.json"), "not JSON");
    writeFileSync(at("none.bin"), "");
    expectSentence(await train("--weights", at("none.json"), "--out", at("never")), /none\.json does not describe TensorFlow's/);
    expect(existsSync(at("never"))).toBe(false);
  });
});

describe("Ctrl-C", () => {
  const stopAt = async (args: readonly string[], when: RegExp) => {
    const abort = new AbortController();
    let text = "";
    const write = (more: string) => {
      text += more;
      if (when.test(more)) abort.abort();
    };
    const code = await runCommandLine(args, { out: { write }, err: { write }, signal: abort.signal });
    return { code, text };
  };

  it("in a sweep or a search says what is kept and that the same command goes on", async () => {
    const options = ["--data", data, "--epochs", "1", "--json", ...BACKEND];
    for (const [command, more] of [
      ["sweep", ["--arms", "none", "--seeds", "0-2", "--resamples", "20"]],
      ["search", []],
    ] as const) {
      const args = ["classify", command, ...options, ...more, "--out", at(`stopped-${command}`)];
      const { code, text } = await stopAt(args, /"text":"1 of 3: /);
      expect(code).toBe(130);
      expect(text).toContain(
        `Stopped with 1 of 3 trainings done, which are kept in ${at(`stopped-${command}`)}. The same command goes on.`,
      );
      const again = await runQgan(args);
      expect([again.code, again.out.match(/kept from before/g)?.length]).toEqual([0, 1]);
    }
  });

  it("while features are computed leaves a training that goes on", async () => {
    const frozen = ["--freeze", "all", "--augment", "none", "--out", at("stopped-features"), "--json", ...BACKEND];
    const { code, text } = await stopAt(["classify", "train", "--data", data, "--epochs", "1", ...frozen], /Features, train/);
    expect(code).toBe(130);
    const { run, isFinished } = JSON.parse(text.trim().split("\n").at(-1) as string) as { run: string; isFinished: boolean };
    expect(isFinished).toBe(false);
    const resumed = await runQgan(["classify", "train", "--resume", run]);
    expect([resumed.code, resumed.out]).toEqual([0, expect.stringContaining("How good it is")]);
  });
});

it("a misspelt command is told as such, whatever options follow", async () => {
  expectSentence(await runQgan(["classify", "trian", "--data", data]), 'unknown command "trian"; did you mean "train"?');
  expectSentence(await runQgan(["classify", "--dta", data]), 'unknown option "--dta"');
});
