import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodePng } from "dataset-zip";
import { openDatasetZipFile } from "dataset-zip/node";
import { readNpz } from "tfjs-train";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectNothingIn, expectSentence, runQgan } from "../cli/testing.ts";

let folder = "";
let run = "";
const at = (name: string): string => join(folder, name);
const TINY = ["--batch", "4", "--steps", "2", "--snapshots", "1", "--no-metrics", "--backend", "wasm"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-styles-"));
  expect((await runQgan(["dataset", "--count", "24", "--size", "16", "--out", at("phantoms.zip")])).code).toBe(0);
  const options = JSON.stringify({ imageSize: 16, channelBase: 64 });
  const args = ["train", "stylegan2", "--data", at("phantoms.zip"), "--cond", "1", "--preset", "tiny", "--options", options];
  const trained = await runQgan([...args, "--out", at("runs"), "--json", ...TINY]);
  if (trained.code !== 0) throw new Error(trained.err);
  run = at(join("runs", readdirSync(at("runs"))[0]));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string) => readFileSync(at(path));

it("generates by class, truncation and noise; a seed's image is its own", async () => {
  const drawn = await runQgan(["generate", "--run", run, "--class", "all", "--seeds", "0-2", "--out", at("all.zip"), "--json"]);
  expect(drawn.err).toBe("");
  const zip = await openDatasetZipFile(at("all.zip"));
  expect([...(zip.labels ?? [])]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
  expect(zip.classes).toEqual(["nevus", "melanoma", "keratosis"]);
  const fifth = await zip.image(4);
  await zip.close();
  const one = ["generate", "--run", run, "--class", "melanoma", "--seeds", "1"];
  expect((await runQgan([...one, "--out", at("one"), "--save-styles"])).code).toBe(0);
  expect([...decodePng(read("one/seed000001-melanoma.png")).data]).toEqual([...fifth]);
  expect(read("one/model-card.md").toString()).toContain("| classes | melanoma |");
  for (const [name, more] of Object.entries({
    psi: ["--trunc", "0.2"],
    none: ["--noise-mode", "none"],
    cut: ["--trunc", "0.2", "--cutoff", "1"],
  }))
    expect((await runQgan([...one, ...more, "--out", at(name)])).code).toBe(0);
  expect(read("psi/seed000001-melanoma.png").equals(read("one/seed000001-melanoma.png"))).toBe(false);
  expect(read("psi/model-card.md").toString()).toContain("| truncation | psi 0.2 |");
  expect(read("cut/seed000001-melanoma.png").equals(read("psi/seed000001-melanoma.png"))).toBe(false);
  // The styles of an image draw it again.
  const again = await runQgan(["generate", "--run", run, "--projected-w", at("one/styles.npz"), "--out", at("again")]);
  expect(again.code).toBe(0);
  expect(read("again/proj00.png").equals(read("one/seed000001-melanoma.png"))).toBe(true);
}, 120_000);

it("mixes styles in a grid whose first row and column are the seeds themselves", async () => {
  const args = ["style-mix", "--run", run, "--class", "0", "--rows", "1,2", "--cols", "3-5", "--col-styles", "0-1"];
  const mixed = await runQgan([...args, "--out", at("mixed"), "--json"]);
  expect(mixed.err).toBe("");
  expect(mixed.facts.at(-1)).toMatchObject({ kind: "result", count: 5 + 6 });
  const grid = decodePng(read("mixed/grid.png"));
  expect([grid.height, grid.width]).toEqual([3 * 18 - 2, 4 * 18 - 2]);
  await runQgan(["generate", "--run", run, "--class", "0", "--seeds", "2", "--out", at("row")]);
  expect(read("mixed/2-2.png").equals(read("row/seed000002-nevus.png"))).toBe(true);
  const all = await runQgan([...args.slice(0, -2), "--col-styles", "0-5", "--out", at("whole")]);
  expect(all.code).toBe(0);
  expect(read("whole/1-3.png").equals(read("mixed/3-3.png"))).toBe(true);
  const coarse = await runQgan([...args.slice(0, -2), "--out", at("coarse"), "--json"]);
  expect(coarse.facts.at(-1)).toMatchObject({ columnStyles: [0, 1, 2] }); // half of the network's six
});

it("interpolates in w and z, closed and open, with an animation that plays for ever", async () => {
  const args = ["interpolate", "--run", run, "--class", "0", "--seeds", "1,7,3", "--frames", "4"];
  for (const [name, more, frames] of [
    ["w", ["--animation", "gif"], 12],
    ["z", ["--space", "z", "--no-loop"], 9],
  ] as const) {
    const made = await runQgan([...args, ...more, "--out", at(`walk-${name}`), "--json"]);
    expect(made.err).toBe("");
    expect(made.facts.at(-1)).toMatchObject({ count: frames });
    const { default: sharp } = await import("sharp");
    const file = name === "w" ? "interpolation.gif" : "interpolation.webp";
    const { pages, loop, height } = await sharp(read(`walk-${name}/${file}`)).metadata();
    expect({ pages, loop, height }).toEqual({ pages: frames, loop: 0, height: 256 });
  }
  await runQgan(["generate", "--run", run, "--class", "0", "--seeds", "7", "--out", at("seven")]);
  for (const name of ["w", "z"])
    expect(read(`walk-${name}/frame00004.png`).equals(read("seven/seed000007-nevus.png"))).toBe(true);
  const morph = await runQgan([
    ...args.slice(0, 3),
    "--class",
    "0,1",
    "--seeds",
    "5,5",
    "--frames",
    "2",
    "--animation",
    "none",
    "--out",
    at("morph"),
  ]);
  expect(morph.err).not.toContain("[");
  expect(readdirSync(at("morph"))).toHaveLength(4 + 1);
}, 60_000);

it.each([
  [["generate"], "give a run folder with --run, or"],
  [["generate", "--run", "RUN", "--network", "a.pkl"], "give a run folder with --run, or"],
  [["generate", "--run", "RUN"], "is conditional: choose a class with --class, 0 to 2 (nevus, melanoma, keratosis), or all."],
  [["generate", "--run", "RUN", "--class", "3"], "class 3 is not among the 3 of"],
  [["generate", "--run", "RUN", "--class", "nevis"], 'no class "nevis"; did you mean "nevus"?'],
  [["generate", "--run", "RUN", "--class", "0", "--noise-mode", "loud"], 'no noise mode "loud"'],
  [["generate", "--network", "BROKEN"], "BROKEN"],
  [["generate", "--network", "absent.pkl"], "absent.pkl: it does not exist"],
  [["generate", "--network", "https://"], '"https://" is no address'],
  [["generate", "--run", "RUN", "--projected-w", "NPZ"], "this network takes [count, 6, 4]. Project with the same network."],
  [["generate", "--run", "RUN", "--projected-w", "NPZ", "--seeds", "1"], "--seeds does not go with --projected-w"],
  [["style-mix", "--run", "RUN", "--class", "0", "--col-styles", "6"], "the network has styles 0 to 5; --col-styles asks for 6"],
  [["interpolate", "--run", "RUN", "--class", "0", "--seeds", "1"], "at least 2 seeds"],
  [["interpolate", "--run", "RUN", "--class", "0", "--seeds", "1,2", "--frames", "10001"], "at most 20 000 are"],
  [["interpolate", "--run", "RUN", "--class", "0,1,2", "--seeds", "1,2"], "one for each of the 2 seeds"],
])("%j is refused in one sentence, and nothing is written", async (args, message) => {
  writeFileSync(at("BROKEN"), "no pickle");
  const { writeNpz } = await import("tfjs-train");
  writeFileSync(at("NPZ"), writeNpz({ w: { dtype: "F32", shape: [1, 3, 4], data: new Float32Array(12) } }));
  const given = args.map((arg) => ({ RUN: run, BROKEN: at("BROKEN"), NPZ: at("NPZ") })[arg] ?? arg);
  const output = await runQgan([...given, "--out", at("refused")]);
  expect(output.err).toContain(message);
  expectSentence(output, "[");
  expect(existsSync(at("refused"))).toBe(false);
});

it("stopped by Ctrl-C, nothing is written", async () => {
  const signal = AbortSignal.abort();
  for (const command of ["generate", "style-mix", "interpolate"]) {
    const { code, err } = await runQgan([command, "--run", run, "--class", "0", "--out", at("stopped")], { signal });
    expect(code).toBe(130);
    expect(err).toContain("stopped; nothing was written.");
    expect(existsSync(at("stopped"))).toBe(false);
  }
});

it("--dry-run says what would be done and writes nothing", async () => {
  for (const [command, ...more] of [["generate"], ["style-mix"], ["interpolate"]]) {
    const { code, out } = await runQgan([command, "--run", run, ...more, "--dry-run", "--out", at("dry")]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Would (draw|mix) .*checkpoint/);
  }
  expectNothingIn(at("dry"));
});

const pickle = join(import.meta.dirname, "../../../../../shared/golden/stylegan2/pickle/uncond_ada.pkl");
it.skipIf(!existsSync(pickle))("draws the reference's own images from its snapshot", async () => {
  const drawn = await runQgan([
    "generate",
    "--network",
    pickle,
    "--seeds",
    "0-2",
    "--trunc",
    "0.7",
    "--save-styles",
    "--out",
    at("pkl"),
  ]);
  expect(drawn.code).toBe(0);
  const golden = join(pickle, "../../projector/cli_generate/seed0001.png");
  const difference = decodePng(read("pkl/seed000001.png")).data.map((value, i) =>
    Math.abs(value - decodePng(readFileSync(golden)).data[i]),
  );
  expect(Math.max(...difference)).toBeLessThanOrEqual(1);
  expect((await readNpz(read("pkl/styles.npz"))).tensors.w.shape).toEqual([3, 6, 32]);
});
