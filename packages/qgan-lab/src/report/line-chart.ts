import domino from "@mixmark-io/domino";
import * as Plot from "@observablehq/plot";
import { type Html, html, trusted } from "./html.ts";

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn as bars at some of the points. */
  readonly intervals?: readonly (readonly [x: number, low: number, high: number])[];
}

export interface LineChartOptions {
  /** What a person who cannot see the chart should know. */
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly ChartSeries[];
  /** Draws a running mean over the single values, which are then faint. */
  readonly smooth?: boolean;
  /** Marks every point: for few measurements. */
  readonly dots?: boolean;
  readonly scale?: "linear" | "log";
  /** A level to compare with. */
  readonly reference?: { readonly y: number; readonly label: string };
}

/** Widths that the chart is drawn for; the page shows the one that fits. */
const WIDE = { width: 760, height: 300 };
const NARROW = { width: 360, height: 240 };
const MAX_POINTS = 300;
const COLOURS = ["var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)", "var(--series-5)"];
const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "1 4"];

/** A line chart as SVG with a legend and its numbers as a table, without any script. */
export function lineChart(options: LineChartOptions): Html {
  const series = options.series.map(({ points, ...rest }) => ({
    ...rest,
    points: thin(points.filter(([, y]) => Number.isFinite(y))),
  }));
  const legend = series.map(
    ({ name }, i) =>
      html`<li><svg width="28" height="10" aria-hidden="true"><line x1="0" x2="28" y1="5" y2="5" stroke="${COLOURS[i % COLOURS.length]}" stroke-width="3" stroke-dasharray="${DASHES[i % DASHES.length]}"/></svg>${name}</li>`,
  );
  return html`<figure class="chart">
${series.length > 1 ? html`<ul class="legend">${legend}</ul>` : undefined}
<div class="wide" role="img" aria-label="${options.description}">${draw(series, options, WIDE)}</div>
<div class="narrow" role="img" aria-label="${options.description}">${draw(series, options, NARROW)}</div>
<details><summary>The numbers</summary>${table(series, options)}</details>
</figure>`;
}

function draw(series: readonly ChartSeries[], options: LineChartOptions, size: { width: number; height: number }): Html {
  const { xLabel, yLabel, smooth = false, dots = false, scale = "linear", reference } = options;
  const document = domino.createDocument("");
  const ticks = scale === "log" ? { ticks: 3 } : {};
  const marks: Plot.Markish[] = [
    Plot.axisX({ label: xLabel, labelOffset: 35, tickFormat: formatTick, ticks: size.width / 90 }),
    Plot.axisY({ label: yLabel, tickFormat: formatValue, ...ticks }),
    Plot.gridY(ticks),
  ];
  if (reference) {
    marks.push(Plot.ruleY([reference.y], { stroke: "currentColor", strokeDasharray: "2 4" }));
    marks.push(
      Plot.text([reference.label], {
        frameAnchor: "right", // points crowd at the left
        y: reference.y,
        dy: -9,
        text: (label: string) => label,
        textAnchor: "end",
      }),
    );
  }
  for (const [i, { points, intervals = [] }] of series.entries()) {
    const style = {
      stroke: COLOURS[i % COLOURS.length],
      x: (point: readonly number[]) => point[0],
      y: (point: readonly number[]) => point[1],
    };
    if (smooth && points.length > 20) marks.push(Plot.line(points, { ...style, strokeOpacity: 0.25, strokeWidth: 1 }));
    const shown = smooth && points.length > 20 ? runningMean(points) : points;
    const dash = DASHES[i % DASHES.length];
    marks.push(Plot.line(shown, { ...style, strokeWidth: 2.2, ...(dash === "none" ? {} : { strokeDasharray: dash }) }));
    const bar = { stroke: style.stroke, x: (end: readonly number[]) => end[0], y1: (end: readonly number[]) => end[1] };
    const aside = { dx: 3 * (i - (series.length - 1) / 2), strokeWidth: 1.4, strokeOpacity: 0.7 }; // bars at one place stay apart
    if (intervals.length > 0) marks.push(Plot.ruleX(intervals, { ...bar, ...aside, y2: (end: readonly number[]) => end[2] }));
    if (dots || points.length === 1) marks.push(Plot.dot(points, { ...style, fill: style.stroke, r: 3.5 }));
  }
  const svg = Plot.plot({
    document: document as unknown as Document, // domino implements the part of Document that Plot uses
    ...size,
    marginLeft: 60,
    marginRight: 24,
    marginBottom: 42,
    marginTop: 26,
    style: { fontSize: "12px", background: "none" },
    x: { nice: false },
    y: { type: scale, nice: true, ...(scale === "linear" ? { zero: false } : {}) },
    marks,
  });
  return trusted(
    (svg as unknown as { outerHTML: string }).outerHTML.replace("<svg ", '<svg aria-hidden="true" focusable="false" '),
  );
}

/** 0, 500, 1k, 1.5k. */
const formatTick = (value: number): string =>
  Math.abs(value) < 1000 ? String(value) : `${Number((value / 1000).toPrecision(4))}k`;

/** 0.0095, 7.8e-5: short enough for the margin. */
const formatValue = (value: number): string => {
  const rounded = Number(value.toPrecision(6));
  return rounded !== 0 && Math.abs(rounded) < 0.001 ? rounded.toExponential() : String(rounded);
};

/** At most MAX_POINTS points: means over equal stretches, so that no extreme of the noise is picked by chance. */
export function thin(points: ChartSeries["points"]): ChartSeries["points"] {
  if (points.length <= MAX_POINTS) return points;
  return Array.from({ length: MAX_POINTS }, (_, i) => {
    const stretch = points.slice(
      Math.floor((i * points.length) / MAX_POINTS),
      Math.floor(((i + 1) * points.length) / MAX_POINTS),
    );
    return [stretch.at(-1)![0], mean(stretch.map(([, y]) => y))] as const;
  });
}

/** Centred mean over a tenth of the points. */
function runningMean(points: ChartSeries["points"]): ChartSeries["points"] {
  const reach = Math.max(1, Math.round(points.length / 20));
  return points.map(([x], i) => [x, mean(points.slice(Math.max(0, i - reach), i + reach + 1).map(([, y]) => y))] as const);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function table(series: readonly ChartSeries[], { xLabel }: LineChartOptions): Html {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const rows = Math.min(12, xs.length);
  const picked = [
    ...new Set(Array.from({ length: rows }, (_, i) => xs[Math.round((i * (xs.length - 1)) / Math.max(1, rows - 1))])),
  ];
  const cell = (points: ChartSeries["points"], x: number) => points.find(([at]) => at === x)?.[1].toPrecision(4) ?? "–";
  return html`<div class="scroll"><table><thead><tr><th scope="col">${xLabel}</th>${series.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${picked.map((x) => html`<tr><th scope="row">${x}</th>${series.map(({ points }) => html`<td>${cell(points, x)}</td>`)}</tr>`)}</tbody></table></div>`;
}
