import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env, platform } from "node:process";
import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { scaled, shifted } from "../angle.ts";
import { buildCircuit } from "../build-circuit.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import type { Operation } from "../gate.ts";
import {
  adjoint,
  CNOT,
  CRX,
  CSWAP,
  control,
  ECR,
  gates,
  H,
  IsingXX,
  IsingZZ,
  MultiRZ,
  PauliRot,
  productAngle,
  Rot,
  RX,
  RY,
  RZ,
  SWAP,
  statePreparation,
  Toffoli,
} from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { drawText } from "./draw-text.ts";

/** Drawings that `qml.draw` of PennyLane 0.45.1 makes of these circuits, without blanks at the ends of lines. */
test("every kind of gate is drawn as PennyLane draws it", () => {
  const circuit = createCircuit({
    numQubits: 4,
    operations: [
      H.on([0]),
      RX.on([1], 0.5),
      CSWAP.on([0, 2, 3]),
      CRX.on([3, 0], -0.5),
      IsingXX.on([0, 2], 0.25),
      SWAP.on([1, 2]),
      Toffoli.on([3, 2, 0]),
      Rot.on([1], 0.1, 0.2, -0.3),
    ],
    observables: ["X0 Z2", "Y1"],
  });
  expect(drawText(circuit)).toBe(
    [
      "0: ──H────────╭●────╭RX(-0.50)─╭IsingXX(0.25)───────╭X───────────────────────┤ ╭<X@Z>",
      "1: ──RX(0.50)─│─────│──────────│──────────────╭SWAP─│───Rot(0.10,0.20,-0.30)─┤ │       <Y>",
      "2: ───────────├SWAP─│──────────╰IsingXX(0.25)─╰SWAP─├●───────────────────────┤ ╰<X@Z>",
      "3: ───────────╰SWAP─╰●──────────────────────────────╰●───────────────────────┤",
    ].join("\n"),
  );
});

test("numbers are rounded as in Python, and observables stand in columns", () => {
  const chain = Array.from({ length: 4 }, (_, k) => CNOT.on([k, k + 1]));
  const circuit = createCircuit({
    numQubits: 5,
    operations: [RX.on([0], 12.3456), RY.on([1], -1e-5), RZ.on([4], 0.125), RZ.on([2], 0.375), ...chain],
    observables: ["X0", "X1 Y2", "X2 Y3", "Z4", "Y0"],
  });
  expect(drawText(circuit)).toBe(
    [
      "0: ──RX(12.35)─╭●──────────┤  <X>    <Y>",
      "1: ──RY(-0.00)─╰X─╭●───────┤ ╭<X@Y>",
      "2: ──RZ(0.38)─────╰X─╭●────┤ ╰<X@Y> ╭<X@Y>",
      "3: ──────────────────╰X─╭●─┤        ╰<X@Y>",
      "4: ──RZ(0.12)───────────╰X─┤  <Z>",
    ].join("\n"),
  );
});

test("adjoints, controls, Pauli words, matrices and Hamiltonians are drawn as PennyLane draws them", () => {
  const circuit = createCircuit({
    numQubits: 4,
    operations: [
      adjoint(RX).on([0], 0.2),
      control(RX, 2).on([1, 3, 0], 0.2),
      MultiRZ(3).on([0, 1, 3], 0.3),
      PauliRot("XYZ").on([0, 2, 3], 0.4),
      ECR.on([2, 0]),
    ],
    observables: [
      hamiltonian([
        [0.5, "X1 Y3"],
        [0.3, "X0"],
      ]),
      "Z2",
    ],
  });
  expect(drawText(circuit)).toBe(
    [
      "0: ──RX(0.20)†─╭RX(0.20)─╭MultiRZ(0.30)─╭RXYZ(0.40)─╭ECR─┤ ╭<𝓗(0.50,0.30)>",
      "1: ────────────├●────────├MultiRZ(0.30)─│───────────│────┤ ├<𝓗(0.50,0.30)>",
      "2: ────────────│─────────│──────────────├RXYZ(0.40)─╰ECR─┤ │                <Z>",
      "3: ────────────╰●────────╰MultiRZ(0.30)─╰RXYZ(0.40)──────┤ ╰<𝓗(0.50,0.30)>",
    ].join("\n"),
  );
  const others = [productAngle(IsingZZ).on([0, 1], { input: 0 }, { input: 1 }), statePreparation(1).on([1], 1, 2)];
  expect(drawText(createCircuit({ numQubits: 2, operations: others, observables: ["Z0"] }))).toBe(
    ["0: ─╭IsingZZ(x0*x1)──────┤  <Z>", "1: ─╰IsingZZ(x0*x1)──|Ψ⟩─┤"].join("\n"),
  );
});

test("references name inputs and weights, with scale and shift", () => {
  const angle = shifted(scaled({ input: 0 }, 2), 0.25);
  const operations = [RX.on([0], angle), RY.on([1], { weight: 3, scale: -1 }), RZ.on([0], shifted({ weight: 0 }, -1))];
  expect(drawText(createCircuit({ numQubits: 2, operations }))).toBe(
    ["0: ──RX(2.00*x0+0.25)──RZ(w0-1.00)─┤  <Z>", "1: ──RY(-w3)───────────────────────┤  <Z>"].join("\n"),
  );
});

test("equal layers are drawn once on request", () => {
  expect(drawText(buildCircuit("mosaiq", { numQubits: 3, numLayers: 6 }), { fold: true })).toBe(
    [
      "                    ╎ 6 times",
      "0: ──RY(x0)──RX(x0)─╎──RY(w0)─╭●────╎─┤  <X>",
      "1: ──RY(x1)──RX(x1)─╎──RY(w1)─╰Z─╭●─╎─┤  <X>",
      "2: ──RY(x2)──RX(x2)─╎──RY(w2)────╰Z─╎─┤  <X>",
    ].join("\n"),
  );
});

test("long lines go on below", () => {
  const text = drawText(buildCircuit("hybridq", { numQubits: 2, numLayers: 3 }), { maxLength: 40 });
  const lines = text.split("\n");
  expect(lines.every((line) => line.length <= 40)).toBe(true);
  expect(lines[0].endsWith(" ···")).toBe(true);
  expect(lines[3].startsWith("0: ··· ")).toBe(true);
  const joined = drawText(buildCircuit("hybridq", { numQubits: 2, numLayers: 3 }), { maxLength: Number.POSITIVE_INFINITY });
  expect(joined.split("\n")).toHaveLength(2);
});

test("options out of range are refused", () => {
  const circuit = createCircuit({ numQubits: 1, operations: [] });
  expect(drawText(circuit)).toBe("0: ───┤  <Z>");
  expect(() => drawText(circuit, { decimals: -1 })).toThrow("[drawText] decimals must be a whole number from 0 to 20; got -1.");
  expect(() => drawText(circuit, { maxLength: 3 })).toThrow("[drawText] maxLength must be at least 20 characters; got 3.");
  // @ts-expect-error a key that the type refuses too
  expect(() => drawText(circuit, { folded: true })).toThrow('[drawText] unknown option "folded"; did you mean "fold"?');
});

/** Python starts and imports its packages. */
const PYTHON = { timeout: 300_000 };

const environment = env.QGAN_PEERS_ENV ?? join(import.meta.dirname, "..", "..", "..", "..", "..", "peers-env");
const python = platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
const check = ["-c", "import importlib.metadata as m; raise SystemExit(m.version('pennylane') < '0.45')"];
const hasPennyLane = existsSync(python) && spawnSync(python, check).status === 0;

/** PennyLane draws an identity on every wire. */
const OTHER = new Set(["I"]);

function randomCircuit(seed: number): Circuit {
  const rng = createRng(seed);
  const numQubits = 2 + rng.integer(11);
  const known = [...gates].filter(({ name, numWires }) => numWires <= numQubits && !OTHER.has(name));
  const wiresFor = (count: number) => rng.shuffle(Array.from({ length: numQubits }, (_, wire) => wire)).slice(0, count);
  const operations = Array.from({ length: 3 + rng.integer(40) }, (): Operation => {
    const gate = known[rng.integer(known.length)];
    const angles = Array.from({ length: gate.numAngles }, () => rng.normal() * 4);
    return gate.on(wiresFor(gate.numWires), ...angles);
  });
  const observables = Array.from({ length: 1 + rng.integer(6) }, () => {
    const wires = wiresFor(1 + rng.integer(Math.min(3, numQubits)));
    return wires.map((wire) => `${"XYZ"[rng.integer(3)]}${wire}`).join(" ");
  });
  return createCircuit({ numQubits, operations, observables });
}

test.skipIf(!hasPennyLane)("40 random circuits are PennyLane's text", PYTHON, () => {
  const cases = Array.from({ length: 40 }, (_, seed) => ({
    circuit: randomCircuit(seed),
    maxLength: seed % 3 === 0 ? 10_000 : 100,
  }));
  const input = cases.map(({ circuit, maxLength }) => ({
    maxLength,
    numQubits: circuit.numQubits,
    operations: circuit.operations.map(({ gate, wires, angles }) => [gate.name, wires, angles]),
    observables: circuit.observables.map(({ factors }) => factors.map(({ pauli, wire }) => [pauli, wire])),
  }));
  const script = join(import.meta.dirname, "__fixtures__", "draw-pennylane.py");
  const { status, stdout, stderr } = spawnSync(python, [script], { input: JSON.stringify(input), encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const drawings: string[] = JSON.parse(stdout);
  cases.forEach(({ circuit, maxLength }, k) => {
    const theirs = drawings[k].split("\n").map((line) => line.trimEnd());
    expect(drawText(circuit, { maxLength }).split("\n")).toEqual(theirs);
  });
});
