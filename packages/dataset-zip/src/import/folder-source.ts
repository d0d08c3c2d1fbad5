import { readFileSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { UsageError } from "repro-kit";
import { byCodeUnits, byFolders, type ImageSource, isHiddenPath } from "./image-source.ts";

/** All files below a folder; links are followed, once. */
export async function openFolder(folder: string): Promise<ImageSource> {
  const paths: string[] = [];
  await collect(folder, "", { paths, visited: new Set() });
  return {
    name: basename(resolve(folder)),
    folder: resolve(folder),
    paths: paths.sort(byFolders),
    async read(path) {
      try {
        return readFileSync(join(folder, ...path.split("/"))); // an asynchronous read costs three times as much processor time
      } catch (error) {
        const refusal = new UsageError(`[importImages] the file cannot be read (${(error as Error).message}).`);
        refusal.cause = error;
        throw refusal;
      }
    },
    close: async () => {},
  };
}

interface Collection {
  readonly paths: string[];
  /** Real paths of the folders seen, so that a link to a folder above does not go round for ever. */
  readonly visited: Set<string>;
}

async function collect(root: string, prefix: string, collection: Collection): Promise<void> {
  const here = join(root, ...prefix.split("/"));
  const real = await realpath(here);
  if (collection.visited.has(real)) return;
  collection.visited.add(real);
  const entries = await readdir(here, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => byCodeUnits(a.name, b.name))) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (isHiddenPath(entry.name)) continue;
    // A link that leads nowhere is no file.
    const kind = entry.isSymbolicLink() ? await stat(join(here, entry.name)).catch(() => undefined) : entry;
    if (kind?.isDirectory()) await collect(root, path, collection);
    else if (kind?.isFile()) collection.paths.push(path);
  }
}
