import { formatCount, formatDuration } from "../progress/duration.ts";
import { RESEARCH_ONLY } from "../run-folder/model-card.ts";
import { classificationSection } from "./classification-section.ts";
import { type Html, html, trusted } from "./html.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { protocolSection, remarkSection, timeSection } from "./protocol-sections.ts";
import type { GeneratorReport, ReportData, ScoreLine } from "./report-data.ts";
import { realBesideGenerated, samplesOverTime } from "./sample-sections.ts";
import { formatScore, scoreSection } from "./score-section.ts";
import { circuitSection, lossSection, noiseSection } from "./training-sections.ts";

/** The report as one self-contained HTML page: pictures inside, nothing loaded from anywhere. */
export function formatReport(report: ReportData): string {
  const { title, data, generators, classification } = report;
  const notice = html`<p class="notice">${RESEARCH_ONLY}</p>`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title><style>${trusted(PAGE_STYLE)}</style></head>
<body><div role="note">${notice}</div>
<header><h1>${title}</h1><p class="lead">${introduction(report)}</p>${keyFacts(generators)}</header>
<main>
${generators.map((generator, i) => [realBesideGenerated(generator, { isPhantom: data.isPhantom, explain: i === 0 }), samplesOverTime(generator, i === 0), scoreSection(generator, i === 0)])}
${classification && classificationSection(classification)}
${generators.map((generator, i) => [lossSection(generator, i === 0), noiseSection(generator, i === 0)])}
${circuitSection(generators.find(({ circuit }) => circuit) ?? generators[0])}
${timeSection(report)}
${remarkSection(report)}
${protocolSection(report)}
</main>
<footer>${notice}<p>Made by qgan-lab. ${data.isPhantom ? "The training images are phantoms: drawings by a program, not photographs of skin." : "Generated images carry the licence terms of the images that the generator learned from."}</p></footer>
<script>${trusted(PAGE_SCRIPT)}</script></body></html>
`;
  return page.html;
}

function introduction({ data, generators }: ReportData): string {
  const count = generators.length;
  const labels = generators.map(({ label }) => label).join(", ");
  const source = data.isPhantom
    ? "phantom lesions, which this program draws itself: they stand in for photographs and show no patient"
    : `the images of ${data.name}`;
  return `${count === 1 ? "A generator" : `${count} generators`} (${generators[0]?.model ?? "none"}; ${labels}) learned from ${source}. Below: what came out, how good it is, and how it came about.`;
}

function keyFacts(generators: readonly GeneratorReport[]): Html | undefined {
  const [first] = generators;
  const last = first?.stats.at(-1);
  if (!first || !last) return undefined;
  const facts: (readonly [string, string])[] = [
    [formatCount(last.images), `images seen${generators.length > 1 ? ` (${first.label})` : ""}`],
    [formatDuration(last.seconds), "of training"],
    [formatCount(first.numParameters), "trained parameters"],
  ];
  for (const pattern of [/^fid|^random-frechet/, /^kid|^random-kernel/, /^pairwise/]) {
    const line = first.scores
      .filter(({ metric }) => pattern.test(metric))
      .sort(byTap)
      .at(-1); // the deepest features, the newest step
    if (line) facts.push([formatScore(line.value), line.title]);
  }
  return html`<ul class="facts">${facts.map(([value, name]) => html`<li><b>${value}</b><span>${name}</span></li>`)}</ul>`;
}

const tapOf = ({ metric }: ScoreLine): number => Number(/\d+$/.exec(metric)?.[0] ?? 0);
const byTap = (a: ScoreLine, b: ScoreLine): number => tapOf(a) - tapOf(b) || a.step - b.step;
