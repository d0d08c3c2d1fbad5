import { pairTable, qubitTable } from "./heavy-hexagon-127.ts";

const DATE = "2026-01-01T00:00:00Z";
const entry = (name: string, unit: string, value: number) => ({ date: DATE, name, unit, value });

/**
 * A 127-qubit heavy-hexagon device of our own in the format of IBM's BackendProperties: typical values from a seeded
 * generator, frozen; not a measurement of any device.
 */
export function sampleCalibration(): Readonly<Record<string, unknown>> {
  const qubits = JSON.parse(qubitTable) as readonly (readonly [number, number, number, number, number])[]; // written by make-heavy-hexagon.mjs
  const pairs = JSON.parse(pairTable) as readonly (readonly [number, number, number, number])[]; // likewise
  const single = (gate: string, qubit: number, error: number, length: number) => ({
    gate,
    name: `${gate}${qubit}`,
    qubits: [qubit],
    parameters: [entry("gate_error", "", error), entry("gate_length", "ns", length)],
  });
  return {
    backend_name: "sample_heavy_hexagon_127",
    backend_version: "1.0.0",
    last_update_date: DATE,
    general: [],
    qubits: qubits.map(([t1, t2, p1given0, p0given1]) => [
      entry("T1", "us", t1),
      entry("T2", "us", t2),
      entry("readout_error", "", (p1given0 + p0given1) / 2),
      entry("prob_meas0_prep1", "", p0given1),
      entry("prob_meas1_prep0", "", p1given0),
      entry("readout_length", "ns", 1216),
    ]),
    gates: [
      ...qubits.flatMap(([, , , , error], qubit) => [
        single("id", qubit, error, 60),
        single("rz", qubit, 0, 0),
        single("sx", qubit, error, 60),
        single("x", qubit, error, 60),
      ]),
      ...pairs.map(([driver, target, error, length]) => ({
        gate: "ecr",
        name: `ecr${driver}_${target}`,
        qubits: [driver, target],
        parameters: [entry("gate_error", "", error), entry("gate_length", "ns", length)],
      })),
    ],
  };
}
