import { expect, test } from "vitest";
import { shifted } from "../angle.ts";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { adjoint, CRX, CSWAP, H, IsingXX, Rot, RX, SWAP, Toffoli } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { drawSvg } from "./draw-svg.ts";

const odd = createCircuit({
  name: 'odd & "<b>"',
  numQubits: 4,
  operations: [
    H.on([0]),
    CSWAP.on([0, 2, 3]),
    CRX.on([3, 0], shifted({ weight: 0 }, -0.5)),
    IsingXX.on([0, 2], 0.25),
    SWAP.on([1, 2]),
    Toffoli.on([3, 2, 0]),
    Rot.on([1], { weight: 1 }, { weight: 2 }, { weight: 3, scale: -1 }),
  ],
  observables: ["X0 Z2", "Y1"],
});
const svg = drawSvg(odd);

test("is well formed and names nothing outside itself", () => {
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+".*<\/svg>$/);
  expect(svg).not.toMatch(/NaN|undefined|href|url\(|<script/);
  const opened = svg.match(/<[a-z]+[^>]*[^/]>/g)?.length;
  expect(opened).toBe(svg.match(/<\/[a-z]+>/g)?.length);
});

test("takes the colour of the text, and escapes names", () => {
  expect(svg.match(/#[0-9a-f]{3,6}|rgb/g)).toBeNull();
  expect(svg).toContain("currentColor");
  expect(svg).toContain('aria-label="Circuit odd &amp; &quot;&lt;b&gt;&quot;: 4 qubits · 4 weights (w)');
});

test("shows gates, angles, repetitions and what is measured", () => {
  for (const shown of [">IsingXX<", ">w0 − 0.5<", ">w1, w2, −w3<", ">⟨Y⟩<", "measured ⟨X0 Z2⟩"]) expect(svg).toContain(shown);
  const layers = buildCircuit("hybridq", { numQubits: 3, numLayers: 4 });
  expect(drawSvg(layers)).toContain(">4 times<");
  expect(drawSvg(layers, { fold: false })).not.toContain("times");
});

test("names Hamiltonians and adjoints", () => {
  const observables = [
    hamiltonian([
      [0.5, "X0 Z1"],
      [-1, "Z0"],
      [2, "I"],
    ]),
    "Y1",
  ];
  const drawn = drawSvg(createCircuit({ numQubits: 2, operations: [adjoint(RX).on([0], 1)], observables }));
  for (const shown of ["measured ⟨0.5 X0 Z1 − Z0 + 2⟩", ">⟨Y⟩<", ">RX†<"]) expect(drawn).toContain(shown);
});

test("refuses unknown options", () => {
  // @ts-expect-error a key that the type refuses too
  expect(() => drawSvg(odd, { folded: true })).toThrow('[drawSvg] unknown option "folded"; did you mean "fold"?');
});
