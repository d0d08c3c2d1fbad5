import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const MAXIMUM_LINES = 60;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qgan-examples-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(readdirSync(join(root, "examples")))("example %s", (name) => {
  const program = join(root, "examples", name, "src", "main.ts");

  test(`has at most ${MAXIMUM_LINES} lines and a README`, () => {
    expect(readFileSync(program, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(MAXIMUM_LINES);
    expect(existsSync(join(root, "examples", name, "README.md"))).toBe(true);
  });

  test("runs with --tiny against the built packages", { timeout: 300_000 }, async () => {
    const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
    const tsconfig = join(root, "tsconfig.base.json"); // without the paths to the sources
    const out = join(folder, name);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [tsx, "--tsconfig", tsconfig, program, "--tiny", "--out", out],
      { cwd: folder },
    );
    expect(stdout).toContain("For research, not for diagnosis.");
    expect(readdirSync(out).length).toBeGreaterThan(0);
  });
});
