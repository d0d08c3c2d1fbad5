import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { decodePng } from "dataset-zip";
import { createFunctionExtractor } from "fid-metrics";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectSentence, runQgan } from "../cli/testing.ts";
import type { Fact } from "../facts.ts";
import { drawWeights, towerTensors } from "./__fixtures__/tower-weights.ts";
import type { ProjectTargetsOptions } from "./project-options.ts";
import { projectTargets } from "./project-targets.ts";

let folder = "";
let run = "";
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-project-"));
  expect((await runQgan(["dataset", "--count", "12", "--size", "16", "--out", at("phantoms.zip")])).code).toBe(0);
  const options = JSON.stringify({ imageSize: 16, channelBase: 64 });
  const args = ["train", "stylegan2", "--data", at("phantoms.zip"), "--cond", "1", "--preset", "tiny", "--options", options];
  const more = ["--batch", "4", "--steps", "2", "--snapshots", "1", "--no-metrics", "--backend", "wasm", "--out", at("runs")];
  const trained = await runQgan([...args, ...more]);
  if (trained.code !== 0) throw new Error(trained.err);
  run = at(join("runs", readdirSync(at("runs"))[0]));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("projects real images and the generator's own, and shows how far they lie", async () => {
  const args = ["project", "--run", run, "--target", at("phantoms.zip"), "--images", "3", "--generated", "3", "--steps", "40"];
  const made = await runQgan([...args, "--out", at("study"), "--json"]);
  expect(made.err).toBe("");
  const { images, isDone } = made.facts.at(-1) as {
    images: { kind: string; name: string; class: string; distance: number }[];
    isDone: boolean;
  };
  expect(isDone).toBe(true);
  expect(images.map(({ kind }) => kind)).toEqual(["real", "real", "real", "generated", "generated", "generated"]);
  const median = (kind: string): number =>
    images
      .filter((one) => one.kind === kind)
      .map(({ distance }) => distance)
      .sort((a, b) => a - b)[1];
  expect(median("generated")).toBeLessThan(median("real"));
  const page = readFileSync(at("study/index.html"), "utf8");
  for (const text of [
    "For research, not for diagnosis.",
    "Mann–Whitney",
    "the generator&#39;s own images",
    "data:image/png;base64,",
  ])
    expect(page).toContain(text);
  expect(page).not.toMatch(/https?:\/\//);
  expect(readFileSync(at("study/distances.csv"), "utf8").trim().split("\n")).toHaveLength(7);
  expect(readFileSync(at("study/model-card.md"), "utf8")).toContain("| space | W |");
  // The styles draw the projection again, up to the noise that was found with them.
  const { name } = images[0];
  const again = await runQgan(["generate", "--run", run, "--projected-w", at(`study/${name}.npz`), "--out", at("again")]);
  expect(again.code).toBe(0);
  expect(decodePng(readFileSync(at("again/proj00.png"))).height).toBe(16);
}, 120_000);

it("stopped and resumed, it ends with the bytes of a projection that was not stopped", async () => {
  const options: ProjectTargetsOptions = { run, target: at("phantoms.zip"), images: 3, steps: 12, batch: 2, out: at("whole") };
  await projectTargets(options);
  const controller = new AbortController();
  let steps = 0;
  const onFact = (fact: Fact): void => {
    if (fact.kind === "progress" && ++steps === 17) controller.abort(); // in the second block
  };
  const stopped = await projectTargets({ ...options, out: at("stopped") }, { onFact, signal: controller.signal });
  expect(stopped).toMatchObject({ isDone: false });
  expect(stopped.images).toHaveLength(2);
  expect(existsSync(at("stopped/state.safetensors"))).toBe(true);
  const resumed = await runQgan(["project", "--resume", at("stopped"), "--json"]);
  expect(resumed.facts.at(-1)).toMatchObject({ isDone: true });
  expect(readdirSync(at("stopped"))).toEqual(readdirSync(at("whole")));
  for (const name of readdirSync(at("whole")).filter((one) => /png|npz|csv/.test(one)))
    expect(readFileSync(at(`stopped/${name}`)).equals(readFileSync(at(`whole/${name}`)))).toBe(true);
}, 60_000);

it("projects by a network of the user's, names it, and goes on only with the same weights", async () => {
  const clip = at("clip.safetensors");
  writeFileSync(clip, drawWeights(towerTensors().clip));
  const digest = createHash("sha256").update(readFileSync(clip)).digest("hex");
  const args = ["project", "--run", run, "--target", at("phantoms.zip"), "--images", "2", "--batch", "1", "--steps", "3"];
  const distance = ["--distance", "clip", "--weights", clip];
  const made = await runQgan([...args, ...distance, "--out", at("by-clip"), "--json"]);
  expect(made.err).toBe("");
  const { distance: told } = made.facts.at(-1) as { distance: object };
  const description =
    "features of clip (image embedding; open_clip, quick-gelu; resize: " +
    `Pillow bicubic to 32 on uint8, shorter side, middle; mean 0.48145466 0.4578275 0.40821073, std 0.26862954 0.26130258 0.27577711; here in float32) at unit length: squared, 2 − 2·cos of their angle, with the weights of ${clip}`;
  expect(told).toEqual({ name: "clip", description, weights: digest });
  expect(JSON.parse(readFileSync(at("by-clip/project.json"), "utf8")).distance).toEqual(told);
  const page = readFileSync(at("by-clip/index.html"), "utf8");
  for (const text of ["features of clip (image embedding;", digest]) expect(page).toContain(text);
  expect(readFileSync(at("by-clip/model-card.md"), "utf8")).toContain(digest);
  writeFileSync(clip, drawWeights(towerTensors().clip, 3));
  expectSentence(
    await runQgan(["project", "--resume", at("by-clip")]),
    /the weights of the distance "clip" are not those that .*by-clip was begun with/,
  );
}, 60_000);

it("projects by any function that has a gradient, and resumes with it only", async () => {
  const coarse = (x: tf.Tensor4D): tf.Tensor2D => tf.reshape(tf.avgPool(x, 4, 4, "valid"), [x.shape[0], 3 * 4 * 4]);
  const made = (fingerprint: string, name = "coarse") =>
    createFunctionExtractor({ name, dimension: 48, fingerprint, run: coarse });
  const distance = made("v1");
  const options: ProjectTargetsOptions = { run, target: at("phantoms.zip"), images: 2, steps: 8, batch: 2, distance };
  const whole = await projectTargets({ ...options, out: at("coarse-whole") });
  expect(whole.distance).toMatchObject({ name: "coarse, 48, own, none; mean 0.5 0.5 0.5, std 0.5 0.5 0.5", weights: "v1" });
  const controller = new AbortController();
  const onFact = (fact: Fact): void => {
    if (fact.kind === "progress" && fact.done === 3) controller.abort();
  };
  const held: number[] = [];
  const count = (fact: Fact): void => {
    onFact(fact);
    if (fact.kind === "progress") held.push(tf.memory().numTensors);
  };
  const out = at("coarse-stopped");
  expect(await projectTargets({ ...options, out }, { onFact: count, signal: controller.signal })).toMatchObject({
    isDone: false,
  });
  expect(new Set(held).size).toBe(1); // no step leaves anything
  await expect(projectTargets({ resume: out })).rejects.toThrow(
    'was begun with the distance "coarse, 48, own, none; mean 0.5 0.5 0.5, std 0.5 0.5 0.5"; got "random". Give its extractor',
  );
  await expect(projectTargets({ resume: out, distance: made("v2") })).rejects.toThrow("they have changed");
  await expect(projectTargets({ resume: out, distance: made("v1", "other") })).rejects.toThrow('got "other, 48,');
  await expect(projectTargets({ resume: out, distance: "random" })).rejects.toThrow("leave the others out");
  const resumed = await projectTargets({ resume: out, distance });
  expect(resumed.images).toEqual(whole.images);
  for (const name of readdirSync(at("coarse-whole")).filter((one) => /png|npz|csv/.test(one)))
    expect(readFileSync(join(out, name)).equals(readFileSync(at(`coarse-whole/${name}`)))).toBe(true);
  const noSlope = createFunctionExtractor({ name: "x", dimension: 3, fingerprint: "", run: (x) => tf.mean(tf.floor(x), [1, 2]) });
  await expect(projectTargets({ ...options, distance: noSlope, out: at("none") })).rejects.toThrow("not 0 everywhere");
  expect(existsSync(at("none"))).toBe(false);
}, 60_000);

it.each([
  [[], "give an image, a folder or a zip with --target"],
  [["--target", "PNG"], "has no class of it: choose one with --class, 0 to 2 (nevus, melanoma, keratosis)."],
  [["--target", "PNG", "--class", "4"], "class 4 is not among the 3"],
  [["--target", "absent.png", "--class", "0"], "absent.png: it does not exist"],
  [["--target", "BROKEN", "--class", "0"], "broken"],
  [["--target", "PNG", "--class", "0", "--distance", "resnet19"], 'no distance "resnet19"; did you mean "resnet18"?'],
  [["--target", "PNG", "--class", "0", "--distance", "resnet18"], "needs the network's weights"],
  [["--target", "PNG", "--class", "0", "--distance", "dinov2"], "needs the network's weights"],
  [["--target", "PNG", "--class", "0", "--distance", "clip", "--weights", "BROKEN"], "broken.png"],
  [["--target", "PNG", "--class", "0", "--weights", "BROKEN"], 'the distance "random" has none'],
  [["--target", "PNG", "--space", "x"], 'no space "x"'],
])("%j is refused in one sentence, and nothing is written", async (args, message) => {
  await runQgan(["generate", "--run", run, "--class", "0", "--seeds", "1", "--out", at("one")]);
  writeFileSync(at("broken.png"), "no picture");
  const given = args.map((arg) => ({ PNG: at("one/seed000001-nevus.png"), BROKEN: at("broken.png") })[arg] ?? arg);
  const output = await runQgan(["project", "--run", run, ...given, "--out", at("refused")]);
  expect(output.err).toContain(message);
  expectSentence(output, "[");
  expect(existsSync(at("refused"))).toBe(false);
});

it("refuses to go on with what is no projection, and with other options", async () => {
  expectSentence(await runQgan(["project", "--resume", at("phantoms.zip")]), /holds no readable project\.json/);
  expectSentence(await runQgan(["project", "--resume", at("whole"), "--steps", "3"]), /leave the others out/);
  mkdirSync(at("old"));
  const { distance: _, ...old } = JSON.parse(readFileSync(at("whole/project.json"), "utf8"));
  writeFileSync(at("old/project.json"), JSON.stringify(old));
  expectSentence(await runQgan(["project", "--resume", at("old")]), /project\.json is of another version\. Project anew/);
  expectSentence(
    await runQgan(["project", "--run", run, "--target", at("phantoms.zip"), "--out", at("whole")]),
    /exists\. Go on with --resume/,
  );
});
