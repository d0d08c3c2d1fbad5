import {
  type ClassifierReport,
  calibration,
  type Mistake,
  type Predictions,
  type RocCurve,
  type SubgroupReport,
} from "classifier-eval";
import { confusionTable } from "../report/classification-section.ts";
import { type Html, html, trusted } from "../report/html.ts";
import { lineChart } from "../report/line-chart.ts";
import { PAGE_STYLE } from "../report/page-style.ts";
import { picture } from "../report/picture.ts";
import type { ReportPicture } from "../report/report-data.ts";
import { RESEARCH_ONLY } from "../run-folder/model-card.ts";
import { inWords, isPoint } from "./doctor-words.ts";
import type { StudyFile } from "./train-study.ts";

/** Below this a group's figures are marked. */
const FEW_IMAGES = 30;

export interface EvaluationPage {
  readonly study: StudyFile;
  readonly report: ClassifierReport;
  readonly subgroups: readonly SubgroupReport[];
  readonly mistakes: readonly (Mistake & { readonly image: string })[];
  readonly sheet?: ReportPicture;
  readonly curves: readonly { readonly name: string; readonly curve: RocCurve }[];
  readonly predictions: Predictions;
  /** How often the test images were read for a page of this classifier, this one included. */
  readonly timesRead: number;
}

/** A classifier's figures as one self-contained HTML page: words first, then the matrix, curves and subgroups. */
export function formatEvaluationPage(page: EvaluationPage): string {
  const { study, report } = page;
  const title = `Classifier: ${report.classes.join(", ")}`;
  return pageOf(
    title,
    html`<p class="lead">${inWords(report)}</p>`,
    html`${matrixSection(report)}
${scoreTable(report)}
${curveSection(page)}
${page.subgroups.length > 0 && subgroupSection(page.subgroups)}
${mistakeSection(page)}
${protocolSection(study, report, page.timesRead)}`,
  );
}

/** The frame that all pages of a classifier share. */
export function pageOf(title: string, lead: Html, body: Html): string {
  const notice = html`<p class="notice">${RESEARCH_ONLY}</p>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title><style>${trusted(PAGE_STYLE)}</style></head>
<body><div role="note">${notice}</div><header><h1>${title}</h1>${lead}</header>
<main>
${body}
</main>
<footer>${notice}<p>Made by qgan-lab.</p></footer></body></html>
`.html;
}

export const formatShare = (value: number | null, interval: { readonly low: number; readonly high: number } | null): Html =>
  value === null
    ? html`undefined`
    : html`${value.toFixed(3)}${interval !== null && html`<br><span class="soft">${isPoint(interval) ? "no interval" : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`}</span>`}`;

function matrixSection({ classes, confusion }: ClassifierReport): Html {
  return html`<section><h2>What it says of what is there</h2><p>Rows: what an image is. Columns: what the classifier says it is. The stronger the colour of the diagonal, the better.</p>
${confusionTable("test images", classes, confusion)}</section>`;
}

function scoreTable(report: ClassifierReport): Html {
  const overall = [
    ["Accuracy", "accuracy"],
    ["Balanced accuracy", "balancedAccuracy"],
    ["ROC AUC", "rocAuc"],
    ["Average precision", "averagePrecision"],
    ["F1, mean over classes", "macroF1"],
    ["Cohen's κ", "kappa"],
    ["Matthews", "matthews"],
    ["Log loss (lower is better)", "logLoss"],
    ["Brier (lower is better)", "brier"],
    ["Calibration error (lower is better)", "calibrationError"],
  ] as const;
  const columns = [
    ["Sensitivity", "recall"],
    ["Specificity", "specificity"],
    ["Precision", "precision"],
    ["ROC AUC", "rocAuc"],
    [`Sensitivity at specificity ${report.protocol.specificity}`, "sensitivityAtSpecificity"],
  ] as const;
  return html`<section><h2>The figures</h2>
<div class="scroll"><table class="numbers"><thead><tr><th scope="col">Class</th><th scope="col">Test images</th>${columns.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${report.perClass.map(
    (one) =>
      html`<tr><th scope="row">${one.name}</th><td>${one.support}</td>${columns.map(([, key]) => html`<td>${formatShare(one[key], one.intervals[key])}</td>`)}</tr>`,
  )}</tbody></table></div>
<div class="scroll"><table class="numbers"><tbody>${overall.map(
    ([name, key]) => html`<tr><th scope="row">${name}</th><td>${formatShare(report[key], report.intervals[key])}</td></tr>`,
  )}</tbody></table></div>
<p class="soft">The small numbers are 95 % bootstrap intervals over ${report.protocol.unit === "group" ? "groups (patients, lesions)" : "images"}. Sensitivity: of the images that are of the class, the share that is found. Specificity: of those that are not, the share that is left alone.${hasPoint(report) && html` Where it says "no interval", every bootstrap sample gives the same figure, as with few images: that is no certainty.`}</p>
${report.notes.map((note) => html`<p>${note}</p>`)}</section>`;
}

/** Whether the tables hold an interval without width. */
function hasPoint({ intervals, perClass }: ClassifierReport): boolean {
  const all = [intervals, ...perClass.map((one) => one.intervals)].flatMap((own) => Object.values(own));
  return all.some((interval) => interval !== null && isPoint(interval));
}

function curveSection({ curves, predictions, report }: EvaluationPage): Html {
  const usable = curves.filter(({ curve }) => [...curve.truePositiveRates, ...curve.falsePositiveRates].every(Number.isFinite));
  const shown = report.classes.length === 2 ? usable.slice(-1) : usable;
  const { bins } = calibration(predictions);
  const filled = bins.filter(({ count }) => count > 0);
  return html`<section><h2>The curves</h2><div class="pair small">
<div><h3>ROC</h3>${lineChart({
    description: "Sensitivity against the share of false alarms.",
    xLabel: "false alarms",
    yLabel: "sensitivity",
    series: [
      ...shown.map(({ name, curve }) => ({
        name,
        points: curve.falsePositiveRates.map((x, i) => [x, curve.truePositiveRates[i]] as const),
      })),
      { name: "chance", points: [0, 1].map((x) => [x, x] as const) },
    ],
  })}</div>
<div><h3>How sure, how often right</h3>${lineChart({
    description: "Share that is right against how sure the classifier was; equal is best.",
    xLabel: "how sure",
    yLabel: "share that is right",
    dots: true,
    series: [
      { name: "classifier", points: filled.map(({ confidence, accuracy }) => [confidence ?? 0, accuracy ?? 0] as const) },
      { name: "at its word", points: [1 / report.classes.length, 1].map((x) => [x, x] as const) },
    ],
  })}</div></div></section>`;
}

function subgroupSection(subgroups: readonly SubgroupReport[]): Html {
  return html`<section><h2>For whom it works</h2><p>The same figures for each group of the metadata. Where an interval lies wholly below that of the others, the classifier serves this group worse. Groups of fewer than ${FEW_IMAGES} images say little; their intervals show how little.</p>
<div class="scroll"><table class="numbers"><thead><tr><th scope="col">Group</th><th scope="col">Images</th><th scope="col">Accuracy</th><th scope="col">Balanced accuracy</th><th scope="col">ROC AUC</th></tr></thead><tbody>${subgroups.map(
    ({ column, value, report }) =>
      html`<tr><th scope="row">${column}: ${value}${report.count < FEW_IMAGES && html`<br><span class="soft">few images</span>`}</th><td>${report.count}</td><td>${formatShare(report.accuracy, report.intervals.accuracy)}</td><td>${formatShare(report.balancedAccuracy, report.intervals.balancedAccuracy)}</td><td>${formatShare(report.rocAuc, report.intervals.rocAuc)}</td></tr>`,
  )}</tbody></table></div>
<details><summary>Remarks</summary><ul>${[...new Set(subgroups.flatMap(({ column, value, notes }) => notes.map((note) => `${column} ${value}: ${note.replace(`${column} ${value}: `, "")}`)))].map((note) => html`<li>${note}</li>`)}</ul></details></section>`;
}

function mistakeSection({ mistakes, sheet, report }: EvaluationPage): Html {
  if (!sheet) return html`<section><h2>Mistakes</h2><p>There is none among the test images.</p></section>`;
  return html`<section><h2>The surest mistakes</h2><p>Images that got a wrong name, the surest first, row by row. <code>qgan classify explain</code> shows where it looked.</p>
<figure>${picture(sheet, "The most confident mistakes")}</figure>
<details><summary>What they are</summary><ol>${mistakes.map(({ image, label, predicted, confidence }) => html`<li>${image}: is ${report.classes[label]}, said ${report.classes[predicted]} (${(100 * confidence).toFixed(0)} %)</li>`)}</ol></details></section>`;
}

function protocolSection(
  { options, numTrain, numValidation, numTest, digest, createdAt }: StudyFile,
  { protocol }: ClassifierReport,
  timesRead: number,
): Html {
  const rows = Object.entries({
    ...options,
    train: numTrain,
    validation: numValidation,
    test: numTest,
    digest,
    begun: createdAt,
    ...protocol,
  });
  return html`<section><h2>How it was made</h2><p>Training, validation and test images share no ${protocol.unit === "group" ? "group" : "image"}. The weights were chosen by the validation images; the test images had no part in it.${timesRead > 1 && html` They have been read ${timesRead} times for pages as this one: whoever chooses between classifiers by such pages must judge the chosen one by images that were never read.`}</p>
<div class="scroll"><table class="protocol"><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${typeof value === "object" ? JSON.stringify(value) : String(value)}</td></tr>`)}</tbody></table></div></section>`;
}
