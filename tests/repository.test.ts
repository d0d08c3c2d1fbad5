import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "");
const KILOBYTE = 1000;

test("the lock file holds no download address", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { resolved?: string }>;
  };
  const addresses = Object.values(packages).filter(({ resolved }) => resolved?.includes("://"));
  expect(addresses).toEqual([]);
});

test("npx qgan is there as soon as the clone is installed, before anything is built", () => {
  const links = readdirSync(join(root, "node_modules", ".bin"));
  expect(links).toContain("qgan");
  expect(links).toContain("tfjs-train-native");
});

test("no tracked file is over 300 kB, but for the lock file and the pictures that a README shows", () => {
  const large = tracked.filter((path) => statSync(join(root, path)).size > 300 * KILOBYTE);
  expect(large.filter((path) => path !== "package-lock.json" && !/^docs\/pictures\/[\w-]+\.png$/.test(path))).toEqual([]);
});

test("no source file is over 400 lines", () => {
  const long = tracked.filter(
    (path) => /\.(ts|mjs)$/.test(path) && readFileSync(join(root, path), "utf8").split("\n").length > 400,
  );
  expect(long).toEqual([]);
});

test("no file is called after nothing in particular", () => {
  expect(tracked.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\.\w+)*(\/|$)/.test(path))).toEqual([]);
});

test("documentation links to files, and names files, that are there", () => {
  const documents = tracked.filter((path) => path.endsWith(".md") && !/(^\.changeset\/|CHANGELOG)/.test(path));
  const missing = documents.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const links = [...text.matchAll(/\]\(([^)#\s:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target);
    const files = [...text.matchAll(/(?<![\w/.-])(?:src|packages|tools|scripts|tests)\/[\w./-]+\.(?:ts|mjs|py)\b/g)].map(
      ([file]) => file,
    );
    const isThere = (target: string): boolean => [dirname(path), "."].some((from) => existsSync(join(root, from, target)));
    return [...links, ...files].filter((target) => !isThere(target)).map((target) => `${path}: ${target}`);
  });
  expect(missing).toEqual([]);
});
