import { formatCount, formatDuration } from "../progress/duration.ts";
import { type Html, html, idOf } from "./html.ts";
import { picture } from "./picture.ts";
import type { GeneratorReport } from "./report-data.ts";

/** The newest samples beside real images. */
export function realBesideGenerated(
  generator: GeneratorReport,
  { isPhantom, explain }: { isPhantom: boolean; explain: boolean },
): Html | undefined {
  const last = generator.snapshots.at(-1);
  if (!last) return undefined;
  const noun = isPhantom ? "training images (drawn phantoms)" : "training images";
  return html`<section aria-labelledby="${idOf("beside", generator.label)}"><h2 id="${idOf("beside", generator.label)}">Real beside generated: ${generator.label}</h2>
${
  explain &&
  html`<p>Left: what the generator was to learn. Right: what it makes now. Good: the same colours and shapes, and no two generated images alike.
Bad: one image over and over (called collapse), blur without borders, or grain.</p>`
}
<div class="pair">
${generator.reals && html`<figure>${picture(generator.reals, `A grid of ${noun} of ${generator.label}.`)}<figcaption>${noun}</figcaption></figure>`}
<figure>${picture(last, `A grid of generated images of ${generator.label} after ${last.step} steps.`)}<figcaption>generated, after ${formatCount(last.images)} images seen</figcaption></figure>
</div></section>`;
}

/** The same latents drawn again and again while the generator learns. */
export function samplesOverTime(generator: GeneratorReport, explain: boolean): Html | undefined {
  const { snapshots, label } = generator;
  if (snapshots.length < 2) return undefined;
  return html`<section aria-labelledby="${idOf("time", label)}"><h2 id="${idOf("time", label)}">How the images came about: ${label}</h2>
${
  explain &&
  html`<p>The same random inputs, drawn at ${snapshots.length} moments of the training. It begins with noise or a flat colour; first the colours come right, then shapes, then borders.
If late pictures look worse than early ones, the training went on too long.</p>`
}
<div class="time-line">${snapshots.map(
    (snapshot) => html`<figure>${picture(snapshot, `Generated images of ${label} at step ${snapshot.step}.`)}
<figcaption>step ${snapshot.step}, ${formatCount(snapshot.images)} images seen, ${formatDuration(snapshot.seconds)} of training</figcaption></figure>`,
  )}</div>
<div class="controls"><button type="button">Play</button><input type="range" min="0" max="${snapshots.length - 1}" step="1" aria-label="Moment of the training"></div>
</section>`;
}
