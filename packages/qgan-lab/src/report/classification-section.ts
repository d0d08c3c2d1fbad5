import { type Html, html } from "./html.ts";
import type { ClassificationReport, Share } from "./report-data.ts";

/** Whether generated images help a classifier: confusion matrices and scores, real only and real + generated. */
export function classificationSection({ classes, realOnly, withGenerated, numTest, sentence }: ClassificationReport): Html {
  return html`<section aria-labelledby="classification"><h2 id="classification">Do generated images help a classifier?</h2>
<p>A small network learns to tell the classes apart, once from real images alone and once with generated ones added; both are judged on the same ${numTest} real images that neither has seen.
${verdict(realOnly.accuracy, withGenerated.accuracy)}</p>
<p>${inWords(realOnly.accuracy, withGenerated.accuracy)}</p>
<p class="soft">${sentence}</p>
<div class="scroll"><table class="numbers"><thead><tr><th scope="col"></th><th scope="col">Real only</th><th scope="col">Real + generated</th></tr></thead><tbody>
${row("Accuracy (share that is right)", realOnly.accuracy, withGenerated.accuracy)}
${row("Precision, mean over classes", realOnly.macroPrecision, withGenerated.macroPrecision)}
${row("Recall, mean over classes", realOnly.macroRecall, withGenerated.macroRecall)}
<tr><th scope="row">Training images</th><td>${realOnly.numReal}</td><td>${withGenerated.numReal} + ${withGenerated.numGenerated}</td></tr>
</tbody></table></div>
<p class="soft">The small numbers are 95 % intervals. Precision: of the images given this name, the share that deserve it. Recall: of the images that deserve this name, the share that got it.</p>
<p>Rows: what an image is. Columns: what the network says it is. The stronger the colour of the diagonal, the better.</p>
<div class="pair">${confusionTable("Real only", classes, realOnly.confusion)}${confusionTable("Real + generated", classes, withGenerated.confusion)}</div>
</section>`;
}

function verdict(before: Share, after: Share): string {
  if (after.low > before.high)
    return "On these test images they helped: the interval of the accuracy lies above that without them. It does not hold what a repeated training would change.";
  if (after.high < before.low)
    return "On these test images they did harm: the interval of the accuracy lies below that without them. It does not hold what a repeated training would change.";
  return "Here the intervals overlap: these test images do not show a difference in either direction.";
}

/** The accuracies for a reader who does not know the word. */
function inWords(before: Share, after: Share): string {
  const times = ({ value, low, high }: Share): string =>
    `${Math.round(100 * value)} of 100 images (95 % interval: ${Math.round(100 * low)} to ${Math.round(100 * high)})`;
  return `Trained on real images alone, the classifier names ${times(before)} rightly; with generated images added, ${times(after)}.`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function row(name: string, ...shares: readonly Share[]): Html {
  return html`<tr><th scope="row">${name}</th>${shares.map(
    ({ value, low, high }) =>
      html`<td>${percent(value)}<br><span class="soft">${(low * 100).toFixed(1)} to ${percent(high)}</span></td>`,
  )}</tr>`;
}

/** [truth][prediction] as a table, the stronger the colour the more often. */
export function confusionTable(title: string, classes: readonly string[], confusion: readonly (readonly number[])[]): Html {
  const rows = confusion.map((counts, truth) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map(
      (count) =>
        html`<td style="background: rgba(var(--cell), ${((total > 0 ? count / total : 0) * 0.55).toFixed(3)})">${count}</td>`,
    );
    return html`<tr><th scope="row">${classes[truth]}</th>${cells}</tr>`;
  });
  return html`<div><h3>${title}</h3><div class="scroll"><table class="confusion" aria-label="Confusion matrix, ${title}"><thead><tr><th scope="col"><span class="soft">is \\ says</span></th>${classes.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></div>`;
}
