import { expect, test } from "vitest";
import { readQasm } from "./read-qasm.ts";

test("gate definitions, whole registers, expressions and barriers", () => {
  const { circuit, qubitRegisters, bitRegisters, measurements } = readQasm(`OPENQASM 2.0;
include "qelib1.inc"; // not read from disk
gate twist(a, b) p, q { barrier p, q; rz(-a/2 + sin(b)^2) p; cu3(a, b, -(a*2)) p, q; cx q, p; }
qreg left[2]; qreg right[2]; creg c[2];
h left; cx left, right;
twist(pi/3, 2e-1) left[1], right[0];
barrier left;
measure right -> c;`);
  expect(circuit.numQubits).toBe(4);
  expect(circuit.operations.map(({ gate }) => gate.name)).toEqual(["H", "H", "CNOT", "CNOT", "RZ", "C(U3)", "CNOT"]);
  expect(circuit.operations[4].angles[0]).toBeCloseTo(-Math.PI / 6 + Math.sin(0.2) ** 2, 14);
  expect(circuit.operations[6].wires).toEqual([2, 1]);
  expect(qubitRegisters).toEqual([
    { name: "left", size: 2 },
    { name: "right", size: 2 },
  ]);
  expect(bitRegisters).toEqual([{ name: "c", size: 2 }]);
  expect(measurements).toEqual([
    { wire: 2, bit: 0 },
    { wire: 3, bit: 1 },
  ]);
});

test("a definition of one's own hides the library's, but one that does the same is the library's gate", () => {
  const read = (definition: string) =>
    readQasm(`OPENQASM 2.0;\ninclude "qelib1.inc";\n${definition}\nqreg q[2];\nswap q[0], q[1];`).circuit.operations.map(
      ({ gate }) => gate.name,
    );
  expect(read("gate swap a, b { cx a, b; cx b, a; cx a, b; }")).toEqual(["SWAP"]);
  expect(read("gate swap a, b { cx a, b; }")).toEqual(["CNOT"]);
});

const head = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\ncreg c[2];\n';
test.each([
  [`${head}if (c==1) x q[0];`, 'line 5, column 1: "if" is not supported'],
  [`${head}reset q;`, 'line 5, column 1: "reset" is not supported'],
  [`${head}foo q[0];`, 'line 5, column 1: there is no gate "foo".'],
  ["OPENQASM 2.0;\nqreg q[1];\nx q[0];", 'line 3, column 1: there is no gate "x"; is include "qelib1.inc" missing?'],
  [`${head}x q[2];`, 'line 5, column 5: index must be a whole number below 2, the size of "q"; got "2".'],
  [`${head}x r[0];`, 'line 5, column 3: there is no qubit register "r".'],
  [`${head}cx q[0], q[0];`, "line 5, column 1: cx needs different qubits."],
  [`${head}cx q[0];`, "line 5, column 1: cx acts on 2 qubits; got 1."],
  [`${head}rx q[0];`, "line 5, column 1: rx takes 1 parameters; got 0."],
  [`${head}rx(1/0) q[0];`, "line 5, column 5: the expression has no finite value; got Infinity."],
  [`${head}rx(a) q[0];`, 'line 5, column 4: there is no parameter "a".'],
  [`${head}x q[0]`, 'line 5, column 7: expected ";"; got end of text.'],
  [`${head}  §`, 'line 5, column 3: unexpected character "§".'],
  [`${head}measure q[0] -> c[0];\nx q[0];`, "line 6, column 1: x acts on qubit 0 after it was measured"],
  [`${head}measure q -> c[0];`, "line 5, column 14: measure needs as many bits as qubits; got 2 and 1."],
  [`${head}gate g a, a { }`, 'line 5, column 11: qubit "a" is named twice.'],
  [`${head}gate g a { cx a, b; }`, 'line 5, column 18: "b" is not one of this gate\'s qubits (a).'],
  [`${head}opaque g a;\ng q[0];`, 'line 6, column 1: gate "g" is opaque: nothing says what it does.'],
  [`${head}qreg q[1];`, 'line 5, column 6: register "q" exists already.'],
  [`${head}qreg r[99999999999];`, "line 5, column 8: there may be 30 qubits in all; got more."],
  [
    `OPENQASM 2.0;\ninclude "/etc/passwd";`,
    'line 2, column 9: only include "qelib1.inc" is known, and no file is read; got "/etc/passwd".',
  ],
  ["OPENQASM 3.0;", "line 1, column 10: only OpenQASM 2.0 is read; got version 3.0."],
  ["qreg q[2];", 'line 1, column 1: expected "OPENQASM 2.0;" first; got "qreg".'],
  ["OPENQASM 2.0;", "line 1, column 14: there is no qreg; declare the qubits."],
])("the error of %j names line and column", (text, message) => {
  expect(() => readQasm(text)).toThrow(`[readQasm] ${message}`);
});

test("texts made to exhaust the machine are refused", () => {
  const doubled = Array.from({ length: 60 }, (_, k) => `gate g${k + 1} a { g${k} a; g${k} a; }`).join("\n");
  expect(() => readQasm(`OPENQASM 2.0;\ngate g0 a { }\n${doubled}\nqreg q[1];\ng60 q[0];`)).toThrow(
    "expands to more than 5000000 gates",
  );
  const deep = `${"(".repeat(10_000)}1${")".repeat(10_000)}`;
  expect(() => readQasm(`${head}rx(${deep}) q[0];`)).toThrow("expressions nest at most 200 deep");
});
