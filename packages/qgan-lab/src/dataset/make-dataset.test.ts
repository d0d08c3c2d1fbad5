import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "dataset-zip";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fact } from "../facts.ts";
import { openTrainingData } from "../run-folder/training-data.ts";
import { makeDataset } from "./make-dataset.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qgan-dataset-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("draws phantoms, marked as such, the same for a seed", async () => {
  const make = (name: string, seed: number) => makeDataset({ out: join(folder, name), count: 12, size: 16, seed });
  const made = await make("a.zip", 3);
  expect(made).toMatchObject({ count: 12, isPhantom: true, imageShape: [16, 16, 3] });
  expect(made.classes).toEqual(["nevus", "melanoma", "keratosis"].map((name) => ({ name, count: 4 })));
  expect((await make("b.zip", 3)).digest).toBe(made.digest);
  expect((await make("c.zip", 4)).digest).not.toBe(made.digest);
  await expect(makeDataset({ out: join(folder, "d.zip"), group: "lesion_id" })).rejects.toThrow(
    "group belongs to images that are read",
  );
  await expect(makeDataset({ out: join(folder, "d.zip"), classes: ["mel"] })).rejects.toThrow('no phantom class named "mel"');
});

it("reads a table with groups, and names what it leaves out", async () => {
  const rows = ["file,class,lesion"];
  for (let i = 0; i < 12; i++) {
    const image = encodePng({ data: new Uint8Array(20 * 20 * 3).fill(20 * i), height: 20, width: 20, channels: 3 });
    writeFileSync(join(folder, `${i}.png`), i === 5 ? image.slice(0, 200) : image);
    rows.push(`${i}.png,${i % 2 === 0 ? "mel" : "nv"},L${Math.floor(i / 4)}`);
  }
  writeFileSync(join(folder, "labels.csv"), rows.join("\n"));
  const facts: Fact[] = [];
  const made = await makeDataset(
    { source: folder, labels: join(folder, "labels.csv"), group: "lesion", size: 16, out: join(folder, "read.zip") },
    { onFact: (fact) => facts.push(fact) },
  );
  expect(made).toMatchObject({ count: 11, isPhantom: false, imageShape: [16, 16, 3] });
  expect(made.report?.rejected.map(({ path }) => path)).toEqual(["5.png"]);
  expect(facts.some((fact) => fact.kind === "note" && fact.text.startsWith("left out 5.png: "))).toBe(true);

  // No lesion stands on both sides of the split.
  const { dataset, train, heldOut } = await openTrainingData({ data: made.path, testFraction: 0.3, seed: 0 });
  const groups = dataset.groups as readonly string[];
  expect(train.length + heldOut.length).toBe(11);
  expect(train.filter((i) => heldOut.some((k) => groups[k] === groups[i]))).toEqual([]);
  await dataset.close();
});

it("stops without leaving a zip", async () => {
  const controller = new AbortController();
  controller.abort();
  const stopped = makeDataset({ out: join(folder, "stopped.zip"), count: 9, size: 16 }, { signal: controller.signal });
  await expect(stopped).rejects.toThrow("stopped");
  await expect(openTrainingData({ data: join(folder, "stopped.zip"), testFraction: 0, seed: 0 })).rejects.toThrow();
});
