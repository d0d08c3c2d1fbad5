import { describe, expect, test } from "vitest";
import { RX, RY } from "../gates/index.ts";
import { compileNoisy } from "./compile-noisy.ts";
import { densityProbabilities, simulateDensity } from "./density-matrix.ts";
import { createNoisyCircuit } from "./noisy-circuit.ts";
import { confuseProbabilities, mitigateReadout, nearestProbabilities, readObservable, readoutError } from "./readout.ts";

const errors = [readoutError(0.04, 0.09), undefined, readoutError(0.1)];
const p = [0.3, 0.1, 0.05, 0.15, 0.2, 0.1, 0.02, 0.08];

describe("confusion", () => {
  test("is the tensor product of [[1 − e0, e1], [e0, 1 − e1]]", () => {
    const [a, , c] = errors.map((error) =>
      error
        ? [
            [1 - error.p1given0, error.p0given1],
            [error.p1given0, 1 - error.p0given1],
          ]
        : [],
    );
    const read = confuseProbabilities(p, errors);
    for (let y = 0; y < 8; y++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) if (((x ^ y) & 2) === 0) sum += a[y >> 2][x >> 2] * c[y & 1][x & 1] * p[x];
      expect(read[y]).toBeCloseTo(sum, 15);
    }
  });

  test("of expectation values is that of probabilities", () => {
    const options = { numQubits: 3, operations: [RX.on([0], 0.7), RY.on([1], 1.9), RX.on([2], 2.5)], readout: errors };
    const noisy = createNoisyCircuit({ ...options, observables: ["Z0", "Z1", "Z0 Z2"] });
    const read = confuseProbabilities(densityProbabilities(simulateDensity(noisy)), errors);
    const expectZ = (mask: number) =>
      read.reduce((sum, q, x) => sum + ([...(x & mask).toString(2)].filter((bit) => bit === "1").length % 2 ? -q : q), 0);
    const values = compileNoisy(noisy, { precision: "float64" }).run({ inputs: [], weights: [] });
    [4, 2, 5].forEach((mask, j) => {
      expect(values[j]).toBeCloseTo(expectZ(mask), 14);
    });
    expect(readObservable({ factors: [{ pauli: "X", wire: 0 }] }, errors).map(({ coefficient }) => coefficient)).toEqual([
      expect.closeTo(0.87, 14),
      expect.closeTo(0.05, 14),
    ]);
  });

  test("refuses what is no probability, or of another size", () => {
    expect(() => readoutError(1.2)).toThrow("[readoutError] p1given0 must lie in [0, 1]; got 1.2.");
    expect(() => readoutError(0.1, -1)).toThrow("p0given1 must lie in [0, 1]; got -1.");
    expect(() => confuseProbabilities([1, 0], errors)).toThrow("[readout] probabilities must be [2^3], one error a wire; got 2.");
    expect(() =>
      mitigateReadout(
        p.map((value) => value / 0),
        errors,
      ),
    ).toThrow("probabilities must be finite");
  });
});

describe("mitigation", () => {
  test("undoes the confusion", () => {
    mitigateReadout(confuseProbabilities(p, errors), errors).forEach((value, i) => {
      expect(value).toBeCloseTo(p[i], 12);
    });
  });

  test("of counts gives probabilities", () => {
    const mitigated = mitigateReadout([0, 0, 0, 0.01, 0.99, 0, 0, 0], errors);
    expect(mitigated.every((value) => value >= 0)).toBe(true);
    expect(mitigated.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
    expect(() => mitigateReadout([0.5, 0.5], [readoutError(0.5)])).toThrow("wire 0 reads at random (p1given0 + p0given1 = 1)");
  });

  test("the nearest probabilities are nearer than any others", () => {
    const v = [0.7, -0.2, 0.4, 0.1];
    const nearest = nearestProbabilities(v);
    // On the simplex: positive entries are shifted by one constant, the others lie below it.
    expect([...nearest]).toEqual(
      [0.6333333333333333, 0, 0.3333333333333333, 0.0333333333333333].map((x) => expect.closeTo(x, 12)),
    );
  });
});
