import { describe, expect, test } from "vitest";
import { scaled, shifted } from "../angle.ts";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { CNOT, CRX, CSWAP, H, IsingXX, Rot, RX, RY, SWAP, Toffoli } from "../gates/index.ts";
import { findRepetition, layOutCircuit } from "./circuit-diagram.ts";
import { drawCircuit } from "./draw-circuit.ts";
import { drawCircuitSvg } from "./draw-circuit-svg.ts";

const odd = createCircuit({
  name: 'odd & "<b>"',
  numQubits: 4,
  operations: [
    H.on([0]),
    RX.on([1], scaled({ input: 0 }, 2)),
    CSWAP.on([0, 2, 3]),
    CRX.on([3, 0], shifted({ weight: 0 }, -0.5)),
    IsingXX.on([0, 2], 0.25),
    SWAP.on([1, 2]),
    Toffoli.on([3, 2, 0]),
    Rot.on([1], { weight: 1 }, { weight: 2 }, { weight: 3, scale: -1 }),
  ],
  observables: ["X0 Z2", "Y1"],
});

test("equal layers are drawn once", () => {
  expect(drawCircuit(buildCircuit("mosaiq", { numQubits: 3, numLayers: 6 }))).toBe(
    [
      "                  ╎ 6 times",
      "0: ─RY(x0)─RX(x0)─╎─RY(w0)─╭●────╎─ ⟨X⟩",
      "1: ─RY(x1)─RX(x1)─╎─RY(w1)─╰●─╭●─╎─ ⟨X⟩",
      "2: ─RY(x2)─RX(x2)─╎─RY(w2)────╰●─╎─ ⟨X⟩",
    ].join("\n"),
  );
});

test("or all of them", () => {
  expect(drawCircuit(buildCircuit("hybridq", { numQubits: 2, numLayers: 2 }), { fold: false })).toBe(
    [
      "0: ─RY(x0)─RX(w0)─RY(w1)─RZ(w2)─╭●─RX(w6)─RY(w7)──RZ(w8)──╭●─ ⟨Z⟩",
      "1: ─RY(x1)─RX(w3)─RY(w4)─RZ(w5)─╰⊕─RX(w9)─RY(w10)─RZ(w11)─╰⊕─ ⟨Z⟩",
    ].join("\n"),
  );
});

test("every kind of gate", () => {
  expect(drawCircuit(odd)).toBe(
    [
      "0: ─H────────╭●─╭RX(w0 − 0.5)─╭IsingXX(0.25)────╭⊕──────────────────",
      "1: ─RX(2·x0)─│──│─────────────│──────────────╭×─│──Rot(w1, w2, −w3)─ ⟨Y⟩",
      "2: ──────────├×─│─────────────╰IsingXX(0.25)─╰×─├●──────────────────",
      "3: ──────────╰×─╰●──────────────────────────────╰●──────────────────",
      "measured: ⟨X0 Z2⟩",
    ].join("\n"),
  );
});

describe("repetitions", () => {
  const layer = (k: number) => [RY.on([0], { weight: 2 * k }), RY.on([1], { weight: 2 * k + 1 }), CNOT.on([0, 1])];
  test("are found behind a beginning of another kind", () => {
    expect(findRepetition([H.on([0]), ...layer(0), ...layer(1), ...layer(2)])).toEqual({ start: 1, length: 3, repeats: 3 });
  });
  test("are none where inputs or wires differ", () => {
    expect(findRepetition([RY.on([0], { input: 0 }), RY.on([0], { input: 1 })]).repeats).toBe(1);
    expect(findRepetition([RY.on([0], 1), RY.on([1], 1)]).repeats).toBe(1);
  });
  test("keep the order of the gates on each wire", () => {
    const [section] = layOutCircuit(createCircuit({ numQubits: 2, operations: layer(0) }));
    expect(section.placed.map(({ column }) => column)).toEqual([0, 0, 1]);
  });
});

describe("the SVG", () => {
  const svg = drawCircuitSvg(odd);
  test("is well formed and names nothing outside itself", () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+".*<\/svg>$/);
    expect(svg).not.toMatch(/NaN|undefined|href|url\(|<script/);
    const opened = svg.match(/<[a-z]+[^>]*[^/]>/g)?.length;
    expect(opened).toBe(svg.match(/<\/[a-z]+>/g)?.length);
  });
  test("takes the colour of the text, and escapes names", () => {
    expect(svg.match(/#[0-9a-f]{3,6}|rgb/g)).toBeNull();
    expect(svg).toContain("currentColor");
    expect(svg).toContain('aria-label="Circuit odd &amp; &quot;&lt;b&gt;&quot;: ');
  });
  test("shows gates, angles, repetitions and what is measured", () => {
    for (const shown of [">IsingXX<", ">w0 − 0.5<", ">⟨Y⟩<", "measured ⟨X0 Z2⟩"]) expect(svg).toContain(shown);
    expect(drawCircuitSvg(buildCircuit("hybridq", { numQubits: 3, numLayers: 4 }))).toContain(">4 times<");
  });
  test("refuses unknown options", () => {
    // @ts-expect-error a key that the type refuses too
    expect(() => drawCircuitSvg(odd, { folded: true })).toThrow('[drawCircuitSvg] unknown option "folded"; did you mean "fold"?');
  });
});
