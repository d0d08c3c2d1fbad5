import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "dataset-zip";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNothingIn, expectSentence, runQgan } from "./testing.ts";

// The first half of "Bad input", images and options: one clear sentence with what to do, code 2, and nothing half-written.

let folder = "";
let data = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const TINY = ["--preset", "tiny", "--steps", "2", "--snapshots", "1", "--backend", "wasm", "--no-metrics"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-bad-"));
  data = at("phantoms.zip");
  expect((await runQgan(["dataset", "--count", "24", "--size", "16", "--out", data])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const image = (height: number, width: number, channels: number): Uint8Array =>
  encodePng({ data: new Uint8Array(height * width * channels).fill(90), height, width, channels });

function makeImages(name: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(at(name), path, ".."), { recursive: true });
    writeFileSync(join(at(name), path), bytes);
  }
  return at(name);
}

describe("images", () => {
  const dataset = (source: string, ...more: string[]) => runQgan(["dataset", source, "--out", at("out", "made.zip"), ...more]);

  it("a folder without images", async () => {
    mkdirSync(at("empty"));
    expectSentence(await dataset(at("empty")), "there is no image");
    expectSentence(await dataset(makeImages("texts", { "a.txt": "x" })), "there is no image");
    expectSentence(await dataset(at("nowhere")), /nowhere/);
    expectNothingIn(at("out"));
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
    expectNothingIn(at("out"));
  });

  it("mixed sizes and mixed channels", async () => {
    expectSentence(
      await dataset(makeImages("sizes", { "a.png": image(16, 16, 3), "b.png": image(20, 16, 3) })),
      "all images must be of one shape",
    );
    expectSentence(await dataset(makeImages("grey", { "a.png": image(16, 16, 3), "b.png": image(16, 16, 1) })), /grey.*channels/);
    expectNothingIn(at("out"));
  });

  it("one image only, and a class without images", async () => {
    expectSentence(await dataset(makeImages("one", { "a.png": image(16, 16, 3) })), "one image only");
    const source = makeImages("classes", {
      "mel/a.png": image(16, 16, 3),
      "nv/b.png": image(16, 16, 3),
      "nv/c.png": image(16, 16, 3),
    });
    expectSentence(await dataset(source, "--classes", "mel,bcc"), /"?bcc"?/);
    expectNothingIn(at("out"));
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
    expectNothingIn(at("out"));
  });
});

it.each([
  [["--class", "nv"], 'no class "nv"; known: keratosis, melanoma, nevus'],
  [["--options", '{"numQbits":4}'], 'unknown option "numQbits"; did you mean "numQubits"?'],
  [["--preset", "demo"], 'no preset named "demo"'],
  [["--preset", "demo32"], "Make the dataset with `qgan dataset create --size 32`"],
  [["--aug", "adaptive"], 'no augmentation "adaptive"'],
  [["--aug", "ada"], "has none"],
  [["--backend", "webgl"], 'no backend "webgl"'],
  [["--batch", "0"], "an integer of at least 1"],
  [["--batch", "1"], "must be at least 2, for its batch normalisation"],
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
  expectNothingIn(at("out"));
});

it("an unknown model lists the known ones", async () => {
  expectSentence(
    await runQgan(["train", "hybrid", "--data", data, "--out", at("out"), ...TINY]),
    /no model named "hybrid"; .*known: dcgan, hybridq, hybridq-classical/,
  );
  expectNothingIn(at("out"));
});
