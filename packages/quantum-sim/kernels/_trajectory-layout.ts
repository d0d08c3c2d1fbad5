// States of trajectories in the vector lanes: an amplitude is two vectors, the real parts and the imaginary parts of 4 (float32) or 2
// (float64) trajectories. Matrices differ from lane to lane: an entry is two vectors too.

/** Bytes of an amplitude, and of an entry of a matrix. */
export const PAIR: usize = 32;

// @ts-ignore: decorator
@inline export function re(at: usize): v128 { return v128.load(at); }
// @ts-ignore: decorator
@inline export function im(at: usize): v128 { return v128.load(at, 16); }
