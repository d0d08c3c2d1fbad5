import { type Circuit, createCircuit } from "../circuit.ts";
import type { Operation } from "../gate.ts";
import { createGateTable, readArguments } from "./qasm-definitions.ts";
import { evaluate } from "./qasm-expressions.ts";
import { createTokenReader, type TokenReader } from "./qasm-reader.ts";
import { createRegisters, type Registers } from "./qasm-registers.ts";
import { qasmError, showToken, type Token, tokenize } from "./qasm-tokens.ts";

/** A register of qubits or bits. */
export interface QasmRegister {
  readonly name: string;
  readonly size: number;
}

export interface QasmProgram {
  /** Wires in the order of the qubit registers; Z is measured on every wire. */
  readonly circuit: Circuit;
  readonly qubitRegisters: readonly QasmRegister[];
  readonly bitRegisters: readonly QasmRegister[];
  /** Which wire is read into which bit, in the order of the text; bits are counted through all registers. */
  readonly measurements: readonly { readonly wire: number; readonly bit: number }[];
}

/** What a circuit may have. */
const MAX_QUBITS = 30;
const MAX_BITS = 100_000;

/**
 * A circuit from OpenQASM 2: registers, gate definitions, the gates of qelib1.inc (as the paper has it, and most of Qiskit's),
 * expressions with pi, barriers (which do nothing here), measurements at the end. No file is read: `include "qelib1.inc"` makes its
 * gates known, any other is refused.
 *
 * @throws UsageError with line and column for anything else (if, reset, gates after a measurement, opaque gates that are used,
 * OpenQASM 3) and for malformed text.
 * @see Cross et al. 2017, arXiv:1707.03429
 */
export function readQasm(text: string): QasmProgram {
  const reader = createTokenReader(tokenize(text));
  const qubits: Registers = createRegisters("qubit", MAX_QUBITS, (name) => bits.sizes.has(name));
  const bits: Registers = createRegisters("bit", MAX_BITS, (name) => qubits.sizes.has(name));
  const table = createGateTable();
  const operations: Operation[] = [];
  const measurements: { wire: number; bit: number }[] = [];
  const measured = new Set<number>();

  const call = (token: Token, angles: readonly number[], wires: readonly number[]): void => {
    const late = wires.find((wire) => measured.has(wire));
    if (late !== undefined)
      throw qasmError(token, `${token.text} acts on qubit ${late} after it was measured, which is not supported.`);
    for (const operation of table.expand(token, angles, wires)) operations.push(operation);
  };
  const statements: Readonly<Record<string, (token: Token) => void>> = {
    include() {
      const file = reader.next();
      if (file.text !== '"qelib1.inc"')
        throw qasmError(file, `only include "qelib1.inc" is known, and no file is read; got ${showToken(file)}.`);
      table.addLibrary();
      reader.take(";");
    },
    qreg: () => qubits.declare(reader),
    creg: () => bits.declare(reader),
    gate: () => table.define(reader),
    opaque: () => table.defineOpaque(reader),
    barrier() {
      do qubits.argument(reader);
      while (reader.skip(","));
      reader.take(";");
    },
    measure() {
      const from = qubits.argument(reader);
      reader.take("->");
      const to = bits.argument(reader);
      if (from.indices.length !== to.indices.length)
        throw qasmError(to.token, `measure needs as many bits as qubits; got ${from.indices.length} and ${to.indices.length}.`);
      from.indices.forEach((wire, k) => {
        measured.add(wire);
        measurements.push({ wire, bit: to.indices[k] });
      });
      reader.take(";");
    },
    if: refuse,
    reset: refuse,
  };

  readHeader(reader);
  while (reader.peek().kind !== "end") {
    const token = reader.name("a statement");
    if (Object.hasOwn(statements, token.text)) {
      statements[token.text](token);
      continue;
    }
    const angles = readArguments(reader).map((expression) => evaluate(expression, new Map()));
    const wires = [qubits.argument(reader)];
    while (reader.skip(",")) wires.push(qubits.argument(reader));
    reader.take(";");
    const sizes = new Set(wires.flatMap(({ indices, isWhole }) => (isWhole ? [indices.length] : [])));
    if (sizes.size > 1) throw qasmError(token, `${token.text} on whole registers needs registers of one size.`);
    const [times = 1] = sizes;
    for (let k = 0; k < times; k++)
      call(
        token,
        angles,
        wires.map(({ indices, isWhole }) => indices[isWhole ? k : 0]),
      );
  }
  if (qubits.total() === 0) throw qasmError(reader.peek(), "there is no qreg; declare the qubits.");
  const list = ({ sizes }: Registers) => [...sizes].map(([name, size]) => ({ name, size }));
  return {
    circuit: createCircuit({ name: "qasm", numQubits: qubits.total(), operations }),
    qubitRegisters: list(qubits),
    bitRegisters: list(bits),
    measurements,
  };
}

function refuse(token: Token): never {
  throw qasmError(token, `"${token.text}" is not supported: circuits here are unitary with measurements at the end.`);
}

function readHeader(reader: TokenReader): void {
  const header = reader.next();
  if (header.text !== "OPENQASM") throw qasmError(header, `expected "OPENQASM 2.0;" first; got ${showToken(header)}.`);
  const version = reader.next();
  if (version.text !== "2.0" && version.text !== "2")
    throw qasmError(version, `only OpenQASM 2.0 is read; got version ${version.text}.`);
  reader.take(";");
}
