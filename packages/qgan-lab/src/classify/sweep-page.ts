import type { Estimate, SweepChoice, SweepRow, SweepSummary } from "classifier-eval";
import { type Html, html } from "../report/html.ts";
import { lineChart } from "../report/line-chart.ts";
import { formatShare, pageOf } from "./evaluation-page.ts";

const NAMES = {
  none: "real images",
  classical: "real, augmented",
  generated: "real + generated",
  "classical+generated": "real + generated, augmented",
} as const;

const SCORES = { accuracy: "accuracy", balancedAccuracy: "balanced accuracy", loss: "loss" } as const;

/** A sweep as one self-contained HTML page: the answer in words, the curves, the table. */
export function formatSweepPage(summary: SweepSummary): string {
  const { choices, classes, numTest } = summary;
  const isMixed = hasGenerated(summary);
  const how = isMixed
    ? "with more and with fewer generated images (α is their share of the training images)"
    : "from real images alone";
  const lead = html`<p class="lead">A classifier learned to tell ${classes.join(", ")} apart, ${how}, and was judged on the same ${numTest} real test images. ${choices.map(sentence).join(" ")}</p>`;
  return pageOf(
    isMixed ? "Do generated images help?" : "Classifiers of real images",
    lead,
    html`${alphaSection(summary)}${shareSection(summary)}${tableSection(summary)}`,
  );
}

const hasGenerated = ({ rows }: SweepSummary): boolean => rows.some(({ alpha }) => alpha > 0);

/** The choice of validation and what it was worth, in words. */
export function sentence({ arm, dataShare, alpha, against, difference, seedDifferences = [] }: SweepChoice): string {
  const where = dataShare === 1 ? "" : ` With ${Math.round(100 * dataShare)} % of the real images:`;
  const named = `${where} In the arm "${NAMES[arm]}" the validation images chose`;
  if (alpha === 0) return `${named} α = 0: no share of generated images did better there than none.`.trim();
  const chosen = `${named} α = ${alpha}.`;
  if (!against || !difference?.accuracy.interval || difference.accuracy.value === null) return chosen.trim();
  const { value, interval } = difference.accuracy;
  const points = (share: number): string => (100 * share).toFixed(1).replace("-", "−");
  const verdict = verdictOf(interval, seedDifferences);
  return `${chosen} On the test images that changes the accuracy by ${points(value)} points (95 % interval: ${points(interval.low)} to ${points(interval.high)}) against "${NAMES[against]}": ${verdict}.`.trim();
}

/** Trainings that must agree: five do by chance in one of sixteen cases; three did, and five others did not (docs/papers/hybridq.md). */
const ENOUGH_SEEDS = 5;

/** The interval speaks of the test images; whether a repeated training comes to the same, the seeds say. */
function verdictOf({ low, high }: { readonly low: number; readonly high: number }, seedDifferences: readonly number[]): string {
  if (low <= 0 && high >= 0) return "no difference is shown in either direction";
  const isBetter = low > 0;
  const agreeing = seedDifferences.filter((value) => (isBetter ? value > 0 : value < 0)).length;
  const what = isBetter ? "they helped" : "they did harm";
  const { length: count } = seedDifferences;
  if (agreeing < count) return `no difference is shown, since only ${agreeing} of ${count} trainings went that way`;
  if (count >= ENOUGH_SEEDS) return `${what}, in each of ${count} trainings`;
  const where = count > 1 ? `each of ${count} trainings` : "this one comparison";
  return `${what} in ${where}, but so few can agree by chance: repeat it with ${ENOUGH_SEEDS} seeds at least`;
}

/** The rows without generated images stand at α = 0 of the arm that is like them. */
function curveOf(rows: readonly SweepRow[], withClassical: boolean, dataShare: number) {
  const arms = withClassical ? ["classical", "classical+generated"] : ["none", "generated"];
  const own = rows.filter((row) => arms.includes(row.arm) && row.dataShare === dataShare).sort((a, b) => a.alpha - b.alpha);
  return seriesOf(own, ({ alpha }) => alpha);
}

/** Points and interval bars of the rows whose score is defined. */
function seriesOf(rows: readonly SweepRow[], xOf: (row: SweepRow) => number) {
  const points: [number, number][] = [];
  const intervals: [number, number, number][] = [];
  for (const row of rows) {
    const { balancedAccuracy: value, intervals: ends } = row.test;
    if (value !== null) points.push([xOf(row), value]);
    if (ends.balancedAccuracy) intervals.push([xOf(row), ends.balancedAccuracy.low, ends.balancedAccuracy.high]);
  }
  return { points, intervals };
}

function alphaSection({ rows }: SweepSummary): Html | undefined {
  const shares = [...new Set(rows.map(({ dataShare }) => dataShare))];
  const series = shares.flatMap((share) =>
    [false, true].flatMap((withClassical) => {
      const curve = curveOf(rows, withClassical, share);
      const name = `${withClassical ? "augmented" : "plain"}${shares.length > 1 ? `, ${Math.round(100 * share)} % of the real images` : ""}`;
      return curve.points.length > 1 ? [{ name, ...curve }] : [];
    }),
  );
  if (series.length === 0) return undefined;
  return html`<section><h2>More generated images</h2>${lineChart({
    description: "Balanced accuracy on the test images, with 95 % intervals, against the generated share of the training set.",
    xLabel: "α, generated share",
    yLabel: "balanced accuracy",
    series,
    dots: true,
  })}</section>`;
}

function shareSection({ rows }: SweepSummary): Html | undefined {
  const names = [...new Set(rows.map(({ arm, alpha }) => JSON.stringify([arm, alpha])))];
  const series = names
    .map((name) => {
      const own = rows.filter(({ arm, alpha }) => JSON.stringify([arm, alpha]) === name);
      const [{ arm, alpha }] = own;
      return {
        name: `${NAMES[arm]}${alpha > 0 ? `, α ${alpha}` : ""}`,
        ...seriesOf(
          own.toSorted((a, b) => a.dataShare - b.dataShare),
          ({ dataShare }) => 100 * dataShare,
        ),
      };
    })
    .filter(({ points }) => points.length > 1);
  if (series.length === 0) return undefined;
  return html`<section><h2>More real images</h2>${lineChart({
    description: "Balanced accuracy on the test images against the share of the real training images.",
    xLabel: "% of the real training images",
    yLabel: "balanced accuracy",
    series,
    dots: true,
  })}</section>`;
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

const formatChange = ({ value, interval }: Estimate): Html =>
  value === null
    ? html`undefined`
    : html`${signed(value)}${interval !== null && html`<br><span class="soft">${signed(interval.low)} to ${signed(interval.high)}</span>`}`;

function tableSection(summary: SweepSummary): Html {
  const { rows, choices, selectedBy } = summary;
  const isMixed = hasGenerated(summary);
  const hasSeeds = rows.some(({ deviation }) => deviation.accuracy !== null);
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const isChosen = (row: SweepRow): boolean =>
    choices.some(({ arm, alpha, dataShare }) => arm === row.arm && alpha === row.alpha && dataShare === row.dataShare);
  const columns: readonly (readonly [name: string, cell: (row: SweepRow) => Html | string | number])[] = [
    ...(isMixed ? [["α", ({ alpha }: SweepRow) => alpha] as const] : []),
    ["Images", ({ numReal, numSynthetic }) => (isMixed ? `${sum(numReal)} + ${sum(numSynthetic)}` : sum(numReal))],
    [
      "Accuracy",
      ({ test, deviation }) =>
        html`${formatShare(test.accuracy, test.intervals.accuracy)}${deviation.accuracy !== null && html`<br><span class="soft">± ${deviation.accuracy.toFixed(3)}</span>`}`,
    ],
    ...(isMixed
      ? [["Against α = 0", ({ difference }: SweepRow) => (difference ? formatChange(difference.accuracy) : "–")] as const]
      : []),
    ["Balanced", ({ test }) => formatShare(test.balancedAccuracy, test.intervals.balancedAccuracy)],
    ["ROC AUC", ({ test }) => formatShare(test.rocAuc, test.intervals.rocAuc)],
    ["Validation", ({ validation }) => validation[selectedBy].toFixed(3)],
  ];
  return html`<section><h2>All cells</h2><div class="scroll"><table class="numbers"><thead><tr><th scope="col">Trained on</th>${columns.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${NAMES[row.arm]}${isChosen(row) && html`<br><span class="soft">chosen by validation</span>`}</th>${columns.map(([, cell]) => html`<td>${cell(row)}</td>`)}</tr>`,
  )}</tbody></table></div>
<p class="soft">Images: of the training${isMixed && ", real + generated"}. Validation: ${SCORES[selectedBy]} on the validation images. Balanced: balanced accuracy. Means over ${rows[0].seeds.length} ${rows[0].seeds.length === 1 ? "training" : "trainings"} with other seeds; ${choices.length > 0 && html`α was chosen by ${SCORES[selectedBy]} on the validation images; `}the small numbers are 95 % bootstrap intervals over the test images, which do not hold the variation between trainings${hasSeeds && html`; behind ± stands the standard deviation over the trainings`}.${isMixed && " Against α = 0: the change of the accuracy, on the same test images."}</p></section>`;
}
