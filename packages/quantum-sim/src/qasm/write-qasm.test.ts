import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { scaled, shifted } from "../angle.ts";
import { createCircuit } from "../circuit.ts";
import { randomCircuit } from "../decompose/__fixtures__/random-circuit.ts";
import { phaseDistance } from "../decompose/phase-distance.ts";
import {
  CZ,
  gates,
  IsingZZ,
  MultiRZ,
  PauliRot,
  productAngle,
  RX,
  RY,
  RZ,
  statePreparation,
  U3,
  unitary,
} from "../gates/index.ts";
import { simulatePlainly } from "../simulate.ts";
import { gateNames } from "./qasm-gates.ts";
import { readQasm } from "./read-qasm.ts";
import { writeQasm } from "./write-qasm.ts";

/** Rounding of a few hundred gates. */
const CLOSE = 1e-12;

test.each([1, 2, 3, 4])("random circuit %i of all gates, written and read again, is the same up to phase", (seed) => {
  const { circuit } = randomCircuit({ seed, numGates: 80 });
  const { circuit: read, measurements } = readQasm(writeQasm(circuit, { version: 2 }));
  expect(phaseDistance(simulatePlainly(circuit), simulatePlainly(read))).toBeLessThan(CLOSE);
  expect(measurements).toEqual([0, 1, 2, 3].map((k) => ({ wire: k, bit: k })));
});

test("gates that the language lacks: Pauli words, wide diagonals, matrices", () => {
  const r = Math.SQRT1_2;
  const own = unitary({ re: [r, 0, 0, r, 0, r, r, 0, 0, r, -r, 0, r, 0, 0, -r] }, "Bell");
  const { circuit } = randomCircuit({ seed: 7, numGates: 12, pool: [own, PauliRot("XYZ"), MultiRZ(4)] });
  const { circuit: read } = readQasm(writeQasm(circuit, { version: 2 }));
  expect(phaseDistance(simulatePlainly(circuit), simulatePlainly(read))).toBeLessThan(CLOSE);
});

test("a gate with a name is read back as itself, defined in the text or not", () => {
  const rng = createRng(2);
  const named = [...gates].filter((gate) => gateNames[2].has(gate));
  expect(named.length).toBeGreaterThan(33);
  const operations = named.map((gate) =>
    gate.on([2, 0, 1].slice(0, gate.numWires), ...new Array(gate.numAngles).fill(rng.uniform())),
  );
  const { circuit } = readQasm(writeQasm(createCircuit({ numQubits: 3, operations }), { version: 2 }));
  expect(circuit.operations).toEqual(operations);
});

test("numbers read back to the last bit, multiples of π/4 by name", () => {
  const rng = createRng(1);
  const numbers = [
    0,
    1,
    -Math.PI / 2,
    (3 * Math.PI) / 4,
    1e-7,
    -2.5e21,
    5e-324,
    0.1,
    ...Array.from({ length: 200 }, () => rng.normal()),
  ];
  for (let quarter = -16; quarter <= 16; quarter++) numbers.push((quarter * Math.PI) / 4, quarter * (Math.PI / 4));
  const circuit = createCircuit({ numQubits: 1, operations: numbers.map((value) => RX.on([0], value)) });
  const text = writeQasm(circuit, { version: 2 });
  expect(readQasm(text).circuit.operations.map(({ angles }) => (angles[0] as number) + 0)).toEqual(
    numbers.map((value) => value + 0),
  );
  for (const line of ["rx(-pi/2) q[0];", "rx(3*pi/4) q[0];", "rx(1.0e-7) q[0];", "rx(-2.5e+21) q[0];", "rx(-4*pi) q[0];"])
    expect(text).toContain(line);
});

test("parameters stay free in version 3, and are bound where given", () => {
  const operations = [RY.on([0], { input: 0 }), RX.on([1], { input: 1 }), RY.on([0], { weight: 0 }), RY.on([1], { weight: 1 })];
  const circuit = createCircuit({ numQubits: 2, operations: [...operations, CZ.on([0, 1])] });
  const head = ["OPENQASM 3.0;", 'include "stdgates.inc";'];
  const gateLines = ["ry(x0) q[0];", "rx(x1) q[1];", "ry(w0) q[0];", "ry(w1) q[1];", "cz q[0], q[1];"];
  const free = ["input float[64] x0;", "input float[64] x1;", "input float[64] w0;", "input float[64] w1;"];
  const text = [...head, ...free, "qubit[2] q;", "bit[2] c;", ...gateLines, "c = measure q;\n"].join("\n");
  expect(writeQasm(circuit)).toBe(text);
  const inputsBound = writeQasm(circuit, { inputs: [1, 2], measure: false });
  expect(inputsBound).toContain("input float[64] w1;\nqubit[2] q;");
  expect(inputsBound).not.toContain("x0");
  expect(inputsBound).not.toContain("measure");
  const bound = writeQasm(circuit, { version: 2, inputs: [Math.PI / 2, -0.5], weights: [0, 3 * Math.PI], measure: false });
  for (const line of ["ry(pi/2) q[0];", "rx(-0.5) q[1];", "ry(0) q[0];", "ry(3*pi) q[1];"]) expect(bound).toContain(line);
  expect(() => writeQasm(circuit, { version: 2 })).toThrow(
    "[circuit] OpenQASM 2 has no free parameters; give inputs and weights",
  );
});

test("scales, shifts and gates of several parts keep their references", () => {
  const angle = shifted(scaled({ weight: 0 }, -1), -0.25);
  const operations = [
    RX.on([0], angle),
    U3.on([0], { weight: 1, scale: 2 }, 0.5, { input: 0 }),
    RZ.on([0], { input: 0, scale: 0.5, shift: 1 }),
  ];
  const text = writeQasm(createCircuit({ numQubits: 2, operations: [...operations, PauliRot("XZ").on([0, 1], { weight: 0 })] }));
  for (const line of ["rx(-w0 - 0.25) q[0];", "u3(2*w1, 0.5, x0) q[0];", "rz(0.5*x0 + 1) q[0];", "rz(w0) q[1];"])
    expect(text).toContain(line);
});

test("amplitudes are prepared by rotations", () => {
  const values = Array.from({ length: 128 }, (_, x) => Math.sin(x + 1));
  const circuit = createCircuit({ numQubits: 7, operations: [statePreparation(7).on([0, 1, 2, 3, 4, 5, 6], ...values)] });
  const text = writeQasm(circuit, { version: 2 });
  expect(text.split("\n").length).toBeLessThan(270);
  expect(phaseDistance(simulatePlainly(circuit), simulatePlainly(readQasm(text).circuit))).toBeLessThan(CLOSE);
});

test("a circuit can stand on some qubits of a register, and some of its wires be read", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [CZ.on([0, 1])] });
  const register = { size: 5, qubits: [3, 1] };
  expect(writeQasm(circuit, { version: 2, register, measure: [1] })).toBe(
    'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[5];\ncreg c[1];\ncz q[3], q[1];\nmeasure q[1] -> c[0];\n',
  );
  expect(writeQasm(circuit, { register })).toContain(
    "qubit[5] q;\nbit[2] c;\ncz q[3], q[1];\nc[0] = measure q[3];\nc[1] = measure q[1];\n",
  );
  expect(() => writeQasm(circuit, { register: { size: 3, qubits: [3, 1] } })).toThrow(
    "[circuit] register must name 2 different qubits below its size 3; got [3, 1].",
  );
  expect(() => writeQasm(circuit, { measure: [2] })).toThrow("[circuit] measure must name different wires below 2; got [2].");
});

test("what cannot be written is refused in one sentence", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [productAngle(IsingZZ).on([0, 1], { input: 0 }, { input: 1 })] });
  expect(() => writeQasm(circuit)).toThrow(
    "[circuit] OpenQASM has no form of IsingZZ(a·b) on 2 wires; give inputs and weights, or write it as a sequence of standard gates.",
  );
  expect(writeQasm(circuit, { inputs: [2, 0.25] })).toContain("rzz(0.5) q[0], q[1];");
  expect(() => writeQasm(circuit, { inputs: [2] })).toThrow("[circuit] inputs must be [2]; got 1 values.");
  expect(() => writeQasm(circuit, { inputs: [2, Number.NaN] })).toThrow("[circuit] inputs must be finite; got NaN at index 1.");
});
