import { encodePng } from "dataset-zip";
import { type CheckReport, describeCheck, readThumbnails } from "dataset-zip/node";
import { type Html, html, trusted } from "../report/html.ts";
import { PAGE_STYLE } from "../report/page-style.ts";
import { picture } from "../report/picture.ts";

const SIZE = 112;
/** Sets that are shown of each kind; the text names more. */
const MAX_SETS = 40;
const MAX_IN_SET = 8;

const STYLE = `
.set { display: flex; flex-wrap: wrap; gap: .6rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
.set figure { margin: 0; width: ${SIZE}px; }
.set figcaption { font-size: .74rem; overflow-wrap: anywhere; line-height: 1.3; margin-top: .2rem; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; }
`;

interface PictureSet {
  readonly title: string;
  readonly text: string;
  readonly sets: readonly (readonly string[])[];
}

/** A page that shows what a check found: the report in words, and the pictures of each finding side by side. Nothing is loaded from elsewhere. */
export async function formatCheckPage(source: string, report: CheckReport): Promise<string> {
  const found = pictureSets(report);
  const paths = found.flatMap(({ sets }) => shown(sets).flat());
  const thumbnails = await readThumbnails({ source, paths, size: SIZE });
  const show = (path: string): Html => {
    const pixels = thumbnails.get(path);
    const image = pixels ? picture({ png: encodePng(pixels), width: SIZE, height: SIZE }, path) : "";
    return html`<figure>${image}<figcaption>${path}</figcaption></figure>`;
  };
  const sections = found.map(
    ({ title, text, sets }) => html`<section><h2>${title}</h2><p class="soft">${text}</p>
${shown(sets).map((set) => html`<div class="set">${set.map(show)}</div>`)}
${sets.length > MAX_SETS && html`<p class="soft">… and ${sets.length - MAX_SETS} more.</p>`}</section>`,
  );
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Check of ${report.source}</title><style>${trusted(PAGE_STYLE + STYLE)}</style></head>
<body><header><h1>Check of ${report.source}</h1><p class="lead">${report.numReadable} of ${report.numImages} images can be read.</p></header>
<main><section><h2>In words</h2><pre class="words">${describeCheck(report).join("\n")}</pre></section>
${sections}</main>
<footer><p>Made by qgan-lab. The page holds small copies of the images: treat it as you treat them.</p></footer></body></html>
`;
  return page.html;
}

const shown = (sets: readonly (readonly string[])[]): (readonly string[])[] =>
  sets.slice(0, MAX_SETS).map((set) => set.slice(0, MAX_IN_SET));

function pictureSets({ contradictions, copies, lookAlikes, leaks, constant }: CheckReport): PictureSet[] {
  const all: PictureSet[] = [
    { title: "One picture, different labels", text: "The same pixels stand in several classes.", sets: contradictions },
    {
      title: "Leaks between parts",
      text: "The same patient, lesion or picture stands in several parts, so a test would measure what was learnt by heart.",
      sets: leaks.map(({ parts }) => Object.values(parts).flat()),
    },
    { title: "Copies", text: "Files with the same pixels.", sets: copies },
    { title: "Look-alikes", text: "Perhaps one picture in several versions: look yourself.", sets: lookAlikes },
    { title: "One colour throughout", text: "These hold nothing to learn from.", sets: constant.length > 0 ? [constant] : [] },
  ];
  return all.filter(({ sets }) => sets.length > 0);
}
