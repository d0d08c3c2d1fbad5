import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { lpipsTensors, parseMetricLines, styleGanPresets } from "fid-metrics";
import { createRng } from "repro-kit";
import { writeSafetensors } from "tfjs-train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPathLength } from "../cli/commands/metrics.ts";
import { expectSentence, runQgan } from "../cli/testing.ts";
import { openPaths } from "./measure-paths.ts";
import { planMetrics } from "./metric-plan.ts";

let folder = "";
let [styles, hybrid] = ["", ""];
const at = (...parts: string[]): string => join(folder, ...parts);
const metrics = (...args: string[]) => runQgan(["metrics", ...args, "--no-download", "--backend", "wasm"]);

async function train(name: string, ...args: string[]): Promise<string> {
  const tiny = ["--batch", "4", "--steps", "2", "--snapshots", "1", "--no-metrics", "--backend", "wasm"];
  const { code, err } = await runQgan(["train", ...args, "--data", at("images.zip"), "--out", at(name), "--json", ...tiny]);
  if (code !== 0) throw new Error(err);
  return at(name, readdirSync(at(name))[0]);
}

/** Weights of LPIPS's shapes. The linear ones are not negative, as LPIPS's own. */
function writeLpips(): void {
  const network: Record<string, { dtype: "F32"; shape: readonly number[]; data: Float32Array }> = {};
  const linear: typeof network = {};
  for (const { name, shape } of lpipsTensors()) {
    const size = shape.reduce((product, side) => product * side, 1);
    const scale = Math.sqrt(6 / shape.slice(1).reduce((product, side) => product * side, 1));
    const data = createRng(0).fork(name).fillUniform(new Float32Array(size), -scale, scale);
    const isLinear = name.startsWith("lin");
    (isLinear ? linear : network)[name] = { dtype: "F32", shape, data: isLinear ? data.map(Math.abs) : data };
  }
  writeFileSync(at("vgg16.safetensors"), writeSafetensors(network));
  writeFileSync(at("lin.safetensors"), writeSafetensors(linear));
  writeFileSync(at("lpips.safetensors"), writeSafetensors({ ...network, ...linear }));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-paths-"));
  expect((await runQgan(["dataset", "--count", "24", "--size", "16", "--out", at("images.zip")])).code).toBe(0);
  const options = JSON.stringify({ imageSize: 16, channelBase: 64 });
  styles = await train("styles", "stylegan2", "--cond", "1", "--preset", "tiny", "--options", options);
  hybrid = await train("hybrid", "--class", "nevus", "--preset", "tiny");
  writeLpips();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("ppl of a run, a checkpoint and from one file of weights or two: the same number, with line and protocol", async () => {
  const lpips = ["--lpips", at("lpips.safetensors"), "--metrics", "ppl", "--images", "12"];
  const { out, err } = await metrics("--fake", styles, ...lpips, "--lines", at("lines"));
  expect(out).toMatch(/^ppl: [\d.e+]+\nppl-sd: [\d.e+]+\n24 generated, in pairs; LPIPS 0\.1, VGG16\n/);
  expect(err).toMatch(/ppl walks: w, end, ε = 0\.0001, 12 pairs; LPIPS 0\.1, VGG16 \([0-9a-f]{16}\)\./);
  const [line] = parseMetricLines(readFileSync(at("lines", "metric-ppl.jsonl"), "utf8"));
  expect(line.snapshot).toMatch(/checkpoint-\d+$/);
  expect(line.results.ppl).toBeGreaterThan(0);
  const two = [at("vgg16.safetensors"), at("lin.safetensors")].join(",");
  const other = await metrics("--fake", line.snapshot as string, ...lpips.slice(2), "--lpips", two, "--json");
  expect(other.facts.at(-1)).toMatchObject({ kind: "result", values: line.results });
}, 120_000);

it("beside metrics of images, and of a generator without styles, whose latents are uniform", async () => {
  const lpips = ["--lpips", at("lpips.safetensors"), "--images", "4"];
  const { out } = await metrics("--real", at("images.zip"), "--fake", hybrid, "--metrics", "fid,ppl", ...lpips);
  expect(out).toMatch(/^random-fid: [\d.]+\nppl: [\d.e+-]+\nppl-sd: /);
  expect(out).toContain("4 real, 4 generated; random-conv");
}, 120_000);

it("every preset of the StyleGAN tools is planned; those of path lengths walk as their name says", async () => {
  for (const { name, kind, path, numGenerated } of styleGanPresets) {
    const plan = planMetrics([name]);
    expect(isPathLength(name)).toBe(kind === "ppl");
    expect(plan.presets.map((preset) => preset.name)).toEqual(kind === "ppl" ? [] : [name]);
    expect(plan.paths).toEqual(kind === "ppl" ? [{ name, ...path, samples: numGenerated, isPreset: true }] : []);
  }
  // As many pairs as a test has time for.
  const { paths } = planMetrics(["ppl2_wend", "ppl_wend", "ppl_zfull", "ppl_zend"]);
  const few = paths.map((path) => ({ ...path, samples: 8, crop: false }));
  const before = tf.memory().numTensors;
  const opened = await openPaths({ fake: styles, paths: few, lpips: [at("lpips.safetensors")], seed: 1 });
  const { values, protocol } = await opened.measure();
  opened.close();
  expect(tf.memory().numTensors).toBe(before);
  expect(Object.keys(values)).toEqual(["ppl2_wend", "ppl_zfull", "ppl_zend", "ppl_wend"]);
  for (const value of Object.values(values)) expect(value).toBeGreaterThan(0);
  expect(protocol.metrics.map(({ source }) => source.split("; ")[1])).toEqual(
    ["w, end", "z, full", "z, end", "w, end"].map((way) => `${way}, ε = 0.0001, 8 pairs`),
  );
}, 120_000);

const pickle = join(import.meta.dirname, "../../../../../shared/golden/stylegan2/pickle/uncond_ada.pkl");
it.skipIf(!existsSync(pickle))(
  "a snapshot of stylegan2-ada-pytorch: images and paths",
  async () => {
    const lpips = ["--lpips", at("lpips.safetensors"), "--images", "4"];
    const { out, err } = await metrics("--real", at("images.zip"), "--fake", pickle, "--metrics", "kid,ppl", ...lpips);
    expect(out + err).toMatch(/random-kid: [\d.e+-]+\nppl: /);
    expectSentence(await metrics("--fake", pickle, "--metrics", "ppl", "--checkpoint", "best", ...lpips), "--checkpoint belongs");
  },
  120_000,
);

describe("refusals in one sentence", () => {
  const lpips = () => ["--lpips", at("lpips.safetensors")];
  it("no weights, foreign ones, no generator", async () => {
    expectSentence(
      await metrics("--fake", styles, "--metrics", "ppl2_wend"),
      /give --lpips FILE, LPIPS with VGG16: .*vgg16-397923af/,
    );
    const without = ["--fake", styles, "--metrics", "ppl2_wend", "--lpips"];
    expectSentence(
      await metrics(...without, at("lin.safetensors")),
      /missing \(features\.0\.weight \[64, 3, 3, 3\].*\(.*lin\.safetensors\)/,
    );
    expectSentence(await metrics(...without, at("none.pth")), /none\.pth/);
    expectSentence(await metrics("--fake", at("images.zip"), "--metrics", "ppl2_wend", ...lpips()), /images\.zip is none/);
    expectSentence(await metrics("--fake", at("nowhere"), "--metrics", "ppl", ...lpips()), /nowhere does not exist/);
  });
  it("paths that the generator or its images do not have; numbers that a name does not stand for", async () => {
    const measure = (...args: string[]) => metrics("--fake", ...args, ...lpips());
    expectSentence(await measure(styles, "--metrics", "ppl_wend"), /ppl_wend needs images of 32 pixels .* draws 16×16/);
    expectSentence(await measure(hybrid, "--metrics", "ppl2_wend"), /ppl2_wend walks in w, which only style-based/);
    expectSentence(await measure(styles, "--metrics", "ppl2_wend", "--images", "20"), /stands for 50000 pairs; --images says 20/);
    expectSentence(await measure(styles, "--metrics", "ppl", "--mirror"), "--mirror does not go with path lengths alone");
    expectSentence(await measure(styles, "--metrics", "fid,ppl"), "give both --real and --fake");
    expectSentence(await metrics("--real", at("images.zip"), "--fake", styles, ...lpips()), "--lpips belongs to path lengths");
    expectSentence(await runQgan(["metrics", "--run", styles, ...lpips()]), "--lpips does not go with --run");
  });
});
