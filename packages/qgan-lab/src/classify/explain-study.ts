import { stat } from "node:fs/promises";
import { join } from "node:path";
import { confidentMistakes, gradCam, occlusionMap } from "classifier-eval";
import { checkOptions, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { LabHooks } from "../facts.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { asRgb, overlayHeat, sheetOf } from "./heat-overlay.ts";
import { openFinished } from "./train-study.ts";

export interface ExplainStudyOptions {
  /** Folder that `trainStudy` made. */
  readonly run: string;
  /** Part whose surest mistakes are shown. @defaultValue "validation" */
  readonly part?: string;
  /** Images on the sheet. @defaultValue 8 */
  readonly images?: number;
  /** Indices of the dataset instead of mistakes. */
  readonly indices?: readonly number[];
  /** Class that is asked for. Default: what the classifier says. */
  readonly target?: string;
  /** PNG that is written. @defaultValue explain.png in the run's folder */
  readonly out?: string;
  readonly backend?: string;
}

export interface ExplainStudyResult {
  readonly path: string;
  readonly rows: readonly { readonly image: string; readonly is: string; readonly says: string; readonly confidence: number }[];
}

const PREDICT_BATCH = 64;

/**
 * Where a classifier looks: each row an image, its Grad-CAM and its occlusion map, red where the class is spoken for.
 *
 * @throws UsageError if the training is not finished, or an index, a part or a class is not known.
 */
export async function explainStudy(options: ExplainStudyOptions, { onFact, signal }: LabHooks = {}): Promise<ExplainStudyResult> {
  checkOptions("explainStudy", options, ["run", "part", "images", "indices", "target", "out", "backend"]);
  const { run, part = "validation", images: most = 8, out = join(run, "explain.png") } = options;
  const standing = await stat(out).catch(() => undefined);
  expect(!standing?.isDirectory(), "classify", `${out} is a folder, not a file. Give the name of a PNG with --out.`);
  const finished = await openFinished(run, options.backend);
  const { classifier, dataset, source, split, classes } = finished;
  try {
    const target = options.target === undefined ? undefined : classes.indexOf(options.target);
    expect(target !== -1, "classify", `no class "${options.target}"; known: ${classes.join(", ")}.`);
    for (const index of options.indices ?? [])
      expect(
        Number.isInteger(index) && index >= 0 && index < dataset.count,
        "classify",
        `no image ${index}; the dataset has ${dataset.count}.`,
      );
    const wanted = options.indices ?? split.part(part);
    const probabilities = new Float64Array(wanted.length * classes.length);
    for (let start = 0; start < wanted.length; start += PREDICT_BATCH) {
      signal?.throwIfAborted();
      probabilities.set(
        await classifier.predict(await source.images(wanted.slice(start, start + PREDICT_BATCH))),
        start * classes.length,
      );
      onFact?.({ kind: "progress", part: "Looking", unit: "image", done: start, total: wanted.length });
    }
    const labels = Int32Array.from(wanted, (i) => source.labels[i]);
    const predictions = { labels, probabilities, numClasses: classes.length };
    const rows = options.indices
      ? wanted.map((_, index) => describe(predictions, index))
      : confidentMistakes(predictions, { most }).map(({ index }) => describe(predictions, index));
    expect(rows.length > 0, "classify", `there is no mistake in the part "${part}". Name images with --indices.`);
    const [height, width, channels] = source.imageShape;
    const tiles: Uint8Array[] = [];
    for (const [n, { index, predicted }] of rows.entries()) {
      signal?.throwIfAborted();
      onFact?.({ kind: "progress", part: "Explaining", unit: "image", done: n, total: rows.length, fraction: n / rows.length });
      const image = await dataset.image(wanted[index]);
      const asked = { target: target ?? predicted };
      const maps = [await gradCam(classifier, image, asked), await occlusionMap(classifier, image, asked)];
      tiles.push(asRgb(image, channels), ...maps.map((map) => overlayHeat(image, map, channels)));
    }
    const grid = sheetOf(tiles, { height, width, columns: 3 });
    await writeFileAtomic(out, compressPng(grid));
    return {
      path: out,
      rows: rows.map(({ index, label, predicted, confidence }) => ({
        image: dataset.sources?.[wanted[index]] ?? dataset.name(wanted[index]),
        is: classes[label] ?? "another class",
        says: classes[predicted],
        confidence,
      })),
    };
  } finally {
    await finished.close();
  }
}

function describe(
  { labels, probabilities, numClasses }: { labels: Int32Array; probabilities: Float64Array; numClasses: number },
  index: number,
) {
  const row = probabilities.subarray(index * numClasses, (index + 1) * numClasses);
  const predicted = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  return { index, label: labels[index], predicted, confidence: row[predicted] };
}
