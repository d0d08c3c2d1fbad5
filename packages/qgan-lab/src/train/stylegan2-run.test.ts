import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest } from "qgan-core/node";
import { readSafetensors, readTorch } from "tfjs-train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNothingIn, expectSentence, runQgan } from "../cli/testing.ts";
import { makeDataset } from "../dataset/make-dataset.ts";
import { readJsonLines } from "../run-folder/json-lines.ts";
import { readOptionsFile } from "../run-folder/options-file.ts";

let folder = "";
let data = "";
const at = (...parts: string[]): string => join(folder, ...parts);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-stylegan2-"));
  data = at("phantoms.zip");
  await makeDataset({ out: data, count: 30, size: 32 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WIDTHS = JSON.stringify({ channelBase: 64, channelMax: 4, latentSize: 4, styleSize: 4 });
const train = (...args: string[]) =>
  runQgan([
    "train",
    "--model",
    "stylegan2",
    "--data",
    data,
    "--backend",
    "wasm",
    "--no-metrics",
    "--options",
    WIDTHS,
    "--json",
    ...args,
  ]);
const runOf = ({ facts }: Awaited<ReturnType<typeof train>>): string => String(facts.at(-1)?.run);
const tensorsOf = async (run: string, step: number) =>
  (await readManifest(join(run, `checkpoint-${String(step).padStart(8, "0")}`))).files;

describe("every option of the reference", () => {
  const options = [
    ...["--outdir", "", "--cond=1", "--mirror", "--mirrory=true", "--subset=20", "--cfg", "auto", "--gamma=0.5", "--batch=4"],
    ...["--aug=ada", "--target=0.5", "--augpipe=bg", "--freezed=1", "--snap=10", "--metrics=none", "--seed=3", "--gpus=1"],
    ...["--fp32=1", "--nhwc=0", "--workers=2", "--glr=0.002", "--dlr=0.001", "--clip=20", "--dsteps=2", "--microbatch=4"],
  ];
  const withOut = (out: string) => options.map((option) => (option === "" ? out : option));

  it("reaches the run, which logs as the reference and resumes bit for bit", async () => {
    const trained = await train(...withOut(at("runs")), "--steps", "6");
    expect(trained.err).not.toContain("rror");
    const run = runOf(trained);
    const { model, training, reference } = await readOptionsFile(run);
    expect(model.options).toMatchObject({
      labelSize: 3,
      r1Gamma: 0.5,
      freezeLayers: 1,
      clamp: 0,
      discriminatorSteps: 2,
      channelMax: 4,
    });
    expect(model.options).toMatchObject({ generatorLearningRate: 0.002, discriminatorLearningRate: 0.001, minibatchGroup: 4 });
    expect(training).toMatchObject({
      cond: true,
      mirror: true,
      mirrory: true,
      subset: 20,
      batchSize: 4,
      clipGradients: 20,
      seed: 3,
    });
    expect(training).toMatchObject({
      augment: { kind: "ada", target: 0.5, pipeline: "bg", rampKimg: 500 },
      emaRampUp: 0.05,
      snapImages: 40_000,
    });
    expect(reference).toMatchObject({ batch_size: 4, ada_target: 0.5, training_set_kwargs: { use_labels: true, yflip: true } });
    const names = readdirSync(run);
    for (const name of ["fakes000000.png", "fakes000006.png", "reals.png", "training_options.json", "stats.jsonl", "log.txt"])
      expect(names).toContain(name);

    // Three steps, then three more in another go, are the same six.
    const halved = runOf(await train(...withOut(at("halved")), "--steps", "3"));
    const resumed = await runQgan(["train", "--resume", halved, "--steps", "6", "--json"]);
    expect(resumed.code).toBe(0);
    expect(await tensorsOf(halved, 6)).toEqual(await tensorsOf(run, 6));

    const lines = readJsonLines<Record<string, { num: number; mean: number; std: number }>>(join(halved, "stats.jsonl"));
    expect(lines.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    const ticks = lines.filter((line) => "Progress/tick" in line);
    expect(ticks.map((line) => line["Progress/tick"].mean)).toEqual([0, 1, 2]);
    expect(ticks[1]["Loss/scores/real"]).toMatchObject({ num: 8 });
    expect(ticks[0]["Loss/D/reg"].mean).toBeCloseTo(ticks[0]["Loss/r1_penalty"].mean * 0.25, 8);
  });

  it("leaves state dicts in the reference's names, of which another run begins", async () => {
    const run = runOf(await train("--out", at("first"), "--steps", "2", "--batch", "4", "--aug", "noaug"));
    const average = readSafetensors(readFileSync(join(run, "network-00000002-G_ema.safetensors"))).tensors;
    const torch = (await readTorch(readFileSync(join(run, "network-00000002-G_ema.pt")))).tensors;
    expect(Object.keys(torch).sort()).toEqual(Object.keys(average).sort());
    expect(torch["synthesis.b32.conv1.weight"]).toEqual(average["synthesis.b32.conv1.weight"]);
    const other = await train(
      "--out",
      at("second"),
      "--steps",
      "1",
      "--batch",
      "4",
      "--init-from",
      run,
      "--cond",
      "--freezed",
      "2",
    );
    const { taken, left, frozen } = JSON.parse(readFileSync(join(runOf(other), "transfer.json"), "utf8"));
    expect(taken).toContain("G.synthesis.b32.conv1.weight");
    expect(left.map(({ name }: { name: string }) => name)).toContain("G.mapping.embed.weight");
    expect(frozen).toEqual(["D.b32.fromrgb.weight", "D.b32.fromrgb.bias", "D.b32.conv0.weight", "D.b32.conv0.bias"]);
    expect(
      other.facts.some(({ text }) =>
        /took \d+ of \d+ tensors; not taken: .*4 tensors of the discriminator are frozen/.test(String(text)),
      ),
    ).toBe(true);
  });
});

describe("bad input", () => {
  const refused = async (message: RegExp | string, ...args: string[]) => {
    expectSentence(await runQgan(["train", "stylegan2", "--out", at("none"), "--backend", "wasm", ...args]), message);
    expectNothingIn(at("none"));
  };
  it("is told in one sentence, before anything is written", async () => {
    const plain = at("plain.zip");
    await makeDataset({ out: plain, count: 6, size: 48 });
    await refused(
      /side is a power of two from 4 to 1024; those of .* are 48×48.*--size 64 --transform pad.*center-crop, or stretch/,
      "--data",
      plain,
    );
    await refused("a probability in [0, 1] is expected", "--data", data, "--aug", "fixed", "--p", "1.5");
    await refused("--aug=fixed requires specifying --p", "--data", data, "--aug", "fixed");
    await refused("in one process; got --gpus 4", "--data", data, "--gpus", "4");
    await refused("--cond learns all classes and --class only nevus", "--data", data, "--cond", "--class", "nevus");
    await refused('no watch "collaps"; did you mean "collapse"?', "--data", data, "--stop-on", "collaps");
    await refused('there is no "ffhq123" to begin from', "--data", data, "--init-from", "ffhq123");
    await refused("subset must be an integer from 2 to 30", "--data", data, "--subset", "31");
    await refused("say the same thing twice", "--data", data, "--model", "dcgan");
    await refused(/about .* of memory are needed and .* are free/, "--data", data, "--batch", "1048576");
    expectSentence(
      await runQgan(["train", "dcgan", "--data", data, "--gamma", "3", "--out", at("none")]),
      "the option gamma is stylegan2's",
    );
  });
});
