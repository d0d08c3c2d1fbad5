import { at, dot, scale } from "./_vectors";

// Squared norms below this are taken for zero: the matrices are scaled to a largest magnitude of 1, so that a vector so short changes no
// result by more than 1e-140, and above it no square loses digits to underflow.
const negligibleSquare: f64 = 1e-280;

/** The number that x was mapped onto by the last `reflect`. */
export let image: f64 = 0;

/**
 * Householder reflector H = 1 − τ·v·vᵀ with v[pivot] = 1 that maps the contiguous x to `image`·e_pivot, pivot being 0 or n − 1.
 * v replaces x; τ is returned, 0 where x already is a multiple of e_pivot.
 */
export function reflect(x: usize, n: i32, pivot: i32): f64 {
  const alpha = f64.load(at(x, pivot));
  const rest = pivot == 0 ? at(x, 1) : x;
  const square = n > 1 ? dot(rest, rest, n - 1) : 0;
  f64.store(at(x, pivot), 1);
  if (square < negligibleSquare) {
    for (let i = 0; i < n - 1; i++) f64.store(at(rest, i), 0);
    image = alpha;
    return 0;
  }
  const length = Math.sqrt(alpha * alpha + square);
  image = alpha > 0 ? -length : length;
  scale(n - 1, 1 / (alpha - image), rest);
  return (image - alpha) / image;
}
