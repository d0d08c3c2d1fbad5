import { formatDuration } from "../progress/duration.ts";
import { type Html, html } from "./html.ts";
import type { ReportData } from "./report-data.ts";

/** Where the time went. */
export function timeSection({ times }: ReportData): Html | undefined {
  if (times.length === 0) return undefined;
  const longest = Math.max(...times.map(({ seconds }) => seconds), 1e-9);
  return html`<section aria-labelledby="times"><h2 id="times">Where the time went</h2>
<p>Wall-clock time of each part. Most of it should be training.</p>
<table class="times"><tbody>${times.map(
    ({ part, seconds }) =>
      html`<tr><th scope="row">${part}</th><td>${formatDuration(seconds)}</td><td class="cell"><div class="bar" style="width:${((seconds / longest) * 100).toFixed(1)}%"></div></td></tr>`,
  )}</tbody></table></section>`;
}

/** What is needed to repeat the run. */
export function protocolSection({ protocol, data, createdAt }: ReportData): Html {
  const [height, width, channels] = data.imageShape;
  const rows = {
    "Training images": `${data.name}${data.isPhantom ? " (drawn by this program)" : ""}`,
    "Images a class": data.classes.map(({ name, count }) => `${name}: ${count}`).join(", "),
    "Image size": `${height}×${width}, ${channels === 1 ? "grey" : "RGB"}`,
    ...protocol,
    "Report made": createdAt,
  };
  return html`<section aria-labelledby="protocol"><h2 id="protocol">How to repeat this</h2>
<p>A number without its protocol says nothing: these are the seeds, counts, networks, filters and versions behind the numbers above.</p>
<div class="scroll"><table class="protocol"><tbody>${Object.entries(rows).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div></section>`;
}

/** What was left out, and what to do about it. */
export function remarkSection({ remarks }: ReportData): Html | undefined {
  if (remarks.length === 0) return undefined;
  return html`<section aria-labelledby="remarks"><h2 id="remarks">Good to know</h2><ul class="remarks">${remarks.map((remark) => html`<li>${remark}</li>`)}</ul></section>`;
}
