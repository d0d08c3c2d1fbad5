import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env, platform } from "node:process";
import { expect, test } from "vitest";
import { angleValue } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { type ComplexMatrix, identity } from "../complex-matrix.ts";
import { randomCircuit } from "../decompose/__fixtures__/random-circuit.ts";
import { applyMatrix } from "../statevector.ts";
import { readQasm } from "./read-qasm.ts";
import { writeQasm } from "./write-qasm.ts";

/** Python starts and imports its packages. */
const PYTHON = { timeout: 300_000 };

const environment = env.QGAN_PEERS_ENV ?? join(import.meta.dirname, "..", "..", "..", "..", "..", "peers-env");
const python = platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
const check = (names: string) => ["-c", `import importlib.metadata as m; [m.version(name) for name in "${names}".split()]`];
const has = (names: string) => existsSync(python) && spawnSync(python, check(names)).status === 0;

interface Case {
  readonly circuit: Circuit;
  readonly weights: readonly number[];
  readonly text: string;
  readonly reader: "qasm2" | "legacy" | "qasm3";
}

/** The unitary of a circuit: every gate on every column at once, as a state of twice as many wires. */
function unitaryOf({ operations, numQubits }: Circuit, weights: readonly number[]): ComplexMatrix {
  const U = identity(2 ** numQubits);
  const state = { numQubits: 2 * numQubits, re: U.re, im: U.im };
  for (const { gate, wires, angles } of operations)
    applyMatrix(gate.matrix(angles.map((angle) => angleValue(angle, weights, 0, [], 0))), wires, state);
  return U;
}

/** Largest entry of A − e^{iφ}B, φ the phase that fits best. */
function distance(A: ComplexMatrix, values: readonly number[]): number {
  const size = A.re.length;
  let re = 0;
  let im = 0;
  for (let i = 0; i < size; i++) {
    re += values[i] * A.re[i] + values[size + i] * A.im[i];
    im += values[i] * A.im[i] - values[size + i] * A.re[i];
  }
  const norm = Math.hypot(re, im);
  let largest = 0;
  for (let i = 0; i < size; i++) {
    const x = A.re[i] - (re * values[i] - im * values[size + i]) / norm;
    const y = A.im[i] - (re * values[size + i] + im * values[i]) / norm;
    largest = Math.max(largest, Math.hypot(x, y));
  }
  return largest;
}

/** Rounding of a hundred gates on both sides. */
const CLOSE = 1e-12;

const fixture = (name: string) => join(import.meta.dirname, "__fixtures__", name);

function compare(cases: readonly Case[]): void {
  const input = cases.map(({ text, reader, weights }) => ({
    text,
    reader,
    values: Object.fromEntries(weights.map((value, k) => [`w${k}`, value])),
  }));
  const options = { input: JSON.stringify(input), encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(python, [fixture("read-with-qiskit.py")], options);
  expect(status, stderr).toBe(0);
  const theirs: number[][] = JSON.parse(stdout);
  cases.forEach(({ circuit, weights }, k) => {
    expect(distance(unitaryOf(circuit, weights), theirs[k])).toBeLessThan(CLOSE);
  });
}

test.skipIf(!has("qiskit"))("Qiskit reads our OpenQASM 2 of all gates as the same unitary", PYTHON, () => {
  const readers = ["qasm2", "legacy"] as const;
  compare(
    [1, 2, 3].flatMap((seed) => {
      const { circuit } = randomCircuit({ seed, numGates: 70 });
      const text = writeQasm(circuit, { version: 2, measure: false });
      return readers.map((reader) => ({ circuit, weights: [], text, reader }));
    }),
  );
});

test.skipIf(!has("qiskit qiskit-qasm3-import"))("and our OpenQASM 3, with parameters bound and free", PYTHON, () => {
  compare(
    [1, 2].flatMap((seed): Case[] => {
      const { circuit, weights } = randomCircuit({ seed, numGates: 70, isFree: true });
      const bound = writeQasm(circuit, { measure: false, weights });
      const free = writeQasm(circuit, { measure: false });
      return [bound, free].map((text) => ({ circuit, weights, text, reader: "qasm3" }));
    }),
  );
});

test.skipIf(!has("qiskit"))("random circuits that Qiskit writes are read as the same unitary", PYTHON, () => {
  const options = { encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(python, [fixture("write-with-qiskit.py"), "30"], options);
  expect(status, stderr).toBe(0);
  const written: { text: string; unitary: number[] }[] = JSON.parse(stdout);
  for (const { text, unitary } of written) expect(distance(unitaryOf(readQasm(text).circuit, []), unitary)).toBeLessThan(CLOSE);
});
