import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readMetadata } from "./metadata-table.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qgan-metadata-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const table = (text: string): string => {
  const path = join(folder, "table.csv");
  writeFileSync(path, text);
  return path;
};
const names = { sources: ["train/mel/A1.jpg", "test/B2.png", null], groups: ["L1", "L2", "L3"] };

it("finds rows by file name without folder and ending, cells in quotes or not, and leaves null where nothing is known", async () => {
  const path = table('\ufefflesion,image,site,sex\r\nL9,B2,"back, upper",male\r\nL8,A1,"the ""big"" toe",\r\n');
  expect(await readMetadata(path, ["site", "sex"], names)).toEqual({
    site: ['the "big" toe', "back, upper", null],
    sex: [null, "male", null],
  });
});

it("else by group; few numbers stay as they are, many become bands", async () => {
  const few = table("id,age\nL1,31\nL2,44\nL3,\n");
  expect(await readMetadata(few, ["age"], names)).toEqual({ age: ["31", "44", null] });
  const groups = Array.from({ length: 20 }, (_, i) => `L${i}`);
  const many = table(`id,age\n${groups.map((id, i) => `${id},${30 + i}`).join("\n")}\n`);
  const { age } = await readMetadata(many, ["age"], { sources: groups.map(() => null), groups });
  expect([age[0], age[19]]).toEqual(["30–39", "40–49"]);
});

it("says what is missing", async () => {
  await expect(readMetadata(join(folder, "none.csv"), ["sex"], names)).rejects.toThrow(
    "cannot be read. Give a CSV file with a header.",
  );
  await expect(readMetadata(table("id,sex\nL1,f\n"), ["gender"], names)).rejects.toThrow('has no column "gender"');
  await expect(readMetadata(table("id,sex\nX,f\n"), ["sex"], names)).rejects.toThrow(
    "names the images of the dataset, by file or by group",
  );
});
