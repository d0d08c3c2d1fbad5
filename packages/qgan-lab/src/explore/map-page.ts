import { html, trusted } from "../report/html.ts";
import { PAGE_STYLE } from "../report/page-style.ts";
import { RESEARCH_ONLY } from "../run-folder/model-card.ts";
import { MAP_SCRIPT } from "./map-script.ts";
import type { MapItem } from "./tensorboard-files.ts";

export interface MapPage {
  readonly title: string;
  readonly items: readonly MapItem[];
  /** Maps by name: [items, 2]. */
  readonly maps: Readonly<Record<string, Float64Array>>;
  /** Of each image, the nearest of the other kind by features, and how far it is. */
  readonly nearest: readonly { readonly index: number; readonly distance: number }[];
  readonly sprite: Uint8Array;
  readonly columns: number;
  readonly side: number;
  /** Sentences on each map. */
  readonly notes: Readonly<Record<string, string>>;
  readonly protocol: Readonly<Record<string, string>>;
}

const STYLE = `
main.wide-page, header.wide-page { max-width: 1180px; }
.stage { position: relative; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--paper); }
.stage canvas { display: block; width: 100%; height: min(70vh, 640px, 115vw); touch-action: none; cursor: grab; }
.bar-row { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: center; margin: .2rem 0 .7rem; }
.bar-row button, .bar-row select { font: inherit; min-height: 44px; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: var(--ink); cursor: pointer; }
.bar-row button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.bar-row label { display: inline-flex; align-items: center; gap: .4rem; min-height: 44px; }
.swatch { display: inline-block; width: .8rem; height: .8rem; border-radius: 50%; }
.swatch.triangle { border-radius: 0; clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.tip { position: absolute; pointer-events: none; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .35rem; font-size: .8rem; box-shadow: 0 2px 10px rgba(0,0,0,.25); display: none; max-width: 150px; }
.tip canvas, .chosen canvas { display: block; width: 128px; height: 128px; touch-action: auto; cursor: auto; image-rendering: pixelated; border-radius: 4px; }
.chosen { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; min-height: 3rem; }
.chosen figure { margin: 0; width: 150px; }
`;

/** A map of images that can be moved and looked into, as one page that loads nothing. */
export function formatMapPage(page: MapPage): string {
  const { title, items, maps, nearest, sprite, columns, side, notes, protocol } = page;
  const names = Object.keys(maps);
  const round = (value: number): number => Number(value.toPrecision(5));
  const data = {
    side,
    columns,
    items: items.map(({ kind, name, class: one }, i) => [
      kind === "real" ? 0 : 1,
      name,
      one ?? "",
      nearest[i].index,
      round(nearest[i].distance),
    ]),
    maps: Object.fromEntries(names.map((name) => [name, Array.from(maps[name], round)])),
    notes,
  };
  // "<" cannot end the script element: JSON allows it as an escape.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  const count = (kind: MapItem["kind"]): number => items.filter((one) => one.kind === kind).length;
  const document = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title><style>${trusted(PAGE_STYLE + STYLE)}</style></head>
<body><div role="note"><p class="notice">${RESEARCH_ONLY}</p></div>
<header class="wide-page"><h1>${title}</h1><p class="lead">${count("real")} real and ${count("generated")} generated images, laid out by what a network sees in them: alike lie together.</p></header>
<main class="wide-page"><section>
<div class="bar-row" role="group" aria-label="Map">${names.map((name, i) => html`<button type="button" data-map="${name}" aria-pressed="${i === 0 ? "true" : "false"}">${name}</button>`)}
<label><input type="checkbox" data-kind="0" checked><span class="swatch" style="background:var(--series-1)"></span>real</label>
<label><input type="checkbox" data-kind="1" checked><span class="swatch triangle" style="background:var(--series-2)"></span>generated</label>
<label>class <select data-class><option value="">all</option></select></label>
<button type="button" data-pictures aria-pressed="false">Pictures</button>
<button type="button" data-zoom="1.5" aria-label="zoom in">+</button><button type="button" data-zoom="0.667" aria-label="zoom out">−</button><button type="button" data-reset>All</button></div>
<div class="stage"><canvas tabindex="0" aria-label="Map of images; arrow keys move it, plus and minus zoom"></canvas><div class="tip"><canvas width="128" height="128"></canvas><span></span></div></div>
<p class="soft" data-note></p>
<p class="soft">Point at an image to see it, click or tap for its nearest of the other kind; drag to move, turn the wheel or pinch to zoom.</p>
<div class="chosen" aria-live="polite"></div></section>
<section><h2>How it was made</h2><div class="scroll"><table class="protocol"><tbody>${Object.entries(protocol).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div>
<p class="soft">A map in two dimensions shows what lies together, not how far groups are apart, and UMAP less so than PCA. tensors.tsv, metadata.tsv and sprite.png beside this page open in TensorBoard's projector.</p></section></main>
<footer><p>Made by qgan-lab. The page holds small copies of the images: treat it as you treat them.</p></footer>
<img data-sprite hidden alt="" src="data:image/png;base64,${Buffer.from(sprite).toString("base64")}">
<script type="application/json" data-points>${trusted(json)}</script><script>${trusted(MAP_SCRIPT)}</script></body></html>
`;
  return document.html;
}
