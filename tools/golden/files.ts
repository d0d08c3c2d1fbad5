import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { expect, UsageError } from "repro-kit";
import { readSafetensors, type WeightFile } from "tfjs-train";
import type { GoldenFile, GoldenFolder } from "./golden-kind.ts";

export interface FindFoldersOptions {
  /** A folder below the root, a key of a JSON file in the folder above, or "all". */
  readonly suite: string;
  readonly root: string;
  readonly shared: string;
}

/**
 * The folders of a suite, each with its files. A suite that has no folder of its own is looked for among the JSON files of
 * the folder above: a file of that name, or a file that holds the suite's name as a key.
 *
 * @throws UsageError if there is no such suite; the message lists what the root holds.
 */
export function findFolders({ suite, root, shared }: FindFoldersOptions): GoldenFolder[] {
  expect(isFolder(root), "golden", `there is no folder ${root}. Give one with --dir, or put shared/ beside the clone.`);
  const parts = suite === "all" ? [] : suite.split("/").filter((part) => part !== "");
  expect(!parts.includes(".."), "golden", `a suite is a path below the root; got "${suite}".`);
  const start = join(root, ...parts);
  const toFolder = (absolute: string, files: readonly GoldenFile[]): GoldenFolder => ({
    path: posix(root, absolute),
    files,
    root,
    shared,
  });

  if (isFolder(start)) {
    const folders = walk(start).map((absolute) => toFolder(absolute, filesOf(root, absolute)));
    // Numbers of a sub-suite may stand in the JSON of the folder above, under the sub-suite's name.
    const above = parts.length > 1 ? jsonAbove(root, start) : [];
    return above.length > 0 ? [...folders, toFolder(dirname(start), above)] : folders;
  }
  const above = parts.length > 0 && isFolder(dirname(start)) ? jsonAbove(root, start) : [];
  if (above.length === 0)
    throw new UsageError(`[golden] no suite "${suite}" under ${root}; known: ${listSuites(root).join(", ")}, all.`);
  return [toFolder(dirname(start), above)];
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
const posix = (root: string, absolute: string): string => relative(root, absolute).split(sep).join("/");

/** A folder and all below it, in name order. */
function walk(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
  return [folder, ...below.flatMap(walk)];
}

const listSuites = (root: string): string[] =>
  walk(root)
    .slice(1)
    .map((folder) => posix(root, folder))
    .filter((path) => path.split("/").length <= 2);

function filesOf(root: string, folder: string): GoldenFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => openFile(root, join(folder, name)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** JSON files of the folder above that belong to a suite: of its name, or holding it as a key. */
function jsonAbove(root: string, start: string): GoldenFile[] {
  const name = basename(start);
  return filesOf(root, dirname(start)).flatMap((file) => {
    if (!file.path.endsWith(".json")) return [];
    if (basename(file.path, ".json") === name) return [file];
    const { json } = file;
    return isRecord(json) && name in json ? [{ ...file, json: { [name]: json[name] }, tensors: undefined }] : [];
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function openFile(root: string, absolutePath: string): GoldenFile {
  let json: unknown;
  let tensors: WeightFile | undefined;
  return {
    path: posix(root, absolutePath),
    absolutePath,
    get json() {
      if (absolutePath.endsWith(".json")) json ??= JSON.parse(readFileSync(absolutePath, "utf8"));
      return json;
    },
    get tensors() {
      if (absolutePath.endsWith(".safetensors")) tensors ??= readSafetensors(readFileSync(absolutePath));
      return tensors;
    },
  };
}
