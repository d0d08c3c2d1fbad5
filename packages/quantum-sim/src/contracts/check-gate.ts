import { createRng, expect } from "repro-kit";
import { angleValue } from "../angle.ts";
import { adjoint, type ComplexMatrix, distanceFromUnitary, identity, multiply, scale } from "../complex-matrix.ts";
import type { Gate, Operation } from "../gate.ts";
import { applyMatrix, createStatevector } from "../statevector.ts";
import { ROUNDING_TOLERANCE, SLOPE_TOLERANCE, STEP } from "./tolerances.ts";

/** Largest |A_ij − B_ij|; NaN if an entry is. */
function distance(A: ComplexMatrix, B: ComplexMatrix): number {
  let largest = 0;
  for (let i = 0; i < A.re.length; i++) {
    const here = Math.hypot(A.re[i] - B.re[i], A.im[i] - B.im[i]);
    if (!(here <= largest)) largest = here;
  }
  return largest;
}

/** −(i/2)·A. */
const timesHalfI = ({ dim, re, im }: ComplexMatrix): ComplexMatrix => ({
  dim,
  re: im.map((x) => x / 2),
  im: re.map((x) => -x / 2),
});

/**
 * What a gate must keep, at random angles: U†U = I; `derivative` is the slope of `matrix` by every angle that it declares;
 * `generator` is Hermitian and gives the derivative; and whatever else it declares (`spectra`, `phases`, `decomposition`,
 * `controlled`, `productOf`, `preparation`) agrees with the matrix. Cost O(8^numWires).
 *
 * @throws UsageError that names the gate and what is wrong with it.
 */
export function checkGate(gate: Gate, { seed = 0 }: { readonly seed?: number } = {}): void {
  const { name, numWires, numAngles } = gate;
  const rng = createRng(seed).fork(name);
  const angles = Array.from({ length: numAngles }, () => rng.uniform() * 2 * Math.PI);
  const U = gate.matrix(angles);
  const isSize = U.dim === 2 ** numWires && U.re.length === U.dim ** 2 && U.im.length === U.dim ** 2;
  expect(isSize, name, `matrix must have dimension ${2 ** numWires}; got ${U.dim}.`);
  const fromUnitary = distanceFromUnitary(U);
  expect(fromUnitary < ROUNDING_TOLERANCE, name, `matrix must be unitary; U†U differs from the identity by ${fromUnitary}.`);
  for (let k = 0; k < numAngles; k++) {
    checkDerivative(gate, angles, k);
    checkGenerator(gate, angles, k, U);
  }
  checkDeclared(gate, angles, U);
}

function checkDerivative(gate: Gate, angles: readonly number[], k: number): void {
  const shiftedBy = (h: number) => gate.matrix(angles.map((angle, i) => (i === k ? angle + h : angle)));
  const plus = shiftedBy(STEP);
  const minus = shiftedBy(-STEP);
  const exact = gate.derivative(angles, k);
  let largest = 0;
  for (const part of ["re", "im"] as const)
    exact[part].forEach((value, i) => {
      const slope = (plus[part][i] - minus[part][i]) / (2 * STEP);
      const isClose = Math.abs(value - slope) < SLOPE_TOLERANCE;
      largest = Math.max(largest, Math.abs(value));
      expect(isClose, gate.name, `derivative ${k} must be the slope of matrix; entry ${i} (${part}) is ${value}, not ${slope}.`);
    });
  expect(largest > 0, gate.name, `matrix must depend on each of its ${gate.numAngles} angles; angle ${k} changes nothing.`);
}

function checkGenerator(gate: Gate, angles: readonly number[], k: number, U: ComplexMatrix): void {
  const { name, spectra } = gate;
  const G = gate.generator(angles, k);
  const fromHermitian = distance(G, adjoint(G));
  expect(fromHermitian < SLOPE_TOLERANCE, name, `generator ${k} must be Hermitian; G differs from G† by ${fromHermitian}.`);
  const apart = distance(timesHalfI(multiply(G, U)), gate.derivative(angles, k));
  expect(apart < SLOPE_TOLERANCE, name, `generator ${k} must give the derivative −(i/2)·G·U; it differs by ${apart}.`);
  const values = spectra?.[k];
  if (spectra) expect(spectra.length === gate.numAngles, name, `spectra must have one entry an angle; got ${spectra.length}.`);
  if (!values) return;
  const elsewhere = gate.generator(
    angles.map((angle, i) => (i === k ? angle + 1 : angle)),
    k,
  );
  const moved = distance(G, elsewhere);
  expect(
    moved < SLOPE_TOLERANCE,
    name,
    `spectra promise a generator ${k} that does not depend on its angle; it moves by ${moved}.`,
  );
  // Π (G − value) vanishes for the distinct eigenvalues of a Hermitian matrix, and for no proper part of them.
  const left = (kept: readonly number[]) => kept.reduce((product, value) => multiply(product, minus(G, value)), identity(G.dim));
  const rest = distance(left(values), scale(0, G));
  expect(rest < SLOPE_TOLERANCE, name, `spectra[${k}] must hold all eigenvalues of generator ${k}; got [${values.join(", ")}].`);
}

const minus = (G: ComplexMatrix, value: number): ComplexMatrix => ({
  ...G,
  re: G.re.map((x, i) => (i % (G.dim + 1) === 0 ? x - value : x)),
});

function checkDeclared(gate: Gate, angles: readonly number[], U: ComplexMatrix): void {
  const { name, phases, decomposition, controlled, productOf, preparation } = gate;
  const compare = (what: string, other: ComplexMatrix) => {
    const apart = distance(U, other);
    expect(apart < ROUNDING_TOLERANCE, name, `${what} must be the same gate as matrix; they differ by ${apart}.`);
  };
  if (phases) {
    const diagonal = { dim: U.dim, re: new Float64Array(U.dim ** 2), im: new Float64Array(U.dim ** 2) };
    for (let x = 0; x < U.dim; x++) {
      const sum = phases.reduce((total, { mask, coefficient }) => total + (isOdd(mask & x) ? -coefficient : coefficient), 0);
      diagonal.re[x * (U.dim + 1)] = Math.cos((angles[0] ?? 1) * sum);
      diagonal.im[x * (U.dim + 1)] = Math.sin((angles[0] ?? 1) * sum);
    }
    compare("phases", diagonal);
  }
  if (decomposition)
    compare("decomposition", productOfOperations(decomposition(angles.map((_, weight) => ({ weight }))), angles, gate));
  if (controlled) {
    const base = controlled.gate.matrix(angles);
    const corner = U.dim - base.dim;
    const inCorner = identity(U.dim);
    for (let r = 0; r < base.dim; r++)
      for (let c = 0; c < base.dim; c++) {
        inCorner.re[(corner + r) * U.dim + corner + c] = base.re[r * base.dim + c];
        inCorner.im[(corner + r) * U.dim + corner + c] = base.im[r * base.dim + c];
      }
    compare("controlled", inCorner);
  }
  if (productOf) compare("productOf", productOf.matrix([angles[0] * angles[1]]));
  if (!preparation) return;
  const column = preparation.amplitudes(angles);
  compare("preparation", { ...U, re: U.re.map((value, i) => (i % U.dim === 0 ? column[i / U.dim] : value)) });
  const cotangent = Float64Array.from(column, (_, x) => Math.cos(3 * x + 1));
  preparation.vjp(angles, cotangent).forEach((slope, k) => {
    const { re } = gate.derivative(angles, k);
    const wanted = cotangent.reduce((sum, value, x) => sum + value * re[x * U.dim], 0);
    expect(Math.abs(slope - wanted) < ROUNDING_TOLERANCE, name, `preparation's slope by angle ${k} is ${slope}, not ${wanted}.`);
  });
}

/** The matrix of operations on the gate's wires, column by column. */
function productOfOperations(operations: readonly Operation[], weights: readonly number[], { numWires }: Gate): ComplexMatrix {
  const whole = identity(2 ** numWires);
  for (let column = 0; column < whole.dim; column++) {
    const state = createStatevector(numWires);
    state.re[column] = 1;
    for (const { gate, wires, angles } of operations)
      applyMatrix(gate.matrix(angles.map((angle) => angleValue(angle, weights, 0, [], 0))), wires, state);
    for (let row = 0; row < whole.dim; row++) {
      whole.re[row * whole.dim + column] = state.re[row];
      whole.im[row * whole.dim + column] = state.im[row];
    }
  }
  return whole;
}

function isOdd(bits: number): boolean {
  let odd = false;
  for (let left = bits; left; left &= left - 1) odd = !odd;
  return odd;
}
