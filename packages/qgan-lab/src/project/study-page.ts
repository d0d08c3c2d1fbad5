import { type Html, html, trusted } from "../report/html.ts";
import { PAGE_STYLE } from "../report/page-style.ts";
import { RESEARCH_ONLY } from "../run-folder/model-card.ts";
import { summariseDistances } from "./distance-summary.ts";
import type { ProjectedImage } from "./project-options.ts";

export interface StudyPage {
  readonly title: string;
  readonly images: readonly ProjectedImage[];
  /** PNGs as base64, an image each. */
  readonly pictures: readonly { readonly target: string; readonly projected: string }[];
  readonly provenance: Readonly<Record<string, string>>;
  readonly isDone: boolean;
  /** Of the exact Mann–Whitney test between real and generated targets. */
  readonly pValue?: number;
}

const STYLE = `
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 240px), 1fr)); gap: .9rem; }
.pairs figure { margin: 0; }
.pairs div { display: grid; grid-template-columns: 1fr 1fr; gap: 4px; }
.pairs img { width: 100%; image-rendering: pixelated; }
.pairs figcaption { overflow-wrap: anywhere; line-height: 1.35; margin-top: .25rem; }
.bars { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.bars text { fill: var(--soft); }
`;
/** Pairs that are shown: half the farthest, half the nearest. */
const MOST = 80;
const NAMES = { real: "real images", generated: "the generator's own images" } as const;
const COLOURS = { real: "var(--series-1)", generated: "var(--series-2)" } as const;
type Kind = ProjectedImage["kind"];
const short = (value: number): string => String(Number(value.toPrecision(3)));

/** Distances of images to their projections, as one self-contained page. */
export function formatStudy({ title, images, pictures, provenance, isDone, pValue }: StudyPage): string {
  const kinds = (["real", "generated"] as const).filter((kind) => images.some((one) => one.kind === kind));
  const order = images.map((_, i) => i).sort((a, b) => images[b].distance - images[a].distance);
  const isCut = order.length > MOST;
  const shown = isCut ? [...order.slice(0, MOST / 2), ...order.slice(-MOST / 2)] : order;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Projections into ${title}</title><style>${trusted(PAGE_STYLE + STYLE)}</style></head>
<body><div role="note"><p class="notice">${RESEARCH_ONLY}</p></div>
<header><h1>Projections into ${title}</h1>
<p class="lead">${images.length} ${images.length === 1 ? "image was" : "images were"} looked for among all that this generator can draw. A small distance means that it can draw the image nearly as it is.</p>
${isDone ? "" : html`<p class="notice">Stopped before the end: these are the images that were done.</p>`}</header>
<main>
${
  images.length > 0 &&
  html`<section><h2>How far</h2>
<p class="soft">Distance of an image to its projection: ${provenance.distance}; square root of the sum of squares.</p>
${kinds.length > 1 && html`<ul class="legend">${kinds.map((kind) => html`<li><svg width="14" height="14" aria-hidden="true"><rect width="14" height="14" rx="2" fill="${COLOURS[kind]}"/></svg>${NAMES[kind]}</li>`)}</ul>`}
${histogram(images, kinds)}
${table(images, kinds)}
${pValue !== undefined && html`<p class="soft">Whether both come from one distribution: p = ${short(pValue)} (Mann–Whitney, exact).</p>`}
<p class="soft">${reading(kinds)}</p></section>
<section><h2>Image and projection</h2><p class="soft">Left the image, right what the generator came to. ${isCut ? `The ${MOST / 2} farthest and the ${MOST / 2} nearest; the files beside this page hold all ${images.length}.` : "The farthest first."}</p>
<div class="pairs">${shown.map((i) => pair(images[i], pictures[i]))}</div></section>`
}
<section><h2>How it was made</h2><div class="scroll"><table class="protocol"><tbody>${Object.entries(provenance).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div></section>
</main><footer><p>Made by qgan-lab. The page holds the images themselves: treat it as you treat them.</p></footer></body></html>
`;
  return page.html;
}

function reading(kinds: readonly Kind[]): string {
  if (kinds.length > 1)
    return "Images of the generator's own project well by their making; a real image that lies among them is one that it can repeat. Real ones that lie far beyond can be told apart from generated ones by their distance.";
  return kinds[0] === "real"
    ? "To know what a small distance is, project images of the generator's own beside them: --generated 20."
    : "These are the generator's own images: how well the search finds what is certainly there.";
}

function pair({ name, kind, class: className, distance, levels }: ProjectedImage, picture: StudyPage["pictures"][number]): Html {
  const source = (png: string): string => `data:image/png;base64,${png}`;
  const about = [kind === "generated" ? "generated" : undefined, className].filter((one) => one !== undefined).join(", ");
  return html`<figure><div><img src="${source(picture.target)}" alt="${name}"><img src="${source(picture.projected)}" alt="projection of ${name}"></div>
<figcaption>${name}${about ? ` (${about})` : ""}: distance ${short(distance)}, ${levels.toFixed(1)} levels</figcaption></figure>`;
}

function table(images: readonly ProjectedImage[], kinds: readonly Kind[]): Html {
  const inColumns = (value: number): string => value.toFixed(decimalsOf(Math.max(...images.map(({ distance }) => distance))));
  const rows = kinds.map((kind) => {
    const { count, mean, deviation, least, quartiles, largest } = summariseDistances(
      images.filter((one) => one.kind === kind).map(({ distance }) => distance),
    );
    return html`<tr><th scope="row">${NAMES[kind]}</th>${[count, ...[mean, deviation, least, ...quartiles, largest].map(inColumns)].map((value) => html`<td>${value}</td>`)}</tr>`;
  });
  const heads = ["images", "mean", "deviation", "least", "lower quartile", "median", "upper quartile", "largest"];
  return html`<div class="scroll"><table class="numbers"><thead><tr><th scope="col"></th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Decimals that show three digits of a number; at most six. */
const decimalsOf = (value: number): number => (value > 0 ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(value)))) : 2);

const BOX = { width: 720, height: 220, left: 34, right: 12, bottom: 34, top: 10 };

/** How many images lie in each of up to 24 bins, a colour a kind, side by side. */
function histogram(images: readonly ProjectedImage[], kinds: readonly Kind[]): Html {
  const values = images.map(({ distance }) => distance);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const numBins = Math.max(4, Math.min(24, Math.ceil(2 * Math.sqrt(values.length))));
  const width = high > low ? (high - low) / numBins : 1;
  const binOf = (value: number): number => Math.min(numBins - 1, Math.floor((value - low) / width));
  const counts = kinds.map((kind) => {
    const bins = new Array<number>(numBins).fill(0);
    for (const one of images) if (one.kind === kind) bins[binOf(one.distance)]++;
    return bins;
  });
  const most = Math.max(...counts.flat());
  const inner = { width: BOX.width - BOX.left - BOX.right, height: BOX.height - BOX.top - BOX.bottom };
  const x = (bin: number): number => BOX.left + (bin / numBins) * inner.width;
  const y = (count: number): number => BOX.top + inner.height * (1 - count / most);
  const barWidth = inner.width / numBins / kinds.length;
  const bars = kinds.flatMap((kind, k) =>
    counts[k].map((count, bin) =>
      count === 0
        ? ""
        : html`<rect x="${(x(bin) + k * barWidth + 1).toFixed(1)}" y="${y(count).toFixed(1)}" width="${Math.max(1, barWidth - 2).toFixed(1)}" height="${(inner.height + BOX.top - y(count)).toFixed(1)}" rx="2" fill="${COLOURS[kind]}"><title>${count} of ${NAMES[kind]} from ${short(low + bin * width)} to ${short(low + (bin + 1) * width)}</title></rect>`,
    ),
  );
  const base = BOX.top + inner.height;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<text x="${(BOX.left + share * inner.width).toFixed(1)}" y="${base + 16}" text-anchor="${share === 0 ? "start" : share === 1 ? "end" : "middle"}">${short(low + share * width * numBins)}</text>`,
  );
  return html`<figure><svg class="bars" viewBox="0 0 ${BOX.width} ${BOX.height}" role="img" aria-label="Histogram of distances, ${short(low)} to ${short(high)}">
<line x1="${BOX.left}" x2="${BOX.width - BOX.right}" y1="${base}" y2="${base}" stroke="var(--line)"/>
<text x="${BOX.left - 6}" y="${BOX.top + 10}" text-anchor="end">${most}</text><text x="${BOX.left - 6}" y="${base}" text-anchor="end">0</text>
${bars}${ticks}<text x="${BOX.left + inner.width / 2}" y="${BOX.height - 3}" text-anchor="middle">distance</text></svg></figure>`;
}
