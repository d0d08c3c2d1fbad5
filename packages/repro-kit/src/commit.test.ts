import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath, ppid } from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commitFolder, isPartial, removePartials, writeFileAtomic } from "./commit.ts";
import { UsageError } from "./errors.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "repro-kit-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("writeFileAtomic replaces a file and leaves nothing beside it", async () => {
  const path = join(folder, "deep", "file.txt");
  await writeFileAtomic(path, "old");
  await writeFileAtomic(path, new TextEncoder().encode("new"));
  expect(await readFile(path, "utf8")).toBe("new");
  expect(await readdir(join(folder, "deep"))).toEqual(["file.txt"]);
});

test("commitFolder shows all or nothing", async () => {
  const target = join(folder, "checkpoint");
  await expect(
    commitFolder(target, async (partial) => {
      await writeFile(join(partial, "a"), "1");
      throw new Error("killed");
    }),
  ).rejects.toThrow("killed");
  expect(await readdir(folder)).toEqual([]);
  await commitFolder(target, (partial) => writeFile(join(partial, "a"), "1"));
  expect(await readdir(folder)).toEqual(["checkpoint"]);
  await expect(commitFolder(target, async () => {})).rejects.toThrow("already exists");
});

test("a folder may hold folders", async () => {
  const target = join(folder, "deep");
  await commitFolder(target, async (partial) => {
    await mkdir(join(partial, "a", "b"), { recursive: true });
    await writeFile(join(partial, "a", "b", "c"), "1");
  });
  expect(await readFile(join(target, "a", "b", "c"), "utf8")).toBe("1");
});

test("removePartials clears what a kill left behind", async () => {
  await writeFile(join(folder, "whole"), "");
  await writeFile(join(folder, ".half.partial-abcdef"), "");
  expect(isPartial(".half.partial-abcdef")).toBe(true);
  expect(await removePartials(folder)).toEqual([".half.partial-abcdef"]);
  expect(await readdir(folder)).toEqual(["whole"]);
});

test("removePartials leaves what another writer has in hand", async () => {
  await commitFolder(join(folder, "slow"), async (partial) => {
    await writeFile(join(partial, "a"), "1");
    expect(await removePartials(folder)).toEqual([]);
    const { pid } = spawnSync(execPath, ["--version"]); // has ended
    await writeFile(join(folder, `.dead.partial-${pid}-abcdef`), "");
    await writeFile(join(folder, `.parent.partial-${ppid}-abcdef`), "");
    expect(await removePartials(folder)).toEqual([`.dead.partial-${pid}-abcdef`]);
  });
  expect(await readdir(join(folder, "slow"))).toEqual(["a"]);
});

test("a path through a file is the user's mistake, in one sentence", async () => {
  await writeFile(join(folder, "file"), "");
  const failure = await writeFileAtomic(join(folder, "file", "x"), "").catch((error: unknown) => error);
  expect(UsageError.isInstance(failure)).toBe(true);
  expect((failure as Error).message).toContain("a part of the path is a file, not a folder");
});

test.runIf(process.platform === "linux")("a full disk is said and leaves nothing", async () => {
  // /dev/full answers every write with ENOSPC; the message is checked through the same mapping.
  const failure = await commitFolder(join(folder, "run"), async () => {
    await writeFile("/dev/full", "x");
  }).catch((error: unknown) => error);
  expect((failure as Error).message).toContain("the disk is full");
  expect(await readdir(folder)).toEqual([]);
});
