// The free part of a moment: target[π(x)] = f(x)·source[x], out of place, and its adjoint target[x] = conj f(x)·source[π(x)].
import { signAt, times, timesConjugate } from "./_diagonals";
import { mul, read, readPair, readSplat, rotateBack, rotateBy, splat, write } from "./_vector";

/** Types that stand for how the factors lie. */
type Signs = i8; // T [N], times a scale
type Shared = i16; // packFactors
type Vectors = i32; // one complex number for every lane

// @ts-ignore: decorator
@inline function forward<T, F>(z: v128, factors: usize, pairs: usize, x: usize, scale: v128, byLane: i32): v128 {
  if (sizeof<F>() == 1) return mul<T>(z, mul<T>(signAt<T>(factors, x, byLane), scale));
  if (sizeof<F>() == 2) return rotateBy<T>(z, readSplat<T>(factors + x * sizeof<T>()), readPair<T>(pairs + 2 * x * sizeof<T>()));
  return times<T>(z, read(factors + (x << 4)));
}
// @ts-ignore: decorator
@inline function backward<T, F>(z: v128, factors: usize, pairs: usize, x: usize, scale: v128, byLane: i32): v128 {
  if (sizeof<F>() == 1) return mul<T>(z, mul<T>(signAt<T>(factors, x, byLane), scale));
  if (sizeof<F>() == 2) return rotateBack<T>(z, readSplat<T>(factors + x * sizeof<T>()), readPair<T>(pairs + 2 * x * sizeof<T>()));
  return timesConjugate<T>(z, read(factors + (x << 4)));
}

function moveAll<T, F>(source: usize, target: usize, bits: i32, factors: usize, moves: usize, byLane: i32, scale: v128): void {
  const count = <usize>1 << bits, pairs = factors + count * sizeof<T>();
  if (moves == 0) {
    for (let x: usize = 0; x < count; x++) write(target + (x << 4), forward<T, F>(read(source + (x << 4)), factors, pairs, x, scale, byLane));
  } else if (byLane) {
    for (let x: usize = 0; x < count; x++) {
      const z = forward<T, F>(read(source + (x << 4)), factors, pairs, x, scale, 1);
      v128.store64_lane(target + <usize>load<u32>(moves + (x << 3)), z, 0);
      v128.store64_lane(target + <usize>load<u32>(moves + (x << 3), 4), z, 1);
    }
  } else {
    for (let x: usize = 0; x < count; x++) {
      write(target + <usize>load<u32>(moves + (x << 2)), forward<T, F>(read(source + (x << 4)), factors, pairs, x, scale, 0));
    }
  }
}

function moveAllBack<T, F>(source: usize, target: usize, bits: i32, factors: usize, moves: usize, byLane: i32, scale: v128): void {
  const count = <usize>1 << bits, pairs = factors + count * sizeof<T>();
  if (moves == 0) {
    for (let x: usize = 0; x < count; x++) write(target + (x << 4), backward<T, F>(read(source + (x << 4)), factors, pairs, x, scale, byLane));
  } else if (byLane) {
    for (let x: usize = 0; x < count; x++) {
      const first = v128.load64_zero(source + <usize>load<u32>(moves + (x << 3)));
      const z = v128.load64_lane(source + <usize>load<u32>(moves + (x << 3), 4), first, 1);
      write(target + (x << 4), backward<T, F>(z, factors, pairs, x, scale, 1));
    }
  } else {
    for (let x: usize = 0; x < count; x++) {
      write(target + (x << 4), backward<T, F>(read(source + <usize>load<u32>(moves + (x << 2))), factors, pairs, x, scale, 0));
    }
  }
}

/**
 * @param kind - 0: only a scale; 1: T [N] signs times a scale; 2: factors shared by the samples; 3: one for every lane.
 * @param moves - u32 byte offsets, one for each vector (two with `byLane`), or 0.
 * @param byLane - 1 if the lowest bit lies in the lanes of float32.
 */
export function move<T>(source: usize, target: usize, bits: i32, kind: i32, factors: usize, moves: usize, byLane: i32, scale: T): void {
  const s = splat<T>(scale);
  if (kind == 0) scaleInto<T>(source, target, bits, s);
  else if (kind == 1) moveAll<T, Signs>(source, target, bits, factors, moves, byLane, s);
  else if (kind == 2) moveAll<T, Shared>(source, target, bits, factors, moves, byLane, s);
  else moveAll<T, Vectors>(source, target, bits, factors, moves, byLane, s);
}

/** The adjoint of `move`. `target` is another state than `source`. */
export function moveBack<T>(source: usize, target: usize, bits: i32, kind: i32, factors: usize, moves: usize, byLane: i32, scale: T): void {
  const s = splat<T>(scale);
  if (kind == 0) scaleInto<T>(source, target, bits, s);
  else if (kind == 1) moveAllBack<T, Signs>(source, target, bits, factors, moves, byLane, s);
  else if (kind == 2) moveAllBack<T, Shared>(source, target, bits, factors, moves, byLane, s);
  else moveAllBack<T, Vectors>(source, target, bits, factors, moves, byLane, s);
}

function scaleInto<T>(source: usize, target: usize, bits: i32, scale: v128): void {
  for (let x: usize = 0; x < <usize>16 << bits; x += 16) write(target + x, mul<T>(read(source + x), scale));
}

/** target[π(x)] = source[x]. */
export function scatter(source: usize, target: usize, bits: i32, moves: usize, byLane: i32): void {
  for (let x: usize = 0; x < <usize>1 << bits; x++) {
    const z = read(source + (x << 4));
    if (byLane) {
      v128.store64_lane(target + <usize>load<u32>(moves + (x << 3)), z, 0);
      v128.store64_lane(target + <usize>load<u32>(moves + (x << 3), 4), z, 1);
    } else {
      write(target + <usize>load<u32>(moves + (x << 2)), z);
    }
  }
}
