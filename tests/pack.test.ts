import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const names = readdirSync(join(root, "packages"));
let folder = "";

/** npm is a shell script on Windows, and only there. */
const npm = (args: string[], options: ExecFileSyncOptions) =>
  execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", args, {
    shell: process.platform === "win32",
    encoding: "utf8",
    ...options,
  }) as string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qgan-pack-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the packed packages install into an empty folder, type-check a consumer without skipLibCheck, and run", {
  timeout: 600_000,
}, () => {
  const tarballs = JSON.parse(
    npm(["pack", "--json", "--pack-destination", folder, ...names.flatMap((name) => ["--workspace", name])], { cwd: root }),
  ) as readonly { name: string; filename: string; files: readonly { path: string }[] }[];
  expect(tarballs.map(({ name }) => name).sort()).toEqual([...names].sort());
  for (const { name, files } of tarballs) {
    const paths = files.map(({ path }) => path);
    expect(paths, name).toContain("README.md");
    expect(paths, name).toContain("LICENSE");
    expect(paths, name).toContain("dist/index.d.ts");
    expect(
      paths.filter((path) => path.startsWith("src/") || path.includes(".test.")),
      name,
    ).toEqual([]);
  }

  const consumer = join(folder, "consumer");
  mkdirSync(consumer);
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const dependencies = {
    ...Object.fromEntries(tarballs.map(({ name, filename }) => [name, `file:${join(folder, filename)}`])),
    "@tensorflow/tfjs-core": devDependencies["@tensorflow/tfjs-core"],
    "@types/node": devDependencies["@types/node"],
    typescript: devDependencies.typescript,
  };
  // The packages name each other by version; overrides point those names at the tarballs.
  const overrides = Object.fromEntries(tarballs.map(({ name }) => [name, `$${name}`]));
  writeFileSync(
    join(consumer, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies, overrides }),
  );
  writeFileSync(join(consumer, "main.ts"), readFileSync(join(import.meta.dirname, "__fixtures__", "consumer.ts")));
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    lib: ["ES2023", "DOM", "DOM.Iterable"],
    strict: true,
    skipLibCheck: false,
    outDir: "out",
  };
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  npm(["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", "--prefer-offline"], { cwd: consumer });
  const tsc = join(consumer, "node_modules", "typescript", "bin", "tsc");
  expect(run([tsc, "-p", consumer], consumer)).toBe("");
  expect(run([join(consumer, "out", "main.js")], consumer)).toContain("consumer: all packages answer");
  expect(run([join(consumer, "node_modules", "qgan-lab", "bin", "qgan.mjs"), "--help"], consumer)).toContain(
    "Begin with `qgan demo`",
  );
});

function run(args: string[], cwd: string): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${args.join(" ")}\n${stdout}\n${stderr}`);
  }
}
