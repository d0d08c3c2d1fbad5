import { encodePng } from "dataset-zip";
import { openDatasetZipFile } from "dataset-zip/node";
import { checkOptions, createRng } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { countClasses } from "../run-folder/training-data.ts";

export interface ShowDatasetOptions {
  /** A dataset zip, ours or the reference tool's. */
  readonly data: string;
  /** A PNG to write: a sheet of images, a row a class. */
  readonly sheet?: string;
  /** Images in a row of the sheet. Default 12. */
  readonly columns?: number;
  /** Of the choice of images. Default 0. */
  readonly seed?: number;
}

export interface ShowDatasetResult {
  readonly count: number;
  readonly imageShape: readonly [number, number, number];
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly numGroups?: number;
  /** Images a part of each split that is saved in the zip. */
  readonly splits: readonly { readonly name: string; readonly parts: Readonly<Record<string, number>> }[];
  readonly digest: string;
  readonly provenance: unknown;
}

/** Says what a dataset zip holds, and draws a sheet of it. */
export async function showDataset(options: ShowDatasetOptions): Promise<ShowDatasetResult> {
  checkOptions("showDataset", options, ["data", "sheet", "columns", "seed"]);
  const { data, sheet, columns = 12, seed = 0 } = options;
  const dataset = await openDatasetZipFile(data);
  try {
    const { count, imageShape, classes, labels, groups, splits, digest, provenance } = dataset;
    if (sheet !== undefined) {
      const order = createRng(seed)
        .fork("sheet")
        .shuffle([...Array(count).keys()]);
      const rows = (
        labels ? classes.map((_, k) => order.filter((i) => labels[i] === k)) : [0, 1, 2, 3].map((k) => order.slice(k * columns))
      )
        .map((row) => row.slice(0, columns))
        .filter(({ length }) => length > 0);
      await writeFileAtomic(sheet, encodePng(await drawSheet(rows, imageShape, (i) => dataset.image(i))));
    }
    return {
      count,
      imageShape,
      classes: countClasses(dataset),
      ...(groups ? { numGroups: new Set(groups).size } : {}),
      splits: Object.entries(splits).map(([name, { split }]) => ({
        name,
        parts: Object.fromEntries(Object.entries(split.parts).map(([part, indices]) => [part, indices.length])),
      })),
      digest,
      provenance,
    };
  } finally {
    await dataset.close();
  }
}

const GAP = 2;

/** Images in rows, with white lines between. */
async function drawSheet(
  rows: readonly (readonly number[])[],
  [height, width, channels]: readonly [number, number, number],
  imageOf: (i: number) => Promise<Uint8Array>,
): Promise<{ data: Uint8Array; height: number; width: number; channels: number }> {
  const columns = Math.max(...rows.map(({ length }) => length));
  const sheetWidth = columns * (width + GAP) - GAP;
  const sheetHeight = rows.length * (height + GAP) - GAP;
  const data = new Uint8Array(sheetHeight * sheetWidth * channels).fill(255);
  for (const [r, row] of rows.entries())
    for (const [c, i] of row.entries()) {
      const pixels = await imageOf(i);
      for (let y = 0; y < height; y++) {
        const line = pixels.subarray(y * width * channels, (y + 1) * width * channels);
        data.set(line, ((r * (height + GAP) + y) * sheetWidth + c * (width + GAP)) * channels);
      }
    }
  return { data, height: sheetHeight, width: sheetWidth, channels };
}
