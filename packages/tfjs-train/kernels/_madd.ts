/** a·b + c; in one rounding where the module is compiled for relaxed SIMD and the processor has the instruction. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** 2·3 + 5; engines from before the order of the operands was settled give 17. */
export function maddProbe(): f32 {
  return f32x4.extract_lane(madd(f32x4.splat(2), f32x4.splat(3), f32x4.splat(5)), 0);
}
