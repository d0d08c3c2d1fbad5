import { type Html, html, idOf } from "./html.ts";
import { lineChart } from "./line-chart.ts";
import type { GeneratorReport, ScoreLine } from "./report-data.ts";

/** What each family of measures means, for a reader who meets it for the first time. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /^fid/,
    "FID compares what a trained network sees in real and in generated images: 0 is equal. It depends on the number of images and on the layer, so compare only numbers made alike.",
  ],
  [
    /^kid/,
    "KID asks the same in another way and stays fair with few images: near 0 is good, and small negative values are chance.",
  ],
  [
    /^pairwise/,
    "Spread is the mean distance between two generated images, in grey levels; it should be near that of the real images. Near 0 means that all images are the same.",
  ],
  [
    /^watch-recall/,
    "Recall of random features is the share of real images that have a sample nearby; near 0 means that whole kinds of images are not drawn.",
  ],
  [
    /^nearest-training/,
    "The distance to the nearest training image should stay near what real images have among themselves; far below it the samples are copies.",
  ],
  [
    /^heldout-gap/,
    "D(training) − D(held out) is how much more real the discriminator finds training images than others it has not seen; the higher, the more it has learned by heart.",
  ],
  [
    /^leak/,
    "The strongest trace of an augmentation counts standard errors: above 4 the generator draws augmented images by itself.",
  ],
];

/** Scores over the training, and the newest of each with how it was made. */
export function scoreSection({ label, scores }: GeneratorReport, explain: boolean): Html | undefined {
  if (scores.length === 0) return undefined;
  const metrics = [...new Set(scores.map(({ metric }) => metric))];
  const meanings = MEANINGS.filter(([pattern]) => metrics.some((metric) => pattern.test(metric)));
  return html`<section aria-labelledby="${idOf("scores", label)}"><h2 id="${idOf("scores", label)}">How good are they: ${label}</h2>
${explain && meanings.map(([, sentence]) => html`<p>${sentence}</p>`)}
${newest(metrics.map((metric) => scores.findLast((line) => line.metric === metric)!))}
<div class="pair small">${metrics.map((metric) => curve(scores.filter((line) => line.metric === metric)))}</div>
</section>`;
}

function newest(lines: readonly ScoreLine[]): Html {
  const rows = lines.map(
    (line) =>
      html`<tr><th scope="row">${line.title}<br><span class="soft">${countsOf(line)}</span></th><td>${formatScore(line.value)}${
        line.interval && html`<br><span class="soft">${formatScore(line.interval[0])} to ${formatScore(line.interval[1])}</span>`
      }</td><td>${line.realValue === undefined ? "–" : formatScore(line.realValue)}</td><td>${BETTER[line.better]}</td></tr>`,
  );
  const protocols = lines.map(
    (line) =>
      html`<li>${line.title}, step ${line.step}: ${Object.entries(line.protocol)
        .map(([name, value]) => `${name} ${value}`)
        .join("; ")}.</li>`,
  );
  return html`<div class="scroll"><table class="numbers"><thead><tr><th scope="col">Measure</th><th scope="col">Generated</th><th scope="col">Real</th><th scope="col">Better</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="soft">"Real" is the same measure between real images and other real ones: what a perfect generator would reach with so few images.</p>
<details><summary>How each was made</summary><ul>${protocols}</ul></details>`;
}

function countsOf({ protocol, step }: ScoreLine): string {
  const { "generated images": generated, "real images": real } = protocol;
  return `${generated === real ? `${real} images a side` : `${generated} generated, ${real} real`}, step ${step}`;
}

const BETTER = { lower: "lower", higher: "higher", near: "near real" } as const;

function curve(lines: readonly ScoreLine[]): Html | undefined {
  if (lines.length < 2) return undefined;
  const { title, realValue } = lines.at(-1)!;
  return html`<div><h3>${title}</h3>${lineChart({
    description: `${title} over images seen: from ${formatScore(lines[0].value)} to ${formatScore(lines.at(-1)!.value)}.`,
    xLabel: "images seen",
    yLabel: title.split(",")[0],
    series: [{ name: title, points: lines.map(({ images, value }) => [images, value] as const) }],
    dots: true,
    ...(realValue === undefined ? {} : { reference: { y: realValue, label: "real images" } }),
  })}</div>`;
}

/** Three significant digits, without an exponent for the sizes that occur. */
export function formatScore(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) < 1e-4 && value !== 0 ? value.toExponential(1) : value.toPrecision(3);
}
