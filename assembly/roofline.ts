// What the processor can do at most: arithmetic on registers alone, in twelve independent chains, more
// than the latency of an operation needs. Compiled apart from the core, with and without relaxed
// SIMD, by scripts/build-core.mjs; src/cli/bench/roofline.ts runs it.

/** The chains start from different addresses, lest the compiler take them for one. */
const START: usize = 1024

function operation<T>(c: v128, x: v128, y: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<T>(c, x, y) : v128.mul<T>(c, x)
}

/** `turns` x 12 vector operations: fused multiply-adds where the build has them, otherwise multiplications. */
function loop<T>(turns: i32, factor: T, term: T): void {
  const x = v128.splat<T>(factor), y = v128.splat<T>(term)
  let c0 = v128.load(START), c1 = v128.load(START, 16), c2 = v128.load(START, 32), c3 = v128.load(START, 48)
  let c4 = v128.load(START, 64), c5 = v128.load(START, 80), c6 = v128.load(START, 96), c7 = v128.load(START, 112)
  let c8 = v128.load(START, 128), c9 = v128.load(START, 144), c10 = v128.load(START, 160), c11 = v128.load(START, 176)
  for (; turns > 0; turns--) {
    c0 = operation<T>(c0, x, y)
    c1 = operation<T>(c1, x, y)
    c2 = operation<T>(c2, x, y)
    c3 = operation<T>(c3, x, y)
    c4 = operation<T>(c4, x, y)
    c5 = operation<T>(c5, x, y)
    c6 = operation<T>(c6, x, y)
    c7 = operation<T>(c7, x, y)
    c8 = operation<T>(c8, x, y)
    c9 = operation<T>(c9, x, y)
    c10 = operation<T>(c10, x, y)
    c11 = operation<T>(c11, x, y)
  }
  v128.store(START, c0)
  v128.store(START, c1, 16)
  v128.store(START, c2, 32)
  v128.store(START, c3, 48)
  v128.store(START, c4, 64)
  v128.store(START, c5, 80)
  v128.store(START, c6, 96)
  v128.store(START, c7, 112)
  v128.store(START, c8, 128)
  v128.store(START, c9, 144)
  v128.store(START, c10, 160)
  v128.store(START, c11, 176)
}

export function loop_f32(turns: i32, factor: f32, term: f32): void {
  loop<f32>(turns, factor, term)
}

export function loop_f64(turns: i32, factor: f64, term: f64): void {
  loop<f64>(turns, factor, term)
}
