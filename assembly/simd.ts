/** Whether this build fuses multiply-adds: 1 for relaxed, 0 for portable. */
export function relaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0
}

/** x * y + sum, fused where the build allows it. */
// @ts-ignore: decorator
@inline
export function madd<T>(x: v128, y: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<T>(x, y, sum) : v128.add<T>(sum, v128.mul<T>(x, y))
}
