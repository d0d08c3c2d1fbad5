/** Style of the report: one column, light and dark by the reader's preference, from a phone to a desk. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d2127; --soft: #5a626d; --line: #dcdad5; --accent: #0b5fa5; --notice: #fdf1d8; --notice-ink: #5c4206;
  --series-1: #0b6bb8; --series-2: #c8500f; --series-3: #08805f; --series-4: #a6418a; --series-5: #6d6a12; --cell: 11, 107, 184; --shade: rgba(29, 33, 39, .22);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --card: #1c2027; --ink: #e8e9eb; --soft: #a5adb8; --line: #343a44; --accent: #7cc0f5; --notice: #3a2f14; --notice-ink: #f5dfae;
    --series-1: #62b4f2; --series-2: #f59a5b; --series-3: #4fc8a2; --series-4: #e08fcb; --series-5: #cfc85a; --cell: 98, 180, 242; --shade: rgba(232, 233, 235, .24);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.notice { background: var(--notice); color: var(--notice-ink); text-align: center; padding: .5rem 1rem; font-weight: 600; margin: 0; max-width: none; }
main, header { max-width: 880px; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.6rem; }
h1 { font-size: clamp(1.5rem, 4.5vw, 2.1rem); line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 0 0 .3rem; }
h3 { font-size: 1.02rem; margin: 1.2rem 0 .3rem; }
p { margin: .3rem 0 .8rem; max-width: 68ch; }
.lead { font-size: 1.06rem; }
.soft, figcaption, caption { color: var(--soft); font-size: .9rem; }
a { color: var(--accent); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.2rem; margin: 1rem 0; }
figure { margin: .6rem 0; }
img { display: block; max-width: 100%; height: auto; border-radius: 6px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: .7rem; padding: 0; margin: 1rem 0; list-style: none; }
.facts li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .6rem .8rem; }
.facts b { display: block; font-size: 1.2rem; white-space: nowrap; font-variant-numeric: tabular-nums; line-height: 1.3; }
.facts span { color: var(--soft); font-size: .85rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 290px), 1fr)); gap: 1rem; }
.pair img { width: 100%; }
.time-line figure img { width: min(100%, 520px); }
.time-line[data-live] figure:not([data-shown]) { display: none; }
.controls { display: none; gap: .8rem; align-items: center; margin: .5rem 0; }
.time-line[data-live] + .controls { display: flex; }
.controls input { flex: 1; max-width: 430px; accent-color: var(--accent); min-height: 44px; }
.controls button { font: inherit; min-height: 44px; min-width: 74px; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: var(--ink); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.chart svg { width: 100%; height: auto; }
.chart .legend svg { width: auto; }
.narrow { display: none; }
.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
.small .wide { display: none; }
.small .narrow { display: block; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; margin: 0 0 .3rem; font-size: .92rem; }
.legend svg { margin-right: .45rem; }
details { margin: .4rem 0; font-size: .92rem; }
summary { cursor: pointer; color: var(--soft); padding: .3rem 0; }
/* A shade at a side tells that there is more; the card's colour, which moves with the content, covers it at that side's end. */
.scroll {
  overflow-x: auto;
  background:
    linear-gradient(to right, var(--card) 40%, transparent) 0 / 2.2rem 100% no-repeat local,
    linear-gradient(to left, var(--card) 40%, transparent) 100% / 2.2rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) 0 / .9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) 100% / .9rem 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .7rem .32rem 0; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child, .protocol td { text-align: left; }
th { font-weight: 600; }
tbody th { font-weight: 400; }
table.numbers td { white-space: nowrap; }
.protocol th { min-width: 6.5rem; }
.protocol td { overflow-wrap: anywhere; }
.confusion td, .confusion th { text-align: center; padding: .45rem .7rem; border: 1px solid var(--line); }
.confusion td[style] { min-width: 3.4rem; }
.bar { background: var(--series-1); height: .8rem; border-radius: 3px; min-width: 2px; }
.times { width: 100%; }
.times td:nth-child(2) { white-space: nowrap; }
.times .cell { width: 60%; }
.circuit { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; padding: .6rem; }
.circuit svg { display: block; min-width: 480px; margin: 0 auto; }
pre { font: .8rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
.remarks li { margin: .3rem 0; }
footer { max-width: 880px; margin: 0 auto; padding: .5rem 1rem 2rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 640px) {
  section { padding: .9rem .85rem; border-radius: 10px; }
  .wide { display: none; }
  .narrow { display: block; }
  th, td { padding-right: .5rem; }
  .confusion td, .confusion th { padding: .35rem .3rem; font-size: .82rem; }
  .confusion td[style] { min-width: 2.4rem; }
}
@media print { section { break-inside: avoid; } .controls { display: none !important; } }
`;
