/** Whether this build fuses multiply-adds: 1 for relaxed, 0 for portable. */
export function relaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0
}
