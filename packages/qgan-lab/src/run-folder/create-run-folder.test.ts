import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UsageError } from "repro-kit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRunFolder, listRunFolders } from "./create-run-folder.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "qgan-run-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("numbers the runs", async () => {
  const out = join(folder, "deep", "runs");
  expect(basename(await createRunFolder(out, "hybridq mel/nv"))).toBe("00000-hybridq-mel-nv");
  await mkdir(join(out, "00041-other"));
  await writeFile(join(out, "notes.txt"), "");
  expect(basename(await createRunFolder(out, "x"))).toBe("00042-x");
  expect((await listRunFolders(out)).map((path) => basename(path))).toEqual(["00000-hybridq-mel-nv", "00041-other", "00042-x"]);
  expect(await listRunFolders(join(folder, "nowhere"))).toEqual([]);
});

it("gives no number twice, however many begin at once", async () => {
  const paths = await Promise.all(Array.from({ length: 24 }, (_, i) => createRunFolder(folder, `run${i}`)));
  const numbers = paths.map((path) => basename(path).slice(0, 5));
  expect(new Set(numbers).size).toBe(24);
});

it("steps over a number that a killed process had claimed", async () => {
  await writeFile(join(folder, ".claim-00000"), "");
  expect(basename(await createRunFolder(folder, "x"))).toBe("00001-x");
});

it("says in one sentence why a folder cannot be written", async () => {
  await writeFile(join(folder, "file"), "");
  for (const out of [join(folder, "file"), join(folder, "file", "runs")]) {
    const failure = await createRunFolder(out, "x").catch((error: unknown) => error);
    expect(UsageError.isInstance(failure)).toBe(true);
    expect((failure as Error).message).toMatch(/^\[run folder\] cannot write into .*\. Choose another folder with --out\.$/);
  }
});
