import { expect, test } from "vitest";
import { multiply, scale } from "../complex-matrix.ts";
import { defineGate } from "../gate.ts";
import { CRot, CRX, gates, IsingXY, PhaseShift, RX, RZ, U3 } from "../gates/index.ts";
import { productAngle } from "../gates/product-angle.ts";
import { angleFrequencies, fixedSpectrum, generatorSpectrum } from "./gate-spectrum.ts";
import { derivativeTangent } from "./gate-tangent.ts";

const rounded = (values: readonly number[]) => values.map((value) => Math.round(value * 1e9) / 1e9 + 0);

test("spectra and frequencies", () => {
  expect(rounded(generatorSpectrum(RX, 0, [1]))).toEqual([-0.5, 0.5]);
  expect(rounded(angleFrequencies(RX, 0))).toEqual([1]);
  expect(rounded(generatorSpectrum(PhaseShift, 0, [1]))).toEqual([-1, 0]);
  expect(rounded(angleFrequencies(CRX, 0))).toEqual([0.5, 1]);
  expect(rounded(angleFrequencies(IsingXY, 0))).toEqual([0.5, 1]);
  for (const k of [0, 1, 2]) {
    expect(rounded(angleFrequencies(U3, k))).toEqual([1]);
    expect(rounded(angleFrequencies(CRot, k))).toEqual([0.5, 1]);
  }
});

test("every gate of the registry has a fixed generator for each of its angles", () => {
  for (const gate of gates)
    for (let k = 0; k < gate.numAngles; k++) expect(angleFrequencies(gate, k).length, gate.name).toBeGreaterThan(0);
});

/** RX(θ)·RZ(θ) is no e^{−iθG}: the eigenvalues of its generator are fixed, but not the generator. */
const twice = defineGate({
  name: "twice",
  numWires: 1,
  numAngles: 1,
  matrix: ([theta]) => multiply(RX.matrix([theta]), RZ.matrix([theta])),
  derivative: ([theta]) => {
    const a = multiply(RX.derivative([theta], 0), RZ.matrix([theta]));
    const b = multiply(RX.matrix([theta]), RZ.derivative([theta], 0));
    return { dim: 2, re: a.re.map((x, i) => x + b.re[i]), im: a.im.map((x, i) => x + b.im[i]) };
  },
});

test("a gate without a fixed generator is refused", () => {
  expect(() => angleFrequencies(twice, 0)).toThrow("[twice] angle 0 must stand in e^{−iθG} with a fixed G for a shift rule");
});

/** exp(−iab(1 + b)X/2): angle b has no fixed generator, that of a is scaled by b(1 + b). */
const scaledBy = defineGate({
  name: "scaled",
  numWires: 1,
  numAngles: 2,
  matrix: ([a, b]) => RX.matrix([a * b * (1 + b)]),
  derivative: ([a, b], k) => scale(k === 0 ? b * (1 + b) : a * (1 + 2 * b), RX.derivative([a * b * (1 + b)], 0)),
});

test("frequencies that depend on other angles", () => {
  const product = productAngle(CRX);
  expect(rounded(angleFrequencies(product, 0, [0.3, -2]))).toEqual([1, 2]);
  expect(rounded(angleFrequencies(product, 1, [0.3, -2]))).toEqual([0.15, 0.3]);
  expect(angleFrequencies(product, 1, [0, -2])).toEqual([]);
  expect(fixedSpectrum(product, 0)).toBeUndefined();
  expect(rounded(angleFrequencies(scaledBy, 0, [0.3, 2]))).toEqual([6]);
  expect(fixedSpectrum(scaledBy, 0)).toBeUndefined();
  expect(() => angleFrequencies(scaledBy, 1)).toThrow("[scaled] angle 1 must stand in");
});

test("spectra that are found are those that gates declare", () => {
  for (const { spectra, ...rest } of gates) {
    const gate = { ...rest };
    spectra?.forEach((values, k) => {
      expect(rounded(generatorSpectrum(gate, k, new Array(gate.numAngles).fill(1))), gate.name).toEqual(
        rounded(values.map((value) => value / 2)),
      );
    });
  }
});

test("second derivatives of every gate, against differences of its derivative", () => {
  const step = 1e-5;
  for (const gate of [...gates, twice, scaledBy, productAngle(CRX)])
    for (let k = 0; k < gate.numAngles; k++) {
      const angles = Array.from({ length: gate.numAngles }, (_, i) => 0.7 + 1.3 * i);
      const velocities = angles.map((_, i) => 0.5 - i);
      const at = (t: number) =>
        gate.derivative(
          angles.map((angle, i) => angle + t * velocities[i]),
          k,
        );
      const [plus, minus] = [at(step), scale(-1, at(-step))];
      const exact = derivativeTangent(gate, angles, k, velocities);
      for (const part of ["re", "im"] as const)
        exact?.[part].forEach((value, i) => {
          const slope = (plus[part][i] + minus[part][i]) / (2 * step);
          // Central differences: h²/6 and rounding 1e-16/h.
          expect(Math.abs(value - slope), `${gate.name} ${k}`).toBeLessThan(1e-9);
        });
    }
});
