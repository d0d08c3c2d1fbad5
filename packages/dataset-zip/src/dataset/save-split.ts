import { checkOptions, createSplit, expect, type Split } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { openByteFile } from "../zip/byte-file.ts";
import type { ByteSource } from "../zip/byte-source.ts";
import { readZipDirectory, readZipEntry } from "../zip/zip-reader.ts";
import { createZipEncoder } from "../zip/zip-writer.ts";
import { DATASET_JSON, encodePythonJson } from "./dataset-json.ts";
import type { Json, JsonObject } from "./labelled-image.ts";
import { openDatasetZip } from "./open-dataset-zip.ts";
import { withStoredSplit } from "./stored-splits.ts";

export interface SaveSplitOptions {
  /** What the split is called in the zip, for example "default". */
  readonly name: string;
  readonly split: Split;
  /** How it was made: seed, fractions, what was kept together; plain JSON. */
  readonly how?: JsonObject;
  /** Replace a split of that name. Default false: refuse. */
  readonly overwrite?: boolean;
}

const SCOPE = "saveSplit";

/**
 * Writes a split into the provenance block of a dataset zip. Images stay as they are; the zip is written beside and renamed.
 *
 * @param path - A dataset zip, ours or the reference tool's.
 * @throws UsageError if it is no dataset zip, has a split of that name, or the split names images that it does not hold or tears
 *   a group apart.
 */
export async function saveSplit(path: string, options: SaveSplitOptions): Promise<void> {
  checkOptions(SCOPE, options, ["name", "split", "how", "overwrite"]);
  const { name, split, how = {}, overwrite = false } = options;
  expect(/^[\w.%-]{1,64}$/.test(name), SCOPE, `name must be 1 to 64 letters, digits or any of _ . % -; got "${name}".`);
  const source = await openByteFile(path);
  try {
    const { splits, count, groups } = await openDatasetZip(source);
    expect(overwrite || !(name in splits), SCOPE, `${path} has a split "${name}" already. Give another name, or overwrite it.`);
    const beyond = Object.values(split.parts)
      .flat()
      .find((index) => index >= count);
    expect(beyond === undefined, SCOPE, `the split names image ${beyond}; ${path} holds ${count}.`);
    createSplit(split.parts, groups ? { groupOf: (index) => groups[index] } : {}); // refuses to tear a group apart
    await writeFileAtomic(
      path,
      rewritten(source, (json) => ({
        ...json,
        provenance: withStoredSplit((json.provenance ?? null) as JsonObject | null, name, { split, how }), // opened above
      })),
    );
  } finally {
    await source.close();
  }
}

/** The bytes of a zip with the same entries in the same order and another dataset.json. */
async function* rewritten(source: ByteSource, change: (json: JsonObject) => Json): AsyncGenerator<Uint8Array> {
  const entries = await readZipDirectory(source);
  const zip = createZipEncoder();
  let json: JsonObject = { labels: null };
  for (const entry of entries) {
    const bytes = await readZipEntry(source, entry);
    if (entry.name === DATASET_JSON)
      json = JSON.parse(new TextDecoder().decode(bytes)) as JsonObject; // openDatasetZip has read it
    else yield* zip.entry(entry.name, bytes);
  }
  yield* zip.entry(DATASET_JSON, encodePythonJson(change(json)));
  yield* zip.end();
}
