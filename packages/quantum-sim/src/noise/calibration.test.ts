import { describe, expect, test } from "vitest";
import { readCalibration } from "./calibration.ts";
import { sampleCalibration } from "./sample-calibration.ts";

interface Entry {
  name: string;
  value?: unknown;
  unit?: unknown;
}
/** The format's fields, to be changed at will. */
interface Json {
  qubits: Entry[][];
  gates: { gate: string; qubits: unknown[]; parameters?: Entry[] }[];
  coupling_map?: unknown;
}
const small = (): Json => ({
  qubits: [0, 1, 2].map((k) => [
    { name: "T1", unit: "us", value: 100 + k },
    { name: "T2", unit: "ns", value: 120_000 },
    { name: "readout_error", unit: "", value: 0.02 },
    { name: "prob_meas0_prep1", unit: "", value: 0.03 },
    { name: "prob_meas1_prep0", unit: "", value: 0.01 },
  ]),
  gates: [
    ...[0, 1, 2].flatMap((qubit) =>
      ["sx", "x"].map((gate) => ({
        gate,
        qubits: [qubit],
        parameters: [
          { name: "gate_error", unit: "", value: 2e-4 },
          { name: "gate_length", unit: "ns", value: 60 },
        ],
      })),
    ),
    ...[
      [0, 1],
      [2, 1],
    ].map((qubits) => ({
      gate: "cx",
      qubits,
      parameters: [
        { name: "gate_error", unit: "", value: 0.01 },
        { name: "gate_length", unit: "us", value: 0.4 },
      ],
    })),
    { gate: "rz", qubits: [0], parameters: [] },
    { gate: "reset", qubits: [0], parameters: [{ name: "gate_length", unit: "ns", value: 1000 }] },
    { gate: "rzz", qubits: [0, 1] },
  ],
});

describe("readCalibration", () => {
  test("gives times in seconds, errors, readout and the coupling map", () => {
    const { qubits, gates, target, name } = readCalibration({ ...small(), backend_name: "own" });
    expect(name).toBe("own");
    expect(qubits[1]).toEqual({
      t1: expect.closeTo(101e-6, 15),
      t2: expect.closeTo(120e-6, 15),
      readout: { p1given0: 0.01, p0given1: 0.03 },
    });
    expect(gates.find(({ gate }) => gate === "cx")).toEqual({
      gate: "cx",
      qubits: [0, 1],
      error: 0.01,
      length: expect.closeTo(4e-7, 15),
    });
    expect(gates.map(({ gate }) => gate)).not.toContain("reset");
    expect(gates.find(({ gate }) => gate === "rz")).toMatchObject({ error: 0, length: 0 });
    expect(target).toMatchObject({ numQubits: 3, entangler: "cx", readoutErrors: [0.02, 0.02, 0.02] });
    expect(target.edges.map(({ pair }) => pair)).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  test("leaves out pairs that do not work or are not in a coupling map, and clips T2", () => {
    const broken = small();
    broken.gates[6].parameters = [
      { name: "gate_error", unit: "", value: 1 },
      { name: "gate_length", unit: "ns", value: 400 },
    ];
    expect(readCalibration(broken).target.edges.length).toBe(1);
    expect(
      readCalibration({
        ...small(),
        coupling_map: [
          [0, 1],
          [1, 0],
        ],
      }).target.edges.map(({ pair }) => pair),
    ).toEqual([[0, 1]]);
    const scattered = small();
    scattered.qubits[0][1].value = 220_000;
    expect(readCalibration(scattered).qubits[0].t2).toBeCloseTo(200e-6, 15);
  });

  test("takes readout_error where the two sides are not told apart", () => {
    const json = small();
    json.qubits[2].splice(3, 2);
    expect(readCalibration(json).qubits[2].readout).toEqual({ p1given0: 0.02, p0given1: 0.02 });
  });
});

const broken = (change: (json: Json) => void) => () => {
  const json = small();
  change(json);
  return readCalibration(json);
};

test.each<readonly [string, (json: Json) => void]>([
  ['qubits[1] has no entry named "T1". Add { "name": "T1", "value": …, "unit": … }.', (j) => j.qubits[1].splice(0, 1)],
  ['qubits[0] has no entry named "readout_error".', (j) => j.qubits[0].splice(2, 3)],
  ['expected a number at qubits[2][1].value (T2); got "x".', (j) => Object.assign(j.qubits[2][1], { value: "x" })],
  ["expected a number at qubits[2][1].value (T2); got undefined.", (j) => delete j.qubits[2][1].value],
  [
    'expected a unit of time (s, ms, us, ns) at qubits[0][0].unit (T1); got "h".',
    (j) => Object.assign(j.qubits[0][0], { unit: "h" }),
  ],
  ["expected a positive time at qubits[0][0].value (T1); got 0.", (j) => Object.assign(j.qubits[0][0], { value: 0 })],
  ["qubits[2]: T2 must be at most 2·T1; got T2 = 1 s", (j) => Object.assign(j.qubits[2][1], { value: 1, unit: "s" })],
  [
    "expected a probability in [0, 1] at qubits[0][3].value (prob_meas0_prep1); got 1.5.",
    (j) => Object.assign(j.qubits[0][3], { value: 1.5 }),
  ],
  ['gates[2].parameters has no entry named "gate_error".', (j) => j.gates[2].parameters?.splice(0, 1)],
  ['gates[6].parameters has no entry named "gate_length".', (j) => j.gates[6].parameters?.splice(1, 1)],
  [
    "expected a probability in [0, 1] at gates[0].parameters[0].value (gate_error); got -1.",
    (j) => Object.assign(j.gates[0].parameters?.[0] ?? {}, { value: -1 }),
  ],
  ["expected a list at gates[0].parameters; got nothing.", (j) => delete j.gates[0].parameters],
  ["expected a qubit below 3 at gates[6].qubits[1]; got 9.", (j) => j.gates[6].qubits.splice(1, 1, 9)],
  ['expected 2 qubits of "cx" at gates[6].qubits; got 1.', (j) => j.gates[6].qubits.splice(1, 1)],
  ["expected a gate's name at gates[0].gate; got undefined.", (j) => delete (j.gates[0] as Partial<Json["gates"][0]>).gate],
  ['gates holds no "ecr", "cz" or "cx"; a device needs one two-qubit gate.', (j) => j.gates.splice(6, 2)],
  ["expected a list at coupling_map[0]; got number.", (j) => Object.assign(j, { coupling_map: [0] })],
  ["expected a qubit below 3 at coupling_map[0][1]; got 3.", (j) => Object.assign(j, { coupling_map: [[0, 3]] })],
  ["expected a list at qubits; got nothing.", (j) => delete (j as Partial<Json>).qubits],
])("what is wrong is named by its path: %s", (message, change) => {
  expect(broken(change)).toThrow(`[noiseModelFromCalibration] ${message}`);
});

test("what is no file is refused", () => {
  expect(() => readCalibration("{}")).toThrow("expected the parsed JSON of a calibration; got string.");
  expect(readCalibration(sampleCalibration()).target.entangler).toBe("ecr");
});
