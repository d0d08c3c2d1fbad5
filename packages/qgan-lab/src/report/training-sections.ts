import { type Html, html, idOf, trusted } from "./html.ts";
import { lineChart } from "./line-chart.ts";
import type { GeneratorReport, StatsLine } from "./report-data.ts";

/** The losses that a reader needs, by their names in stats.jsonl; their terms stand in TensorBoard. */
const PLAYERS: Readonly<Record<string, string>> = { "loss/lossD": "discriminator", "loss/lossG": "generator" };
const HELPERS: Readonly<Record<string, string>> = {
  "loss/reconstruction": "reconstruction error of the decoder",
  "loss/alignment": "alignment of the encoder",
};

/** Losses of both players and of the auto-encoder, as far as they were logged. */
export function lossSection({ label, stats }: GeneratorReport, explain: boolean): Html | undefined {
  const named = (names: Readonly<Record<string, string>>) =>
    Object.entries(names)
      .map(([name, title]) => ({ name: title, points: pointsOf(stats, name) }))
      .filter(({ points }) => points.length > 0);
  const players = named(PLAYERS);
  const helpers = named(HELPERS);
  if (players.length === 0) return undefined;
  return html`<section aria-labelledby="${idOf("losses", label)}"><h2 id="${idOf("losses", label)}">The two players: ${label}</h2>
${
  explain &&
  html`<p>The generator makes images; the discriminator tries to tell them from real ones. Each one's loss says how badly it does.
Good: both stay in a band, neither wins for good. Bad: the discriminator's loss falls to zero and stays there, or a curve jumps up and does not come back.</p>`
}
${lineChart({
  description: `Losses over images seen. ${players.map(({ name, points }) => `${name} from ${points[0][1].toPrecision(3)} to ${points.at(-1)![1].toPrecision(3)}`).join("; ")}.`,
  xLabel: "images seen",
  yLabel: "loss",
  series: players,
  smooth: true,
})}
${
  helpers.length > 0 &&
  html`<h3>Helpers</h3>${explain && html`<p>An encoder and a decoder learn beside them to take images apart and put them together again. Good: the reconstruction error falls and levels off.</p>`}
${lineChart({
  description: `Losses of encoder and decoder over images seen: ${helpers.map(({ name }) => name).join(", ")}.`,
  xLabel: "images seen",
  yLabel: "loss",
  series: helpers,
  smooth: true,
  scale: "log",
})}`
}</section>`;
}

/** The range of the random inputs, which the adaptive rule moves by the ratio of the losses. */
export function noiseSection({ label, stats }: GeneratorReport, explain: boolean): Html | undefined {
  const name = namesOf(stats).find((candidate) => /noise/i.test(candidate));
  if (!name) return undefined;
  const points = pointsOf(stats, name);
  const isFixed = points.every(([, y]) => y === points[0][1]);
  if (isFixed && !explain) return undefined;
  return html`<section aria-labelledby="${idOf("noise", label)}"><h2 id="${idOf("noise", label)}">The range of the random inputs: ${label}</h2>
<p>Each image begins with random angles between 0 and this bound. A wide range lets images differ; a range that stays small makes them all alike.
${isFixed ? `In this run the bound is fixed at ${points[0][1].toPrecision(4)} radians; the adaptive rule of the paper is an option.` : "Here it follows the ratio of the two losses."}</p>
${
  isFixed
    ? undefined
    : lineChart({
        description: `Upper bound of the random angles, from ${points[0][1].toPrecision(3)} to ${points.at(-1)![1].toPrecision(3)} radians.`,
        xLabel: "images seen",
        yLabel: "radians",
        series: [{ name: "upper bound", points }],
      })
}</section>`;
}

/** The quantum circuit that is trained. */
export function circuitSection({ label, circuit }: GeneratorReport): Html | undefined {
  if (!circuit) return undefined;
  return html`<section aria-labelledby="${idOf("circuit", label)}"><h2 id="${idOf("circuit", label)}">The quantum circuit</h2>
<p>${circuit.sentence} Read it from left to right: each line is a qubit, each box a gate that turns it by an angle, each dot joined to a ring a gate that entangles two qubits. Training changes the angles.
It is simulated exactly, on this computer.</p>
<div class="circuit" tabindex="0">${trusted(circuit.svg)}</div>
<details><summary>As text</summary><pre class="scroll">${circuit.text}</pre></details></section>`;
}

const namesOf = (stats: readonly StatsLine[]): string[] => [...new Set(stats.flatMap(({ values }) => Object.keys(values)))];

const pointsOf = (stats: readonly StatsLine[], name: string) =>
  stats.filter(({ values }) => name in values).map(({ images, values }) => [images, values[name]] as const);
