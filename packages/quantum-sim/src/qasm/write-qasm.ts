import { checkOptions, expect } from "repro-kit";
import { type Angle, angleValue, isWeight } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { preparedOperations } from "../decompose/prepared-operations.ts";
import { checkFinite, checkWeights } from "../executable.ts";
import { qasmStatements } from "./qasm-statements.ts";

export interface WriteQasmOptions {
  /** Default 3. OpenQASM 2 has no free parameters. */
  readonly version?: 2 | 3;
  /** [numInputs], in radians: with them the inputs are numbers; without them they stand as `input float[64] x0` … (version 3). */
  readonly inputs?: ArrayLike<number>;
  /** [numWeights], in radians, likewise `w0` …. */
  readonly weights?: ArrayLike<number>;
  /** Which wires are measured at the end, wire `measure[k]` into bit k of `c`; true (the default) is all of them, false none. */
  readonly measure?: boolean | readonly number[];
  /** Places the circuit on a larger register: wire k is its qubit `qubits[k]`. */
  readonly register?: { readonly size: number; readonly qubits: readonly number[] };
}

/**
 * The circuit as OpenQASM; qubit i is wire i. Gates that the language lacks are defined in the text, or written as others; global phases
 * and observables are left out.
 *
 * @throws UsageError for a gate that has no form in those of OpenQASM, angles of another number or not finite, or free parameters in
 * version 2.
 * @see Cross et al. 2017, arXiv:1707.03429; Cross et al. 2021, arXiv:2104.14722
 */
export function writeQasm(circuit: Circuit, options: WriteQasmOptions = {}): string {
  checkOptions("writeQasm", options, ["version", "inputs", "weights", "measure", "register"]);
  const { version = 3, inputs, weights, measure = true } = options;
  expect(version === 2 || version === 3, "writeQasm", `version must be 2 or 3; got ${version}.`);
  const { name, numQubits, numInputs, numWeights } = circuit;
  if (inputs) {
    expect(inputs.length === numInputs, name, `inputs must be [${numInputs}]; got ${inputs.length} values.`);
    checkFinite(name, "inputs", inputs);
  }
  if (weights) checkWeights(circuit, weights);
  const isFree = (numInputs > 0 && !inputs) || (numWeights > 0 && !weights);
  expect(version === 3 || !isFree, name, "OpenQASM 2 has no free parameters; give inputs and weights, or write version 3.");

  const { size, qubits } = options.register ?? { size: numQubits, qubits: Array.from({ length: numQubits }, (_, k) => k) };
  const arePlaces = qubits.length === numQubits && new Set(qubits).size === numQubits;
  const isPlace = (qubit: number) => Number.isInteger(qubit) && qubit >= 0 && qubit < size;
  const isRegister = arePlaces && qubits.every(isPlace);
  expect(
    isRegister,
    name,
    `register must name ${numQubits} different qubits below its size ${size}; got [${qubits.join(", ")}].`,
  );
  const read = measure === true ? Array.from({ length: numQubits }, (_, wire) => wire) : measure || [];
  const areWires =
    read.every((wire) => Number.isInteger(wire) && wire >= 0 && wire < numQubits) && new Set(read).size === read.length;
  expect(areWires, name, `measure must name different wires below ${numQubits}; got [${read.join(", ")}].`);
  const isWhole = read.length === size && read.every((wire, k) => qubits[wire] === k);

  const bind = (angle: Angle): Angle => {
    if (typeof angle === "number") return angle;
    return (isWeight(angle) ? weights : inputs) ? angleValue(angle, weights ?? [], 0, inputs ?? [], 0) : angle;
  };
  const definitions = new Set<string>();
  const bound = circuit.operations.map(({ gate, wires, angles }) => ({ gate, wires, angles: angles.map(bind) }));
  const lines = preparedOperations(bound).flatMap((operation) => {
    const { gate, angles } = operation;
    const statements = qasmStatements(operation, version);
    const isBound = angles.every((angle) => typeof angle === "number");
    const remedy = `${isBound ? "" : "give inputs and weights, or "}write it as a sequence of standard gates`;
    expect(statements, name, () => `OpenQASM has no form of ${gate.name} on ${gate.numWires} wires; ${remedy}.`);
    return statements.map((statement) => {
      if (statement.gate.definition) definitions.add(statement.gate.definition);
      const given = statement.angles.length > 0 ? `(${statement.angles.map(angleText).join(", ")})` : "";
      return `${statement.gate.name}${given} ${statement.wires.map((wire) => `q[${qubits[wire]}]`).join(", ")};`;
    });
  });
  const declared = [...definitions];
  if (version === 2) {
    const head = ["OPENQASM 2.0;", 'include "qelib1.inc";', ...declared, `qreg q[${size}];`];
    const ends = isWhole ? ["measure q -> c;"] : read.map((wire, k) => `measure q[${qubits[wire]}] -> c[${k}];`);
    return text([...head, ...(read.length > 0 ? [`creg c[${read.length}];`] : []), ...lines, ...ends]);
  }
  const free = (count: number, letter: string, isBound: boolean) =>
    isBound ? [] : Array.from({ length: count }, (_, k) => `input float[64] ${letter}${k};`);
  const parameters = [...free(numInputs, "x", inputs !== undefined), ...free(numWeights, "w", weights !== undefined)];
  const head = ["OPENQASM 3.0;", 'include "stdgates.inc";', ...parameters, ...declared, `qubit[${size}] q;`];
  const ends = isWhole ? ["c = measure q;"] : read.map((wire, k) => `c[${k}] = measure q[${qubits[wire]}];`);
  return text([...head, ...(read.length > 0 ? [`bit[${read.length}] c;`] : []), ...lines, ...ends]);
}

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

function angleText(angle: Angle): string {
  if (typeof angle === "number") return numberText(angle);
  const { scale = 1, shift = 0 } = angle;
  const reference = isWeight(angle) ? `w${angle.weight}` : `x${angle.input}`;
  const product = scale === 1 ? reference : scale === -1 ? `-${reference}` : `${numberText(scale)}*${reference}`;
  return shift === 0 ? product : `${product} ${shift < 0 ? "-" : "+"} ${numberText(Math.abs(shift))}`;
}

/** Largest multiple of π/4 that is written by name. */
const MOST_QUARTERS = 16;

/** The shortest text that reads back to the same float64; multiples of π/4 by name. A number with an exponent has a point, as OpenQASM 2 asks. */
function numberText(value: number): string {
  const quarters = Math.round((4 * value) / Math.PI);
  if (quarters !== 0 && Math.abs(quarters) <= MOST_QUARTERS) {
    const divisor = quarters % 4 === 0 ? 1 : quarters % 2 === 0 ? 2 : 4;
    const multiple = (quarters * divisor) / 4;
    // In the order in which a reader computes it.
    if ((multiple * Math.PI) / divisor === value) {
      const sign = multiple < 0 ? "-" : "";
      const times = Math.abs(multiple) === 1 ? "" : `${Math.abs(multiple)}*`;
      return `${sign}${times}pi${divisor === 1 ? "" : `/${divisor}`}`;
    }
  }
  return String(value).replace(/^(-?\d+)e/, "$1.0e");
}
