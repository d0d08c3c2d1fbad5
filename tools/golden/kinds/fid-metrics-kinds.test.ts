import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFolders } from "../files.ts";
import type { GoldenKind } from "../golden-kind.ts";
import { inception } from "./inception.ts";
import { metrics } from "./metrics.ts";
import { realImages } from "./real.ts";

const shared = join(import.meta.dirname, "../../../../shared");
const golden = join(shared, "golden");
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "golden-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function casesOf(kind: GoldenKind, suite: string): { names: string[]; files: string[] } {
  const matches = findFolders({ suite, root, shared }).flatMap((folder) => kind.find(folder));
  return {
    names: matches.flatMap(({ cases }) => cases.map(({ name }) => name)),
    files: [...new Set(matches.flatMap(({ files }) => files.map(({ path }) => path)))].sort(),
  };
}

function copy(folder: string, names: Readonly<Record<string, string>>): void {
  for (const [from, to] of Object.entries(names)) cpSync(join(golden, folder, from), join(root, folder, to), { recursive: true });
}

describe.skipIf(!existsSync(golden))("cases are recognised by their fields under other file names", () => {
  test("metrics", () => {
    copy("eval/metrics", { "metrics.json": "a.json", "features.safetensors": "b.safetensors" });
    const { names, files } = casesOf(metrics, "eval/metrics");
    expect(files).toEqual(["eval/metrics/a.json", "eval/metrics/b.safetensors"]);
    expect(names).toContain("d192 fid");
    expect(names).toContain("edge nan_feature");
    expect(casesOf(inception, "eval/metrics").names).toEqual([]);
    expect(casesOf(realImages, "eval/metrics").names).toEqual([]);
  });
  test("inception", () => {
    copy("eval/inception", { "weights_manifest.json": "w.json", "act_64.safetensors": "other.safetensors" });
    const { names, files } = casesOf(inception, "eval/inception");
    expect(files).toEqual(["eval/inception/other.safetensors", "eval/inception/w.json"]);
    expect(names).toContain("pytorchfid, 2 images of 64×64");
    expect(names).toHaveLength(6);
  });
  test("real", () => {
    copy("real", { "skin-fid.json": "pairs.json", "skin-train-mel-first8.safetensors": "some.safetensors" });
    const { names, files } = casesOf(realImages, "real");
    expect(files).toEqual(["real/pairs.json", "real/some.safetensors"]);
    expect(names).toHaveLength(10);
    expect(casesOf(metrics, "real").names).toEqual([]);
  });
});
