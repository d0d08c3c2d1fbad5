import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Entries that a browser may import: everything but `./node`; qgan-lab is a command line. */
const entries = readdirSync(join(root, "packages"))
  .filter((name) => name !== "qgan-lab")
  .flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    return Object.keys(exports)
      .filter((entry) => entry !== "./node" && entry !== "./package.json")
      .map((entry) => `${name}${entry.slice(1)}`);
  });

describe.each(entries)("%s", (entry) => {
  test("bundles for a browser without a node: import", async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: `export * from ${JSON.stringify(entry)};`, resolveDir: root, loader: "js" },
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      logLevel: "silent",
      tsconfigRaw: {}, // what users get: dist, not the source that tsconfig.json points at
    });
    const external = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(external).toEqual([]);
    expect(outputFiles[0].text).not.toMatch(/\bfrom\s*["']node:|\bimport\(\s*["']node:|\brequire\(\s*["']node:/);
    const inputs = Object.keys(metafile.inputs).filter((path) => path.includes("node_modules/tfjs-node"));
    expect(inputs).toEqual([]);
  });
});
