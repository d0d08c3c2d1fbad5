import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encodePng } from "dataset-zip";
import { openDatasetZipFile } from "dataset-zip/node";
import { checkOptions, expect, listKnown } from "repro-kit";
import { commitFolder } from "repro-kit/node";
import type { LabHooks } from "../facts.ts";

export interface ExtractDatasetOptions {
  /** A dataset zip, ours or the reference tool's. */
  readonly data: string;
  /** The folder to make; it must not exist yet. */
  readonly out: string;
  /** Name of a split saved in the zip: a folder a part. */
  readonly split?: string;
}

/**
 * Unpacks a dataset zip into PNG files in class folders, with labels.csv (file, class, group); with `split` a folder a part
 * above them. The folder appears whole or not at all.
 *
 * @returns Number of images written.
 * @throws UsageError if the folder exists, or the zip has no such split.
 */
export async function extractDataset(
  options: ExtractDatasetOptions,
  { onFact, signal }: LabHooks = {},
): Promise<{ readonly path: string; readonly count: number }> {
  checkOptions("extractDataset", options, ["data", "out", "split"]);
  const { data, out } = options;
  const dataset = await openDatasetZipFile(data);
  try {
    const { count, imageShape, classes, labels, labelVectors, groups, splits } = dataset;
    const [height, width, channels] = imageShape;
    const names = Object.keys(splits);
    const stored = options.split === undefined ? undefined : splits[options.split];
    expect(options.split === undefined || stored, "extractDataset", () =>
      names.length === 0
        ? `${data} has no split. Make one with \`qgan dataset split\`.`
        : `${data} has no split "${options.split}"; ${listKnown(options.split ?? "", names)}`,
    );
    const partOf = new Map(Object.entries(stored?.split.parts ?? {}).flatMap(([part, indices]) => indices.map((i) => [i, part])));
    const chosen = stored ? [...partOf.keys()].sort((a, b) => a - b) : [...Array(count).keys()];
    const digits = String(count - 1).length;
    await commitFolder(out, async (folder) => {
      const rows = [["file", "class", ...(groups ? ["group"] : [])]];
      for (const [k, i] of chosen.entries()) {
        expect(!signal?.aborted, "extractDataset", "stopped; nothing was written.");
        const className = labels ? classes[labels[i]] : undefined;
        const file = [partOf.get(i), className && safeName(className), `${String(i).padStart(digits, "0")}.png`]
          .filter((part) => part !== undefined)
          .join("/");
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), encodePng({ data: await dataset.image(i), height, width, channels }));
        rows.push([file, className ?? labelVectors?.[i].join(" ") ?? "", ...(groups ? [groups[i]] : [])]);
        onFact?.({
          kind: "progress",
          part: "Writing images",
          unit: "image",
          done: k + 1,
          total: chosen.length,
          fraction: (k + 1) / chosen.length,
        });
      }
      if (labels || groups)
        await writeFile(join(folder, "labels.csv"), `${rows.map((row) => row.map(csvField).join(",")).join("\n")}\n`);
    });
    return { path: out, count: chosen.length };
  } finally {
    await dataset.close();
  }
}

/** A class's name as the name of a folder. */
const safeName = (name: string): string => name.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "_") || "_";

const csvField = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
