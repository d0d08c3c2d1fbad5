// A 128-bit vector holds amplitudes of consecutive samples: (re, im, re, im) of two samples in float32, (re, im) of one in float64.
// Every function is generic over the real type T = f32 | f64, so that there is one source for both precisions.

/** Bytes of a vector. */
export const VECTOR: usize = 16;

/** Samples that share a vector: 2 in float32, 1 in float64. */
// @ts-ignore: decorator
@inline export function samplesPerVector<T>(): i32 { return 8 / sizeof<T>(); }

// @ts-ignore: decorator
@inline export function read(at: usize): v128 { return v128.load(at); }
// @ts-ignore: decorator
@inline export function write(at: usize, value: v128): void { v128.store(at, value); }
/** The real number at an address in every lane. */
// @ts-ignore: decorator
@inline export function readSplat<T>(at: usize): v128 { return v128.load_splat<T>(at); }
/** A pair of reals at an address, repeated for every sample of a vector. */
// @ts-ignore: decorator
@inline export function readPair<T>(at: usize): v128 { return sizeof<T>() == 4 ? v128.load_splat<u64>(at) : v128.load(at); }
// @ts-ignore: decorator
@inline export function splat<T>(value: T): v128 { return v128.splat<T>(value); }
// @ts-ignore: decorator
@inline export function zero(): v128 { return i32x4.splat(0); }
// @ts-ignore: decorator
@inline export function add<T>(a: v128, b: v128): v128 { return v128.add<T>(a, b); }
// @ts-ignore: decorator
@inline export function sub<T>(a: v128, b: v128): v128 { return v128.sub<T>(a, b); }
// @ts-ignore: decorator
@inline export function mul<T>(a: v128, b: v128): v128 { return v128.mul<T>(a, b); }
/** c + a·b, in one rounding where the engine and the processor can. */
// @ts-ignore: decorator
@inline export function madd<T>(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<T>(a, b, c) : add<T>(c, mul<T>(a, b));
}
/** c − a·b, likewise. */
// @ts-ignore: decorator
@inline export function nmadd<T>(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_nmadd<T>(a, b, c) : sub<T>(c, mul<T>(a, b));
}

/** (re, im) → (im, re) in every sample. */
// @ts-ignore: decorator
@inline export function swap<T>(z: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(z, z, 1, 0, 3, 2) : v128.shuffle<i64>(z, z, 1, 0);
}

/** z·(r + i·j) where `r` holds (r, r) and `j` holds (−j, j) in every sample. */
// @ts-ignore: decorator
@inline export function rotateBy<T>(z: v128, r: v128, j: v128): v128 { return madd<T>(swap<T>(z), j, mul<T>(z, r)); }
/** z·(r − i·j), the same factors. */
// @ts-ignore: decorator
@inline export function rotateBack<T>(z: v128, r: v128, j: v128): v128 { return nmadd<T>(swap<T>(z), j, mul<T>(z, r)); }

/** Σ of all lanes: Σ over samples of re + im. */
export function sumLanes<T>(v: v128): T {
  if (sizeof<T>() == 4) {
    return <T>(f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
  }
  return <T>(f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1));
}

/** Σ over samples of re − im. */
export function sumLanesSigned<T>(v: v128): T {
  if (sizeof<T>() == 4) {
    return <T>(f32x4.extract_lane(v, 0) - f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) - f32x4.extract_lane(v, 3));
  }
  return <T>(f64x2.extract_lane(v, 0) - f64x2.extract_lane(v, 1));
}

/** Adds to the real number at an address. */
// @ts-ignore: decorator
@inline export function addTo<T>(at: usize, value: T): void { store<T>(at, <T>(load<T>(at) + value)); }

/** Terms of a long sum that are added plainly before their sum is added with compensation; above 12 qubits float32 needs it. */
export const SUM_BLOCK: i32 = 64;
