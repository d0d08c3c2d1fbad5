import { type ComplexMatrix, distanceFromUnitary, scale } from "../complex-matrix.ts";

/** Rounding of products of unit-modulus entries. */
const PRODUCT_TOLERANCE = 1e-9;

/** Unitaries on single wires, [2, 2] each, whose tensor product is the unitary U on `numWires`; undefined if it is no product. */
export function tensorFactors(U: ComplexMatrix, numWires: number): ComplexMatrix[] | undefined {
  if (numWires === 1) return [U];
  const rest = U.dim / 2;
  // The block with the largest entry is a multiple of the second factor.
  let top = 0;
  for (let i = 0; i < U.re.length; i++)
    if (Math.hypot(U.re[i], U.im[i]) > Math.hypot(U.re[top], U.im[top]) + PRODUCT_TOLERANCE) top = i;
  const [row, column] = [Math.floor(top / U.dim), top % U.dim];
  const block = (r: number, c: number): ComplexMatrix => {
    const at = (i: number) => (r + Math.floor(i / rest)) * U.dim + c + (i % rest);
    return {
      dim: rest,
      re: Float64Array.from({ length: rest * rest }, (_, i) => U.re[at(i)]),
      im: Float64Array.from({ length: rest * rest }, (_, i) => U.im[at(i)]),
    };
  };
  const largest = block(Math.floor(row / rest) * rest, Math.floor(column / rest) * rest);
  const norm = Math.sqrt(largest.re.reduce((sum, x, i) => sum + x * x + largest.im[i] ** 2, 0) / rest);
  const second = scale(1 / norm, largest);
  // A_rc = tr(second† block_rc) / rest, which has norm 1 in every row only if each block is a multiple of the second factor.
  const A = { dim: 2, re: new Float64Array(4), im: new Float64Array(4) };
  for (let r = 0; r < 2; r++)
    for (let c = 0; c < 2; c++) {
      const one = block(r * rest, c * rest);
      for (let i = 0; i < rest * rest; i++) {
        A.re[2 * r + c] += (second.re[i] * one.re[i] + second.im[i] * one.im[i]) / rest;
        A.im[2 * r + c] += (second.re[i] * one.im[i] - second.im[i] * one.re[i]) / rest;
      }
    }
  if (distanceFromUnitary(A) > PRODUCT_TOLERANCE) return undefined;
  const others = tensorFactors(second, numWires - 1);
  return others && [A, ...others];
}
