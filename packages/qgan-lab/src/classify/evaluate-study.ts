import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ClassifierReport,
  classificationReport,
  confidentMistakes,
  type Mistake,
  type Predictions,
  predictAll,
  rocCurve,
  type SubgroupReport,
  subgroupReports,
  testTimeAugmentation,
} from "classifier-eval";
import { checkOptions, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { LabHooks } from "../facts.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { formatEvaluationPage } from "./evaluation-page.ts";
import { asRgb, sheetOf } from "./heat-overlay.ts";
import { readMetadata } from "./metadata-table.ts";
import { openFinished } from "./train-study.ts";

export interface EvaluateStudyOptions {
  /** Folder that `trainStudy` made. */
  readonly run: string;
  /** @defaultValue 1000 */
  readonly resamples?: number;
  /** At which each class's sensitivity is told. @defaultValue 0.9 */
  readonly specificity?: number;
  /** Ways of looking at each image, whose answers are averaged. @defaultValue ["identity"] */
  readonly views?: readonly string[];
  /** CSV with more about the images. */
  readonly metadata?: string;
  /** Its columns that name subgroups. */
  readonly subgroups?: readonly string[];
  readonly backend?: string;
}

export interface StudyEvaluation {
  readonly run: string;
  readonly report: ClassifierReport;
  readonly subgroups: readonly SubgroupReport[];
  readonly mistakes: readonly (Mistake & { readonly image: string })[];
  readonly page: string;
  /** How often the test images were read for this classifier, this time included. */
  readonly timesRead: number;
}

const EVALUATION = "evaluation.json";
/** Mistakes on the sheet, and how many stand in a row. */
const MOST_MISTAKES = 24;
const COLUMNS = 8;

/**
 * Reads the test images once and tells how good a classifier is: evaluation.json, predictions.csv, mistakes.png and report.html in its
 * folder.
 *
 * @throws UsageError if the training is not finished, the dataset changed, or the metadata do not fit.
 */
export async function evaluateStudy(options: EvaluateStudyOptions, { onFact, signal }: LabHooks = {}): Promise<StudyEvaluation> {
  checkOptions("evaluateStudy", options, ["run", "resamples", "specificity", "views", "metadata", "subgroups", "backend"]);
  const { run, resamples, specificity, views, metadata, subgroups = [] } = options;
  expect(
    (metadata === undefined) === (subgroups.length === 0),
    "classify",
    "metadata and subgroups go together: a CSV file, and the columns of it to look at.",
  );
  // What is wrong shows before the test images are read.
  expect(
    specificity === undefined || (specificity >= 0 && specificity <= 1),
    "classify",
    `the specificity must lie in [0, 1]; got ${specificity}.`,
  );
  expect(
    resamples === undefined || (Number.isInteger(resamples) && resamples >= 1),
    "classify",
    `resamples must be an integer ≥ 1; got ${resamples}.`,
  );
  const finished = await openFinished(run, options.backend);
  const { classifier: loaded, study, dataset, source, split, classes, groups } = finished;
  try {
    const part = split.part("test");
    const table =
      metadata === undefined
        ? {}
        : await readMetadata(metadata, subgroups, {
            sources: part.map((i) => dataset.sources?.[i] ?? dataset.name(i)),
            groups: part.map((i) => groups?.[i] ?? null),
          });
    const classifier = views ? testTimeAugmentation(loaded, views) : loaded;
    const images = await source.images(part); // once
    const size = source.imageShape[0] * source.imageShape[1] * source.imageShape[2];
    const labels = Int32Array.from(part, (i) => source.labels[i]);
    const [predictions] = await predictAll(
      [classifier],
      {
        imageShape: source.imageShape,
        labels,
        count: part.length,
        images(indices) {
          signal?.throwIfAborted();
          onFact?.({
            kind: "progress",
            part: "Test images",
            unit: "image",
            done: indices[0],
            total: part.length,
            fraction: indices[0] / part.length,
          });
          return images.subarray(indices[0] * size, (indices[indices.length - 1] + 1) * size); // predictAll asks for runs
        },
      },
      64,
    );
    const settings = {
      classes,
      ...(groups ? { groups: part.map((i) => groups[i]) } : {}),
      ...(resamples === undefined ? {} : { resamples }),
      ...(specificity === undefined ? {} : { specificity }),
    };
    const report = classificationReport(predictions, settings);
    const timesRead = (await earlierReadings(run)) + 1;
    const parts = metadata === undefined ? [] : subgroupReports(predictions, { ...settings, metadata: table });
    const mistakes = confidentMistakes(predictions, { most: MOST_MISTAKES });
    const named = mistakes.map((mistake) => ({
      ...mistake,
      image: dataset.sources?.[part[mistake.index]] ?? dataset.name(part[mistake.index]),
    }));
    const sheet = mistakeSheet(
      mistakes.map(({ index }) => images.subarray(index * size, (index + 1) * size)),
      source.imageShape,
    );
    if (sheet) await writeFileAtomic(join(run, "mistakes.png"), sheet.png);
    await writeFileAtomic(
      join(run, "predictions.csv"),
      csvOf(
        predictions,
        classes,
        part.map((i) => dataset.sources?.[i] ?? dataset.name(i)),
      ),
    );
    await writeFileAtomic(
      join(run, EVALUATION),
      `${JSON.stringify({ report, subgroups: parts, mistakes: named, timesRead }, null, 1)}\n`,
    );
    const page = join(run, "report.html");
    const curves = classes.map((name, k) => {
      const isPositive = Array.from(labels, (label) => Number(label === k));
      const scores = Array.from(labels, (_, i) => predictions.probabilities[i * classes.length + k]);
      return { name, curve: rocCurve(isPositive, scores) };
    });
    await writeFileAtomic(
      page,
      formatEvaluationPage({
        study,
        report,
        subgroups: parts,
        mistakes: named,
        ...(sheet ? { sheet } : {}),
        curves,
        predictions,
        timesRead,
      }),
    );
    return { run, report, subgroups: parts, mistakes: named, page, timesRead };
  } finally {
    await finished.close();
  }
}

/** How often the test images were read before, by the evaluation that stands in the folder. */
async function earlierReadings(run: string): Promise<number> {
  const text = await readFile(join(run, EVALUATION), "utf8").catch(() => undefined);
  if (text === undefined) return 0;
  try {
    const { timesRead = 1 } = JSON.parse(text) as { timesRead?: number }; // `evaluateStudy` wrote it
    return timesRead;
  } catch {
    return 1; // damaged, but it was there
  }
}

function mistakeSheet(images: readonly Uint8Array[], [height, width, channels]: readonly [number, number, number]) {
  if (images.length === 0) return undefined;
  const pictures = images.map((image) => asRgb(image, channels));
  const grid = sheetOf(pictures, { height, width, columns: COLUMNS });
  return { png: compressPng(grid), width: grid.width, height: grid.height };
}

function csvOf({ labels, probabilities, numClasses }: Predictions, classes: readonly string[], names: readonly string[]): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = names.map((name, i) =>
    [
      quote(name),
      quote(classes[labels[i]]),
      ...Array.from({ length: numClasses }, (_, k) => probabilities[i * numClasses + k].toFixed(6)),
    ].join(","),
  );
  return `${["image", "class", ...classes.map(quote)].join(",")}\n${rows.join("\n")}\n`;
}
