import { checkOptions, expect } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import { foldCircuit } from "./fold-circuit.ts";

/** The curve through the values. */
export type Extrapolation = "linear" | "richardson" | "exponential";

/**
 * The value at zero noise from values at several scales: a line by least squares, the polynomial through all points, or
 * a·e^{−bx} by least squares of the logarithms.
 *
 * @throws UsageError for fewer than two or repeated scales, or values of different signs with "exponential".
 */
export function extrapolateToZero(scales: readonly number[], values: readonly number[], method: Extrapolation): number {
  const scope = "extrapolateToZero";
  expect(
    scales.length === values.length && scales.length >= 2,
    scope,
    `needs as many values as scales, at least 2; got ${values.length} and ${scales.length}.`,
  );
  expect(new Set(scales).size === scales.length, scope, `scales must differ; got [${scales.join(", ")}].`);
  if (method === "richardson")
    return values.reduce(
      (sum, value, i) => sum + value * scales.reduce((product, x, j) => (j === i ? product : (product * x) / (x - scales[i])), 1),
      0,
    );
  if (method === "linear") return lineAtZero(scales, values);
  expect(method === "exponential", scope, `method must be "linear", "richardson" or "exponential"; got "${method}".`);
  const sign = Math.sign(values[0]);
  expect(
    sign !== 0 && values.every((value) => Math.sign(value) === sign),
    scope,
    `an exponential needs values of one sign; got [${values.join(", ")}]. Use "linear" or "richardson".`,
  );
  return (
    sign *
    Math.exp(
      lineAtZero(
        scales,
        values.map((value) => Math.log(Math.abs(value))),
      ),
    )
  );
}

function lineAtZero(xs: readonly number[], ys: readonly number[]): number {
  const meanX = xs.reduce((a, b) => a + b, 0) / xs.length;
  const meanY = ys.reduce((a, b) => a + b, 0) / ys.length;
  const slope =
    xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i] - meanY), 0) / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  return meanY - slope * meanX;
}

/** Where to measure, and the curve. */
export interface ExtrapolateNoiseOptions {
  /** Factors of the noise, default 1, 3, 5: whole folds of the circuit. */
  readonly scales?: readonly number[];
  /** Default "richardson". */
  readonly method?: Extrapolation;
}

/**
 * Zero-noise extrapolation of every expectation value: `run` measures the circuit with its noise scaled by folding.
 *
 * @returns As many values as `run` gives.
 * @throws UsageError as `foldCircuit` and `extrapolateToZero`.
 * @see Temme, Bravyi & Gambetta 2017, arXiv:1612.02058
 */
export function extrapolateNoise(
  circuit: Circuit,
  run: (folded: Circuit) => ArrayLike<number>,
  options: ExtrapolateNoiseOptions = {},
): Float64Array {
  checkOptions("extrapolateNoise", options, ["scales", "method"]);
  const { scales = [1, 3, 5], method = "richardson" } = options;
  expect(circuit.operations.length > 0, circuit.name, "has no gates, and so no noise to extrapolate.");
  const folded = scales.map((factor) => foldCircuit(circuit, factor));
  const reached = folded.map(({ operations }) => operations.length / circuit.operations.length);
  const measured = folded.map(run);
  return Float64Array.from(measured[0], (_, j) =>
    extrapolateToZero(
      reached,
      measured.map((values) => values[j]),
      method,
    ),
  );
}
