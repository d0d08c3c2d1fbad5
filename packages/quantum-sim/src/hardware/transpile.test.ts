import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import { randomCircuit } from "../decompose/__fixtures__/random-circuit.ts";
import { phaseDistance } from "../decompose/phase-distance.ts";
import { CNOT, H, IsingZZ, MultiRZ, PauliRot, productAngle, RX, RY, unitary, X } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { sampleCalibration } from "../noise/sample-calibration.ts";
import { simulatePlainly } from "../simulate.ts";
import { createStatevector } from "../statevector.ts";
import type { EntanglerName } from "./basis-gates.ts";
import type { DeviceTarget } from "./device-target.ts";
import { type Transpiled, transpile } from "./transpile.ts";

/** Rounding of some thousand gates. */
const CLOSE = 1e-11;

/** Distance of what is given, moved to its final wires, from the transpiled circuit; the other wires stay |0⟩. */
function distance(given: Circuit, { circuit, final }: Transpiled, weights: number[] = [], bound: number[] = []): number {
  const psi = simulatePlainly(given, { weights });
  const moved = createStatevector(circuit.numQubits);
  psi.re.forEach((x, i) => {
    let j = 0;
    final.forEach((wire, k) => {
      if ((i >> (given.numQubits - 1 - k)) & 1) j |= 1 << (circuit.numQubits - 1 - wire);
    });
    moved.re[j] = x;
    moved.im[j] = psi.im[i];
  });
  return phaseDistance(moved, simulatePlainly(circuit, { weights: bound }));
}

const target = (
  name: string,
  numQubits: number,
  entangler: EntanglerName,
  pairs: readonly (readonly [number, number])[],
): DeviceTarget => ({
  name,
  numQubits,
  entangler,
  edges: pairs.map(([a, b], k) => ({ pair: k % 2 ? ([b, a] as const) : ([a, b] as const), error: 0.01 + 0.001 * k })),
});
const line = (entangler: EntanglerName) =>
  target(
    "line",
    7,
    entangler,
    Array.from({ length: 6 }, (_, k) => [k, k + 1] as const),
  );
const star = (entangler: EntanglerName) =>
  target(
    "star",
    6,
    entangler,
    Array.from({ length: 5 }, (_, k) => [0, k + 1] as const),
  );
const grid = (entangler: EntanglerName) =>
  target("grid", 9, entangler, [
    ...[0, 1, 3, 4, 6, 7].map((k) => [k, k + 1] as const),
    ...[0, 1, 2, 3, 4, 5].map((k) => [k, k + 3] as const),
  ]);

test.each(["cx", "cz", "ecr"] as const)("random circuits of all gates in %s are equal up to phase and places", (entangler) => {
  for (const [k, device] of [line(entangler), star(entangler), grid(entangler)].entries())
    for (const isFree of [false, true]) {
      const { circuit, weights } = randomCircuit({ seed: 10 * k + 1, numGates: 60, numQubits: 5, isFree });
      const transpiled = transpile(circuit, { target: device });
      expect(distance(circuit, transpiled, weights, weights)).toBeLessThan(CLOSE);
      const pairs = new Set(device.edges.map(({ pair }) => pair.join()));
      for (const { gate, wires } of transpiled.circuit.operations) {
        expect(["RZ", "SX", "X", { cx: "CNOT", cz: "CZ", ecr: "ECR" }[entangler]]).toContain(gate.name);
        const qubits = wires.map((wire) => transpiled.physicalQubits[wire]);
        if (wires.length === 2)
          expect(pairs.has(qubits.join()) || (entangler === "cz" && pairs.has([...qubits].reverse().join()))).toBe(true);
      }
      if (isFree) expect(distance(circuit, transpile(circuit, { target: device, weights }), weights)).toBeLessThan(CLOSE);
    }
});

test("rotations of Pauli words and matrices of one's own", () => {
  const r = Math.SQRT1_2;
  const own = unitary({ re: [r, 0, 0, r, 0, r, r, 0, 0, r, -r, 0, r, 0, 0, -r] }, "Bell");
  const pool = [PauliRot("XYZ"), PauliRot("YIX"), MultiRZ(4), own];
  const { circuit, weights } = randomCircuit({ seed: 5, numGates: 12, isFree: true, pool });
  expect(distance(circuit, transpile(circuit, { target: line("ecr") }), weights, weights)).toBeLessThan(CLOSE);
});

test("observables, Hamiltonians among them, move along", () => {
  const observables = [
    "X0 Z3",
    hamiltonian([
      [0.5, "Z1"],
      [2, "Y2 Z0"],
      [1, "I"],
    ]),
  ];
  const operations = [H.on([0]), CNOT.on([0, 3]), RX.on([1], 0.3), CNOT.on([1, 3]), RY.on([2], 1), CNOT.on([2, 0])];
  const { circuit, final } = transpile(createCircuit({ numQubits: 4, operations, observables }), { target: line("cx") });
  expect(circuit.outputs).toHaveLength(2);
  const [x, z] = circuit.observables[0].factors;
  expect([x, z]).toEqual([
    { pauli: "X", wire: final[0] },
    { pauli: "Z", wire: final[3] },
  ]);
});

test("a chain of ten qubits finds a good chain of the 127 and needs no SWAP", () => {
  // What a calibration says of its two-qubit gates and readout.
  const { qubits, gates: calibrated } = sampleCalibration() as unknown as {
    qubits: { name: string; value: number }[][];
    gates: { gate: string; qubits: [number, number]; parameters: { name: string; value: number }[] }[];
  }; // the format's fields
  const device: DeviceTarget = {
    name: "sample",
    numQubits: qubits.length,
    entangler: "ecr",
    edges: calibrated
      .filter(({ gate }) => gate === "ecr")
      .map(({ qubits: pair, parameters }) => ({ pair, error: parameters.find(({ name }) => name === "gate_error")?.value ?? 1 })),
    readoutErrors: qubits.map((list) => list.find(({ name }) => name === "readout_error")?.value ?? 0),
  };
  expect([device.numQubits, device.edges.length]).toEqual([127, 144]);
  const transpiled = transpile(buildCircuit("hybridq", { numQubits: 10, numLayers: 2 }), { target: device });
  expect(transpiled.numSwaps).toBe(0);
  const errorOf = (a: number, b: number) => device.edges.find(({ pair }) => pair.includes(a) && pair.includes(b))?.error ?? 1;
  const chain = transpiled.final.map((wire) => transpiled.physicalQubits[wire]);
  const used = chain.slice(1).map((qubit, k) => errorOf(chain[k], qubit));
  const mean = device.edges.reduce((sum, { error }) => sum + error, 0) / device.edges.length;
  expect(used.reduce((a, b) => a + b) / used.length).toBeLessThan(0.8 * mean);
});

test("gates that undo each other vanish, and a ring on a line needs few SWAPs", () => {
  const nothing = createCircuit({ numQubits: 2, operations: [H.on([0]), CNOT.on([0, 1]), CNOT.on([0, 1]), H.on([0])] });
  expect(transpile(nothing, { target: line("cx") }).circuit.operations).toHaveLength(0);
  const ring = createCircuit({ numQubits: 5, operations: [0, 1, 2, 3, 4].map((k) => CNOT.on([k, (k + 1) % 5])) });
  const { numSwaps } = transpile(ring, { target: line("cx") });
  expect(numSwaps).toBeGreaterThan(0);
  expect(numSwaps).toBeLessThanOrEqual(3);
});

test("a layout is kept, and one that is none is refused", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [CNOT.on([0, 1])] });
  const { physicalQubits, initial } = transpile(circuit, { target: line("cx"), layout: [5, 4] });
  expect(initial.map((wire) => physicalQubits[wire])).toEqual([5, 4]);
  expect(() => transpile(circuit, { target: line("cx"), layout: [1, 1] })).toThrow(
    "[circuit] layout must name 2 different qubits below 7; got [1, 1].",
  );
  const split = target("split", 4, "cx", [
    [0, 1],
    [2, 3],
  ]);
  expect(() => transpile(circuit, { target: split, layout: [0, 2] })).toThrow("qubits 0 and 2 are not connected on the device");
  const three = createCircuit({ numQubits: 3, operations: [CNOT.on([0, 1]), CNOT.on([1, 2])] });
  expect(() => transpile(three, { target: split })).toThrow("[split] has no connected set of 3 qubits. Take fewer qubits.");
  expect(() => transpile(createCircuit({ numQubits: 8, operations: [X.on([0])] }), { target: line("cx") })).toThrow(
    "[circuit] has 8 qubits; line has 7.",
  );
  expect(() => transpile(circuit, { target: { ...line("cx"), edges: [{ pair: [0, 7], error: 0 }] } })).toThrow(
    "[line] edges must join two different qubits below 7; got [0, 7].",
  );
});

test("free angles without a form are refused in one sentence", () => {
  const product = productAngle(IsingZZ);
  const circuit = createCircuit({ numQubits: 2, operations: [product.on([0, 1], { weight: 0 }, { input: 0 })] });
  expect(() => transpile(circuit, { target: line("cx") })).toThrow(
    "[circuit] no form of IsingZZ(a·b) on 2 wires in CNOT and single-qubit gates is known; give inputs and weights",
  );
});
