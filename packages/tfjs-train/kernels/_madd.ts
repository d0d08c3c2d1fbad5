/** a·b + c; in one rounding where the engine has relaxed SIMD and the processor the instruction. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c);
}
