import type { ComplexMatrix } from "../complex-matrix.ts";
import { scale } from "../complex-matrix.ts";
import type { Gate } from "../gate.ts";
import { fixedSpectrum } from "./gate-spectrum.ts";
import { solveLinear } from "./linear-solve.ts";

/** A + B. */
const add = (A: ComplexMatrix, B: ComplexMatrix): ComplexMatrix => ({
  dim: A.dim,
  re: A.re.map((x, i) => x + B.re[i]),
  im: A.im.map((x, i) => x + B.im[i]),
});

/** dU/dt = Σ_k ∂U/∂θ_k·dθ_k/dt; undefined where nothing moves. */
export function gateTangent(gate: Gate, angles: readonly number[], velocities: readonly number[]): ComplexMatrix | undefined {
  let sum: ComplexMatrix | undefined;
  velocities.forEach((velocity, k) => {
    if (velocity === 0) return;
    const term = scale(velocity, gate.derivative(angles, k));
    sum = sum ? add(sum, term) : term;
  });
  return sum;
}

/** d/dt ∂U/∂θ_k = Σ_l ∂²U/∂θ_k∂θ_l·dθ_l/dt; undefined where nothing moves. */
export function derivativeTangent(
  gate: Gate,
  angles: readonly number[],
  k: number,
  velocities: readonly number[],
): ComplexMatrix | undefined {
  const rules = velocities.map((velocity, l) => (velocity === 0 ? [] : matrixRule(gate, l)));
  if (rules.includes(undefined)) return differences(gate, angles, k, velocities);
  let sum: ComplexMatrix | undefined;
  velocities.forEach((velocity, l) => {
    for (const { shift, re, im } of rules[l] ?? []) {
      const moved = gate.derivative(angles.with(l, angles[l] + shift), k);
      const term = timesComplex(velocity * re, velocity * im, moved);
      sum = sum ? add(sum, term) : term;
    }
  });
  return sum;
}

/** In radians: truncation h⁶/140 times a seventh derivative, and rounding 1e-16/h, are both below 1e-13. */
const STEP = 5e-3;
const STENCIL = [3 / 4, -3 / 20, 1 / 60];

/** The same by central differences of sixth order along the direction, for generators that are not fixed. */
function differences(gate: Gate, angles: readonly number[], k: number, velocities: readonly number[]): ComplexMatrix {
  const speed = velocities.reduce((most, velocity) => Math.max(most, Math.abs(velocity)), 0);
  const at = (t: number) =>
    gate.derivative(
      angles.map((angle, l) => angle + t * (velocities[l] / speed)),
      k,
    );
  return STENCIL.flatMap((weight, i) => {
    const h = (i + 1) * STEP;
    return [scale((speed * weight) / STEP, at(h)), scale((-speed * weight) / STEP, at(-h))];
  }).reduce(add);
}

/** (x + iy)·A. */
const timesComplex = (x: number, y: number, A: ComplexMatrix): ComplexMatrix => ({
  dim: A.dim,
  re: A.re.map((a, i) => x * a - y * A.im[i]),
  im: A.im.map((b, i) => x * b + y * A.re[i]),
});

type MatrixRule = readonly { readonly shift: number; readonly re: number; readonly im: number }[];

const known = new WeakMap<Gate, Map<number, MatrixRule | undefined>>();

/**
 * dM/dθ = Σ_s c_s M(θ + s), exact for matrices Σ_j e^{−iλ_jθ} M_j with the D eigenvalues λ of the generator of θ: D values, with complex
 * c_s from Σ_s c_s e^{−iλ_j s} = −iλ_j. Undefined where the eigenvalues are not fixed.
 */
function matrixRule(gate: Gate, l: number): MatrixRule | undefined {
  const own = known.get(gate) ?? new Map<number, MatrixRule | undefined>();
  known.set(gate, own);
  if (own.has(l)) return own.get(l);
  const spectrum = fixedSpectrum(gate, l);
  if (!spectrum) {
    own.set(l, undefined);
    return undefined;
  }
  const D = spectrum.length;
  // Evenly over a period of the mean spacing, where evenly spaced eigenvalues give a Fourier matrix.
  const period = D > 1 ? (2 * Math.PI * (D - 1)) / (spectrum[D - 1] - spectrum[0]) : 2 * Math.PI;
  const shifts = spectrum.map((_, s) => ((s + 0.5 - D / 2) * period) / D);
  const A = new Float64Array(4 * D * D);
  const b = new Float64Array(2 * D);
  spectrum.forEach((eigenvalue, j) => {
    shifts.forEach((shift, s) => {
      const c = Math.cos(eigenvalue * shift);
      const d = -Math.sin(eigenvalue * shift);
      A[j * 2 * D + s] = c;
      A[j * 2 * D + s + D] = -d;
      A[(j + D) * 2 * D + s] = d;
      A[(j + D) * 2 * D + s + D] = c;
    });
    b[j + D] = -eigenvalue;
  });
  const solved = solveLinear(A, b);
  if (!solved) throw new Error(`bug: no rule for the derivative of ${gate.name} by angle ${l}.`);
  const rule = shifts.map((shift, s) => ({ shift, re: solved[s], im: solved[s + D] }));
  own.set(l, rule);
  return rule;
}
