import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { imagesOfStyles, stylesOfLatents } from "qgan-core";
import { checkOptions, expect } from "repro-kit";
import { commitFolder } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { makeImageGrid } from "../run-folder/image-grid.ts";
import { formatModelCard } from "../run-folder/model-card.ts";
import { listVersions } from "../run-folder/versions.ts";
import { formatSeeds } from "./format-seeds.ts";
import { backendOf, type GeneratorChoice, labelsOfClasses, openGenerator, requireStyles } from "./open-generator.ts";
import { createWorkProgress } from "./work-progress.ts";

export interface MixStylesOptions extends GeneratorChoice {
  /** Seeds whose images give the shape. */
  readonly rows: readonly number[];
  /** Seeds whose styles are put in. */
  readonly columns: readonly number[];
  /** Which styles come from the columns, counted from 0. Default 0 to 6, of networks below 256 pixels the first half. */
  readonly columnStyles?: readonly number[];
  readonly class?: string;
  readonly truncation?: number;
  readonly noise?: "const" | "none" | "random";
  /** A new folder: a PNG for every cell and grid.png. */
  readonly out: string;
  readonly backend?: string;
}

export interface MixStylesResult {
  readonly out: string;
  readonly grid: string;
  readonly count: number;
  readonly digest: string;
  readonly columnStyles: readonly number[];
}

const KNOWN = [
  "run",
  "checkpoint",
  "network",
  "rows",
  "columns",
  "columnStyles",
  "class",
  "truncation",
  "noise",
  "out",
  "backend",
];
const SCOPE = "style-mix";
/** Seven as in the reference, and half of the styles of small networks, of which seven would leave the rows no say. */
const coarseStyles = (numStyles: number): number => Math.min(7, Math.floor(numStyles / 2));

/**
 * A grid of images that take some styles from the column's seed and the rest from the row's; the first row and column show the seeds
 * themselves.
 *
 * @throws UsageError as `generateImages`, and for a style that the network does not have.
 * @see Karras et al. 2018, arXiv:1812.04948, Sec. 3.1 and Fig. 3.
 */
export async function mixStyles(options: MixStylesOptions, hooks: LabHooks = {}): Promise<MixStylesResult> {
  checkOptions("mixStyles", options, KNOWN);
  const { rows, columns, truncation = 1, noise = "const", out, backend } = options;
  expect(rows.length > 0 && columns.length > 0, SCOPE, "give at least one seed with --rows and one with --cols.");
  await ready({ backend: (backend ?? (await backendOf(options))) as BackendName | "auto" }); // `ready` checks the name
  const opened = await openGenerator(SCOPE, options, hooks);
  try {
    const { network, params } = requireStyles(SCOPE, opened);
    const { numStyles } = network.synthesis;
    const { styleSize } = network;
    const columnStyles = options.columnStyles ?? Array.from({ length: coarseStyles(numStyles) }, (_, i) => i);
    const wrong = columnStyles.find((style) => style >= numStyles);
    expect(wrong === undefined, SCOPE, `the network has styles 0 to ${numStyles - 1}; --col-styles asks for ${wrong}.`);
    const labels = labelsOfClasses(SCOPE, opened, options.class);
    expect(labels.length <= 1, SCOPE, "give one class with --class.");
    const seeds = [...new Set([...rows, ...columns])];
    const size = numStyles * styleSize;
    const all = await stylesOfLatents(network, params, opened.latents(seeds), {
      ...(labels.length > 0 ? { labels: seeds.map(() => labels[0]) } : {}),
      truncation: { psi: truncation },
    });
    const stylesOf = (seed: number): Float32Array => all.slice(seeds.indexOf(seed) * size, (seeds.indexOf(seed) + 1) * size);
    const cells: { readonly name: string; readonly styles: Float32Array; readonly seed: number }[] = [
      ...seeds.map((seed) => ({ name: `${seed}-${seed}`, styles: stylesOf(seed), seed })),
      ...rows.flatMap((row) =>
        columns.map((column) => {
          const styles = stylesOf(row);
          const other = stylesOf(column);
          for (const style of columnStyles)
            styles.set(other.subarray(style * styleSize, (style + 1) * styleSize), style * styleSize);
          return { name: row === column ? "" : `${row}-${column}`, styles, seed: row };
        }),
      ),
    ];
    const joined = new Float32Array(cells.length * size);
    for (const [i, { styles }] of cells.entries()) joined.set(styles, i * size);
    const report = createWorkProgress("Mixing styles", cells.length, hooks);
    const pixels = await imagesOfStyles(network, params, joined, {
      noise,
      ...(noise === "random" ? { noiseSeeds: cells.map(({ seed }) => seed) } : {}),
      onImages: (done) => {
        expect(!hooks.signal?.aborted, SCOPE, "stopped; nothing was written.");
        report(done);
      },
    });
    const [height, width, channels] = opened.imageShape;
    const length = height * width * channels;
    const imageAt = (i: number): Uint8Array => pixels.subarray(i * length, (i + 1) * length);
    const order = [-1, ...columns.map((seed) => seeds.indexOf(seed))];
    for (const [r, row] of rows.entries())
      order.push(seeds.indexOf(row), ...columns.map((_, c) => seeds.length + r * columns.length + c));
    const sheet = new Uint8Array(order.length * length).fill(255);
    for (const [place, i] of order.entries()) if (i >= 0) sheet.set(imageAt(i), place * length);
    const grid = makeImageGrid(sheet, { imageShape: opened.imageShape, columns: columns.length + 1 });
    const card = formatModelCard({
      title: `Mixed styles of ${opened.title}`,
      kind: "generated images",
      fromPhantoms: opened.fromPhantoms,
      provenance: {
        ...opened.provenance,
        "row seeds": formatSeeds(rows),
        "column seeds": formatSeeds(columns),
        "styles of the columns": columnStyles.join(", "),
        ...(truncation === 1 ? {} : { truncation: `psi ${truncation}` }),
        ...(noise === "const" ? {} : { noise }),
        ...listVersions(),
      },
    });
    await commitFolder(out, async (partial) => {
      for (const [i, { name }] of cells.entries())
        if (name) await writeFile(join(partial, `${name}.png`), compressPng({ data: imageAt(i), height, width, channels }));
      await writeFile(join(partial, "grid.png"), compressPng(grid));
      await writeFile(join(partial, "model-card.md"), card);
    });
    hooks.onFact?.({ kind: "file", what: "mixed styles", path: out });
    return {
      out,
      grid: join(out, "grid.png"),
      count: cells.filter(({ name }) => name).length,
      digest: opened.digest,
      columnStyles,
    };
  } finally {
    opened.dispose();
  }
}
