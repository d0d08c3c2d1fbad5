import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** What each package may import: the table of docs/ARCHITECTURE.md. Arrows point down only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "repro-kit": [],
  "array-kernels": ["repro-kit"],
  "tfjs-train": [
    "repro-kit",
    "array-kernels",
    "@tensorflow/tfjs-core",
    "@tensorflow/tfjs-backend-cpu",
    "@tensorflow/tfjs-backend-wasm",
  ],
  "quantum-sim": ["repro-kit", "array-kernels", "@tensorflow/tfjs-core"],
  "dataset-zip": ["repro-kit", "array-kernels", "bmp-ts", "dcmjs-imaging", "fflate", "sharp", "tar", "yauzl"],
  "ada-augment": ["repro-kit", "array-kernels", "tfjs-train", "@tensorflow/tfjs-core"],
  "fid-metrics": ["repro-kit", "array-kernels", "tfjs-train", "@tensorflow/tfjs-core"],
  "classifier-eval": ["repro-kit", "array-kernels", "tfjs-train", "@tensorflow/tfjs-core"],
  "qgan-core": ["repro-kit", "array-kernels", "tfjs-train", "quantum-sim", "dataset-zip", "ada-augment", "@tensorflow/tfjs-core"],
  "qgan-lab": ["*"],
};
const OPTIONAL = new Set(["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"]);

const root = import.meta.dirname;
const packagesFolder = join(root, "packages");
const names = readdirSync(packagesFolder);
const ours = Object.keys(MAY_IMPORT);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" || entry.name === "__fixtures__" ? [] : sources(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** Module names in static and dynamic imports and re-exports. */
const importsOf = (path: string): string[] =>
  ts.preProcessFile(readFileSync(path, "utf8")).importedFiles.map(({ fileName }) => fileName);

/** Tests and what only tests import. */
const isTest = (path: string): boolean => /\.test\.ts$|[\\/]testing(\.ts$|[\\/])/.test(path);

/** "@scope/name/sub" → "@scope/name". */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

test("the packages are those of the table", () => {
  expect([...names].sort()).toEqual([...ours].sort());
});

describe.each(names)("%s", (name) => {
  const manifest = JSON.parse(readFileSync(join(packagesFolder, name, "package.json"), "utf8"));
  const allowed = MAY_IMPORT[name];
  const mayImport = (other: string) =>
    allowed.includes(other) || OPTIONAL.has(other) || (allowed.includes("*") && other !== name);
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };

  test("declares only what the table allows", () => {
    expect(Object.keys(declared).filter((other) => !mayImport(other))).toEqual([]);
  });

  test("imports only what it declares, and nothing of node: outside its node side", () => {
    const wrong: string[] = [];
    for (const path of sources(join(packagesFolder, name, "src"))) {
      if (isTest(path)) continue;
      for (const specifier of importsOf(path)) {
        if (specifier.startsWith(".") || specifier.startsWith("node:")) continue;
        if (!(packageOf(specifier) in declared)) wrong.push(`${relative(root, path)} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("nothing imports the examples, and relative imports stay inside the package", () => {
    const folder = join(packagesFolder, name, "src");
    const wrong = sources(folder).flatMap((path) =>
      importsOf(path)
        .filter(
          (specifier) =>
            specifier.startsWith(".") &&
            !specifier.endsWith("/package.json") &&
            relative(folder, join(path, "..", specifier)).startsWith(".."),
        )
        .map((specifier) => `${relative(root, path)} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test("has no import that runs something, and says so", () => {
    expect(manifest.sideEffects).toBe(false);
    const bare = sources(join(packagesFolder, name, "src"))
      .filter((path) => !isTest(path))
      .filter((path) => /^\s*import\s+["']/m.test(readFileSync(path, "utf8")))
      .map((path) => relative(root, path));
    expect(bare).toEqual([]);
  });
});
