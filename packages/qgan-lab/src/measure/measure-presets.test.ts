import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMetricLines } from "fid-metrics";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectNothingIn, expectSentence, runQgan } from "../cli/testing.ts";
import { readScores } from "../run-folder/run-log.ts";
import { measurePresets } from "./measure-presets.ts";

let folder = "";
let run = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const savedCache = process.env.XDG_CACHE_HOME;
const WIDTHS = JSON.stringify({ channelBase: 64, channelMax: 4, latentSize: 4, styleSize: 4 });
const train = (...args: string[]) =>
  runQgan([
    ...[
      "train",
      "stylegan2",
      "--data",
      at("phantoms.zip"),
      "--cond",
      "--mirror",
      "--backend",
      "wasm",
      "--options",
      WIDTHS,
      "--json",
    ],
    ...[
      "--batch",
      "4",
      "--steps",
      "2",
      "--snapshots",
      "1",
      "--metric-images",
      "8",
      "--no-download",
      "--out",
      at("runs"),
      ...args,
    ],
  ]);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-presets-"));
  process.env.XDG_CACHE_HOME = at("cache"); // no weights there: the random network stands in
  expect((await runQgan(["dataset", "--count", "24", "--size", "16", "--out", at("phantoms.zip")])).code).toBe(0);
  const trained = await train("--metrics", "fid0.01k_full,fid0.01k,pr0.01k3_full,is0.01k");
  if (trained.code !== 0) throw new Error(trained.err);
  run = at("runs", readdirSync(at("runs"))[0]);
}, 120_000);
afterAll(() => {
  if (savedCache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = savedCache;
  rmSync(folder, { recursive: true, force: true });
});

it("measures every snapshot by the reference's names, in lines of its format", () => {
  const files = readdirSync(run).filter((name) => name.startsWith("metric-random-"));
  expect(files.filter((name) => /k/.test(name.replace("kernel", "")))).toEqual([
    "metric-random-fid0.01k.jsonl",
    "metric-random-fid0.01k_full.jsonl",
    "metric-random-pr0.01k3_full.jsonl",
  ]);
  const lines = parseMetricLines(readFileSync(join(run, "metric-random-pr0.01k3_full.jsonl"), "utf8"));
  const last = lines.at(-1);
  expect(Object.keys(last?.results ?? {})).toEqual(["random-pr0.01k3_full_precision", "random-pr0.01k3_full_recall"]);
  expect(last?.snapshot).toBe("checkpoint-00000002");
  const scores = readScores(run).filter(({ step }) => step === 2);
  expect(scores.map(({ metric }) => metric)).toEqual(expect.arrayContaining(["random-pr0.01k3_full_recall", "random-kernel64"]));
  const protocolOf = (name: string) => scores.find(({ metric }) => metric === name)?.protocol;
  // The legacy name takes the images as the run saw them, mirror images too.
  expect(protocolOf("random-fid0.01k_full")).toMatchObject({ "real images": 24, "generated images": 10 });
  expect(protocolOf("random-fid0.01k")).toMatchObject({ "real images": 48, "generated images": 10 });
  // Every measurement of a run can be read as the reference's.
  for (const name of readdirSync(run).filter((one) => /^metric-.*\.jsonl$/.test(one)))
    expect(parseMetricLines(readFileSync(join(run, name), "utf8")).length).toBeGreaterThan(0);
  expect(readFileSync(join(run, "report.html"), "utf8")).toContain("random-pr0.01k3_full_precision");
});

it("gives the same again, and drops what is later than the step that a run goes on from", async () => {
  const before = readScores(run).length;
  const again = await measurePresets({ run, names: ["fid0.01k_full"], allowDownload: false });
  const scores = readScores(run).filter(({ metric, step }) => metric === "random-fid0.01k_full" && step === 2);
  expect(scores).toHaveLength(2);
  expect(scores[0].value).toBe(scores[1].value);
  expect(again).toMatchObject({ step: 2, values: { "random-fid0.01k_full": scores[0].value } });
  expect(readScores(run)).toHaveLength(before + 1);
});

const weights = join(import.meta.dirname, "../../../../../shared/weights/inception-v3-fid-768.safetensors");
it.skipIf(!existsSync(weights))(
  "names what weights of a shallower tap give by that tap",
  async () => {
    const notes: string[] = [];
    const { values } = await measurePresets(
      { run, names: ["fid0.004k_full", "is0.004k"], inception: weights },
      { onFact: (fact) => fact.kind === "note" && notes.push(fact.text) },
    );
    expect(Object.keys(values)).toEqual(["tap768-fid0.004k_full"]);
    expect(notes.join()).toMatch(/stands for 2048 features.*is0\.004k needs the classes/);
  },
  240_000,
);

it.each([
  [["--metrics", "fid50k_ful"], 'no metric "fid50k_ful"; did you mean "fid50k_full"?'],
  [["--metrics", "ppl2_wend"], "ppl2_wend compares images by LPIPS.*give --lpips FILE"],
  [["--metrics", "fid50k_full", "--lpips", "x.pth"], "--lpips belongs to path lengths"],
  [["--metrics", "ppl2_wend", "--lpips", "absent.pth"], "absent.pth"],
])("%j is refused before anything is written", async (args, message) => {
  expectSentence(await train(...args, "--out", at("none")), new RegExp(message.replaceAll("?", "\\?")));
  expectNothingIn(at("none"));
});
