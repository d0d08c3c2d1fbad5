import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodePng } from "dataset-zip";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectSentence, runQgan } from "../cli/testing.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
const explore = (...more: string[]) =>
  runQgan(["explore", "--real", at("a.zip"), "--fake", at("b.zip"), "--extractor", "random", "--out", at("map"), ...more]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-explore-"));
  for (const [name, seed] of [
    ["a", "1"],
    ["b", "2"],
  ])
    await runQgan(["dataset", "--count", "12", "--size", "16", "--seed", seed, "--out", at(`${name}.zip`)]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("writes a page that loads nothing and the files of TensorBoard's projector", async () => {
  const made = await explore("--json");
  expect(made.err).toBe("");
  expect(made.facts.at(-1)).toMatchObject({ numReal: 12, numGenerated: 12, extractor: "random-conv" });
  expect(readdirSync(at("map")).sort()).toEqual([
    "index.html",
    "metadata.tsv",
    "projector_config.pbtxt",
    "sprite.png",
    "tensors.tsv",
  ]);
  const lines = (name: string): string[] =>
    readFileSync(at(`map/${name}`), "utf8")
      .trimEnd()
      .split("\n");
  expect(lines("tensors.tsv")).toHaveLength(24);
  expect(lines("tensors.tsv").every((line) => line.split("\t").length === 64)).toBe(true);
  expect(lines("metadata.tsv")).toHaveLength(25);
  expect(lines("metadata.tsv")[1]).toMatch(/^0\treal\t(nevus|melanoma|keratosis)\timage 0$/);
  const sprite = decodePng(readFileSync(at("map/sprite.png")));
  expect([sprite.height, sprite.width]).toEqual([5 * 64, 5 * 64]);
  expect(readFileSync(at("map/projector_config.pbtxt"), "utf8")).toContain("single_image_dim: 64");
  const page = readFileSync(at("map/index.html"), "utf8");
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
  const points = JSON.parse(/data-points>(.*?)<\/script>/s.exec(page)?.[1] ?? "") as {
    items: [number, string, string, number, number][];
    maps: Record<string, number[]>;
  };
  expect(points.items).toHaveLength(24);
  for (const map of Object.values(points.maps)) expect(map).toHaveLength(48);
  expect(Object.keys(points.maps)).toEqual(["UMAP", "PCA"]);
  for (const [i, [kind, , , nearest]] of points.items.entries()) {
    expect(kind).toBe(i < 12 ? 0 : 1);
    expect(nearest < 12).toBe(kind === 1); // of the other kind
  }
  // The same call draws the same page.
  rmSync(at("map"), { recursive: true });
  expect((await explore()).code).toBe(0);
  expect(readFileSync(at("map/index.html"), "utf8")).toBe(page);
});

it("refuses what it cannot map in one sentence, and says with --dry-run what it would do", async () => {
  expectSentence(await explore(), /map/); // the folder of the test before
  expectSentence(
    await runQgan(["explore", "--real", at("a.zip")]),
    "give real images with --real and generated ones with --fake",
  );
  expectSentence(await explore("--extractor", "vgg"), 'no extractor "vgg"; known: inception, random');
  expectSentence(await explore("--min-distance", "2"), "a number from 0 to 1");
  expectSentence(
    await runQgan(["explore", "--real", at("nowhere.zip"), "--fake", at("b.zip"), "--extractor", "random", "--out", at("no")]),
    /nowhere\.zip does not exist/,
  );
  expect(existsSync(at("no"))).toBe(false);
  const { out } = await runQgan(["explore", "--real", at("a.zip"), "--fake", at("b.zip"), "--dry-run"]);
  expect(out).toMatch(/^Would map up to 300 images each/);
});
