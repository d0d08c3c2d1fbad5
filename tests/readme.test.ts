import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const MAXIMUM_LINES = 15;
let folder = "";

/** Programs run where the packages' built files are found, as a user's program would find them. */
beforeAll(async () => {
  folder = await mkdtemp(join(root, "node_modules", ".readme-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The ```ts blocks of a page; one that is marked `ts continued` goes on where the block before it ended. */
async function programsOf(path: string): Promise<string[]> {
  const programs: string[] = [];
  for (const [, mark, text] of (await readFile(path, "utf8")).matchAll(/^```ts( continued)?\n([\s\S]*?)^```/gm))
    programs.push(mark ? `${programs.at(-1)}\n${text}` : text);
  return programs;
}

async function run(program: string, name: string): Promise<void> {
  const { code } = await transform(program, { loader: "ts", format: "esm", target: "es2022" });
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, code);
  await promisify(execFile)(process.execPath, [path], { cwd: tmpdir(), timeout: 120_000 });
}

describe.each(readdirSync(join(root, "packages")))("README of %s", (name) => {
  test(`begins with a program of at most ${MAXIMUM_LINES} lines, and every program on it runs`, {
    timeout: 300_000,
  }, async () => {
    const programs = await programsOf(join(root, "packages", name, "README.md"));
    expect(programs.length).toBeGreaterThan(0);
    expect(programs[0].trimEnd().split("\n").length).toBeLessThanOrEqual(MAXIMUM_LINES);
    for (const [i, program] of programs.entries()) await run(program, `${name}-${i}`);
  });
});

test("the programs of the front page run", { timeout: 300_000 }, async () => {
  const programs = await programsOf(join(root, "README.md"));
  expect(programs.length).toBeGreaterThanOrEqual(2);
  for (const [i, program] of programs.entries()) await run(program, `front-${i}`);
});
