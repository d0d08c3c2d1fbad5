import { expect } from "repro-kit";
import type { EntanglerName } from "../hardware/basis-gates.ts";
import type { DeviceTarget } from "../hardware/device-target.ts";
import type { ReadoutError } from "./readout.ts";

/** One qubit of a calibration; times in seconds. */
export interface QubitCalibration {
  readonly t1: number;
  /** At most 2·t1. */
  readonly t2: number;
  readonly readout: ReadoutError;
}

/** One gate of a calibration; length in seconds. */
export interface GateCalibration {
  readonly gate: string;
  readonly qubits: readonly number[];
  /** Average gate infidelity; 1 marks a gate that does not work. */
  readonly error: number;
  readonly length: number;
}

/** What a device's calibration says. */
export interface Calibration {
  readonly name: string;
  readonly qubits: readonly QubitCalibration[];
  readonly gates: readonly GateCalibration[];
  /** What the transpiler needs of it. */
  readonly target: DeviceTarget;
}

const SCOPE = "noiseModelFromCalibration";
const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
const ENTANGLERS: readonly EntanglerName[] = ["ecr", "cz", "cx"];
/** What transpiled circuits are made of; other entries (reset, measure, delay, fractional gates) are not read. */
const GATES: readonly string[] = ["id", "rz", "sx", "x", ...ENTANGLERS];
/** T1 and T2 come from separate fits, so T2 may exceed 2·T1 by their scatter; by more, a unit is wrong. */
const MOST_T2_PER_T1 = 3;

type Json = Readonly<Record<string, unknown>>;

function listAt(value: unknown, path: string): readonly unknown[] {
  expect(Array.isArray(value), SCOPE, `expected a list at ${path}; got ${value === undefined ? "nothing" : typeof value}.`);
  return value;
}

/** A number among `{ name, value, unit }` entries, times in seconds; undefined if there is none of that name. */
function parameter(list: readonly unknown[], name: string, path: string): number | undefined {
  const index = list.findIndex((one) => (one as Json | null)?.name === name);
  if (index < 0) return undefined;
  const { value, unit } = list[index] as Json; // an entry with a name is an object
  const here = `${path}[${index}]`;
  const isNumber = typeof value === "number" && Number.isFinite(value);
  expect(isNumber, SCOPE, `expected a number at ${here}.value (${name}); got ${JSON.stringify(value)}.`);
  if (/^(T1|T2|gate_length)$/.test(name)) {
    const isTime = String(unit) in SECONDS;
    expect(isTime, SCOPE, `expected a unit of time (s, ms, us, ns) at ${here}.unit (${name}); got ${JSON.stringify(unit)}.`);
    const isPositive = name === "gate_length" ? value >= 0 : value > 0;
    expect(isPositive, SCOPE, `expected a positive time at ${here}.value (${name}); got ${value}.`);
    return value * SECONDS[String(unit)];
  }
  expect(value >= 0 && value <= 1, SCOPE, `expected a probability in [0, 1] at ${here}.value (${name}); got ${value}.`);
  return value;
}

function required(list: readonly unknown[], name: string, path: string): number {
  const value = parameter(list, name, path);
  expect(value !== undefined, SCOPE, `${path} has no entry named "${name}". Add { "name": "${name}", "value": …, "unit": … }.`);
  return value;
}

function readQubit(entry: unknown, path: string): QubitCalibration {
  const list = listAt(entry, path);
  const t1 = required(list, "T1", path);
  const t2 = required(list, "T2", path);
  expect(t2 <= MOST_T2_PER_T1 * t1, SCOPE, `${path}: T2 must be at most 2·T1; got T2 = ${t2} s, T1 = ${t1} s.`);
  const p1given0 = parameter(list, "prob_meas1_prep0", path) ?? required(list, "readout_error", path);
  const p0given1 = parameter(list, "prob_meas0_prep1", path) ?? p1given0;
  return { t1, t2: Math.min(t2, 2 * t1), readout: { p1given0, p0given1 } };
}

function readGate(entry: unknown, path: string, numQubits: number): GateCalibration[] {
  const { gate, qubits, parameters } = (entry ?? {}) as Json; // its fields are checked below
  expect(typeof gate === "string", SCOPE, `expected a gate's name at ${path}.gate; got ${JSON.stringify(gate)}.`);
  if (!GATES.includes(gate)) return [];
  const wires = listAt(qubits, `${path}.qubits`).map((qubit, k) => qubitAt(qubit, `${path}.qubits[${k}]`, numQubits));
  const wanted = ENTANGLERS.includes(gate as EntanglerName) ? 2 : 1;
  expect(wires.length === wanted, SCOPE, `expected ${wanted} qubits of "${gate}" at ${path}.qubits; got ${wires.length}.`);
  const here = `${path}.parameters`;
  const list = listAt(parameters, here);
  // RZ is a change of frame: nothing happens to the qubit, so a file may leave its numbers out.
  const value = (name: string) => (gate === "rz" ? (parameter(list, name, here) ?? 0) : required(list, name, here));
  return [{ gate, qubits: wires, error: value("gate_error"), length: value("gate_length") }];
}

function qubitAt(value: unknown, path: string, numQubits: number): number {
  const isQubit = typeof value === "number" && Number.isInteger(value) && value >= 0 && value < numQubits;
  expect(isQubit, SCOPE, `expected a qubit below ${numQubits} at ${path}; got ${JSON.stringify(value)}.`);
  return value;
}

/**
 * Reads a calibration in the format of IBM's BackendProperties: `qubits[i]` lists T1, T2, and readout_error or prob_meas1_prep0 and
 * prob_meas0_prep1; `gates[j]` has gate, qubits, and parameters gate_error and gate_length. The coupling map is that of the two-qubit
 * gates, or of `coupling_map` where the file has one. T2 between 2·T1 and 3·T1, as fits sometimes give, is taken as 2·T1.
 *
 * @param json - The parsed file.
 * @throws UsageError that names the JSON path of what is missing, of another kind, or outside its range.
 */
export function readCalibration(json: unknown): Calibration {
  expect(
    typeof json === "object" && json !== null,
    SCOPE,
    `expected the parsed JSON of a calibration; got ${json === null ? "null" : typeof json}.`,
  );
  const root = json as Json; // checked just above
  const name = typeof root.backend_name === "string" ? root.backend_name : "device";
  const qubits = listAt(root.qubits, "qubits").map((entry, i) => readQubit(entry, `qubits[${i}]`));
  const gates = listAt(root.gates, "gates").flatMap((entry, j) => readGate(entry, `gates[${j}]`, qubits.length));
  const entangler = ENTANGLERS.find((one) => gates.some(({ gate }) => gate === one));
  expect(entangler, SCOPE, 'gates holds no "ecr", "cz" or "cx"; a device needs one two-qubit gate.');
  const working = gates.filter(({ gate, error }) => gate === entangler && error < 1);
  const edges = working.map(({ qubits: [a, b], error }) => ({ pair: [a, b] as const, error }));
  const allowed = root.coupling_map === undefined ? undefined : readCoupling(root.coupling_map, qubits.length);
  const readoutErrors = qubits.map(({ readout }) => (readout.p0given1 + readout.p1given0) / 2);
  return {
    ...{ name, qubits, gates },
    target: {
      ...{ name, numQubits: qubits.length, entangler, readoutErrors },
      edges: edges.filter(({ pair: [a, b] }) => !allowed || allowed.has(`${a},${b}`)),
    },
  };
}

/** The pairs of a coupling map, as "a,b". */
function readCoupling(value: unknown, numQubits: number): ReadonlySet<string> {
  const pairs = listAt(value, "coupling_map").map((pair, k) => {
    const ends = listAt(pair, `coupling_map[${k}]`);
    expect(ends.length === 2, SCOPE, `expected two qubits at coupling_map[${k}]; got ${ends.length}.`);
    return ends.map((qubit, i) => qubitAt(qubit, `coupling_map[${k}][${i}]`, numQubits)).join(",");
  });
  return new Set(pairs);
}
