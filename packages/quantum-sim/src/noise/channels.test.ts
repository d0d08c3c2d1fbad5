import { describe, expect, test } from "vitest";
import { matrix } from "../complex-matrix.ts";
import { RX, RY, RZ } from "../gates/index.ts";
import { type Channel, krausChannel, pauliChannel } from "./channel.ts";
import {
  amplitudeDamping,
  bitFlip,
  depolarizing,
  generalizedAmplitudeDamping,
  phaseDamping,
  phaseFlip,
  thermalRelaxation,
} from "./channels.ts";
import { densityProbabilities, simulateDensity } from "./density-matrix.ts";
import { createNoisyCircuit } from "./noisy-circuit.ts";

const { sqrt, exp } = Math;
const tilted = [RY.on([0], 0.7), RZ.on([0], 0.3)];
const densityAfter = (channel: Channel) =>
  simulateDensity(createNoisyCircuit({ numQubits: 1, operations: [...tilted, channel.on([0])] }));
const before = simulateDensity(createNoisyCircuit({ numQubits: 1, operations: tilted }));

/** ρ00, and ρ01 as a multiple of what it was, by the channels' definitions. */
const closedForms: readonly (readonly [string, Channel, zero: number, coherence: number])[] = (() => {
  const [p0] = before.re;
  const p1 = 1 - p0;
  return [
    ["depolarizing", depolarizing(0.1), p0 + (2 / 3) * 0.1 * (p1 - p0), 1 - (4 / 3) * 0.1],
    ["amplitudeDamping", amplitudeDamping(0.2), p0 + 0.2 * p1, sqrt(0.8)],
    ["generalizedAmplitudeDamping", generalizedAmplitudeDamping(0.3, 0.4), p0 + 0.3 * (0.6 * p1 - 0.4 * p0), sqrt(0.7)],
    ["phaseDamping", phaseDamping(0.3), p0, sqrt(0.7)],
    ["phaseFlip", phaseFlip(0.15), p0, 0.7],
    ["thermalRelaxation", thermalRelaxation({ t1: 100, t2: 120, time: 30 }), 1 - p1 * exp(-0.3), exp(-0.25)],
    [
      "thermalRelaxation to a warm state",
      thermalRelaxation({ t1: 100, t2: 60, time: 30, excited: 0.1 }),
      0.9 + (p0 - 0.9) * exp(-0.3),
      exp(-0.5),
    ],
    ["thermalRelaxation without dephasing", thermalRelaxation({ t1: 50, t2: 100, time: 20 }), 1 - p1 * exp(-0.4), exp(-0.2)],
    ["thermalRelaxation without decay", thermalRelaxation({ t1: Number.POSITIVE_INFINITY, t2: 10, time: 5 }), p0, exp(-0.5)],
  ];
})();

/** PennyLane 0.45.1, default.mixed, the same state: ρ00, Re ρ01, Im ρ01. */
const pennylane: readonly (readonly [string, Channel, readonly [number, number, number]])[] = [
  ["DepolarizingChannel", depolarizing(0.1), [0.831431614489965, 0.266692687541919, -0.082497715762528]],
  ["AmplitudeDamping", amplitudeDamping(0.2), [0.905936874913796, 0.275235220821159, -0.085140230969294]],
  [
    "GeneralizedAmplitudeDamping",
    generalizedAmplitudeDamping(0.3, 0.4),
    [0.79769476554959, 0.257458974271467, -0.079641393529476],
  ],
  ["PhaseDamping", phaseDamping(0.3), [0.882421093642244, 0.257458974271462, -0.079641393529475]],
  ["BitFlip", bitFlip(0.15), [0.767694765549581, 0.307722331779143, -0.06663277042358]],
  ["PhaseFlip", phaseFlip(0.15), [0.882421093642262, 0.215405632245396, -0.06663277042358]],
  [
    "ThermalRelaxationError, T2 > T1",
    thermalRelaxation({ t1: 100, t2: 120, time: 30, excited: 0.1 }),
    [0.886977225870525, 0.239654392958151, -0.074133791120145],
  ],
  [
    "ThermalRelaxationError, T2 < T1",
    thermalRelaxation({ t1: 100, t2: 60, time: 30, excited: 0.1 }),
    [0.886977225870544, 0.18664302890231, -0.057735454576421],
  ],
  ["a Pauli channel", pauliChannel({ X: 0.1, Y: 0.05, Z: 0.07 }), [0.767694765549571, 0.233868972152144, -0.062825183542233]],
  [
    "QubitChannel",
    krausChannel("own", [matrix([1, 0, 0, sqrt(0.5)]), matrix([0, sqrt(0.3), 0, 0]), matrix([0, 0, 0, 0], [0, sqrt(0.2), 0, 0])]),
    [0.941210546821122, 0.217592547523564, -0.067309262593943],
  ],
];

/** PennyLane's simulator rounds at 1e-14 a step. */
const DIGITS = 12;

describe("channels", () => {
  test.each(closedForms)("%s is its closed form", (_, channel, zero, coherence) => {
    const rho = densityAfter(channel);
    expect(rho.re[0]).toBeCloseTo(zero, 14);
    expect(rho.re[1]).toBeCloseTo(coherence * before.re[1], 14);
    expect(rho.im[1]).toBeCloseTo(coherence * before.im[1], 14);
  });

  test.each(pennylane)("%s of PennyLane", (_, channel, wanted) => {
    const { re, im } = densityAfter(channel);
    [re[0], re[1], im[1]].forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i], DIGITS);
    });
  });

  test("on two wires: each Pauli word but the identity with p/15", () => {
    // ⟨P⟩ shrinks by 1 − (16/15)p for every word.
    const operations = [RY.on([0], 0.4), RX.on([1], 1.1)];
    const value = (p: number) =>
      densityProbabilities(
        simulateDensity(createNoisyCircuit({ numQubits: 2, operations: [...operations, depolarizing(p, 2).on([0, 1])] })),
      );
    value(0.3).forEach((probability, x) => {
      expect(probability).toBeCloseTo(0.25 + (1 - (16 / 15) * 0.3) * (value(0)[x] - 0.25), 14);
    });
  });

  test("keep the trace", () => {
    for (const [, channel] of [...closedForms, ...pennylane])
      expect(densityProbabilities(densityAfter(channel)).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });
});

test("parameters out of range are refused", () => {
  expect(() => thermalRelaxation({ t1: 10, t2: 30, time: 1 })).toThrow(
    "[thermalRelaxation] T2 must be at most 2·T1; got T2 = 30, T1 = 10.",
  );
  expect(() => thermalRelaxation({ t1: 0, t2: 1, time: 1 })).toThrow("T1 and T2 must be positive; got 0 and 1.");
  expect(() => thermalRelaxation({ t1: 1, t2: 1, time: -1 })).toThrow("time must be finite and ≥ 0; got -1.");
  expect(() => thermalRelaxation({ t1: 1, t2: 1, time: 1, excited: 2 })).toThrow("excited must lie in [0, 1]; got 2.");
  expect(() => bitFlip(1.5)).toThrow("[bitFlip] p must lie in [0, 1]; got 1.5");
  expect(() => phaseFlip(-1)).toThrow("[phaseFlip] p must lie in [0, 1]; got -1");
  expect(() => depolarizing(Number.NaN)).toThrow("[depolarizing] p must lie in [0, 1]; got NaN");
  expect(() => depolarizing(0.1, 4)).toThrow("numWires must be 1, 2 or 3; got 4.");
  expect(() => amplitudeDamping(-0.1)).toThrow("[amplitudeDamping] gamma must lie in [0, 1]; got -0.1.");
  expect(() => phaseDamping(2)).toThrow("[phaseDamping] gamma must lie in [0, 1]; got 2.");
  expect(() => generalizedAmplitudeDamping(0.1, 1.1)).toThrow("p must lie in [0, 1]; got 1.1.");
});
