import { cholesky, solveCholesky } from "array-kernels";

/** Newton's method doubles its digits each time; it is done long before. */
const ROUNDS = 20;

/** Adds a convex loss's gradient and the lower half of its Hessian [size, size] at some weights. */
export type AddSlopes = (weights: Float64Array, gradient: Float64Array, hessian: Float64Array) => void;

/** The weights w that minimise loss(w) + ridge/2·|w|², by Newton's method from 0. */
export function minimiseWithRidge(size: number, ridge: number, addSlopes: AddSlopes): Float64Array {
  const weights = new Float64Array(size);
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = weights.map((weight) => ridge * weight);
    const hessian = new Float64Array(size * size);
    addSlopes(weights, gradient, hessian);
    for (let i = 0; i < size; i++) {
      hessian[i * size + i] += ridge;
      for (let j = 0; j < i; j++) hessian[j * size + i] = hessian[i * size + j];
    }
    const step = solveCholesky(cholesky(hessian, size), gradient);
    for (let i = 0; i < size; i++) weights[i] -= step[i];
    if (Math.max(...step.map(Math.abs)) < 1e-10) break;
  }
  return weights;
}
