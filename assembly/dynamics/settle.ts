// One update of a layer's state while a network settles, in one pass over its potential, for each sample i:
//
//   new = f(potential + bias),   s_i <- s_i + step_i (new - s_i),   worst_i <- scale times the largest |new - s_i|, where it is larger
//
// by how much the sample is off its equation; NaN where a difference is NaN. Samples of step 0 are left alone. A sample's
// state is `repeats` rows of as many columns as there are biases.
import { activation } from '../nn/activation'
import { largestLane, loadPartial, rest, storePartial, wholeBytes } from '../vector'

export function settle<T>(
  code: i32, bias: usize, steps: usize, potential: usize, s: usize, samples: i32, repeats: i32, columns: i32, scale: f64, worst: usize,
): void {
  const whole = wholeBytes<T>(columns)
  const r = rest<T>(columns)
  for (; samples > 0; samples--, steps += 8, worst += 8) {
    const step = <T>load<f64>(steps)
    if (step == 0) {
      const size = usize(repeats) * usize(columns) * sizeof<T>()
      s += size
      potential += size
      continue
    }
    const vstep = v128.splat<T>(step)
    let largest = v128.splat<T>(<T>0)
    for (let i = 0; i < repeats; i++) {
      const end = s + whole
      let b = bias
      for (; s < end; s += 16, b += 16, potential += 16) {
        const old = v128.load(s)
        const target = activation<T>(code, v128.add<T>(v128.load(potential), v128.load(b)))
        const change = v128.sub<T>(target, old)
        largest = v128.max<T>(largest, v128.abs<T>(change))
        v128.store(s, step == 1 ? target : v128.add<T>(old, v128.mul<T>(vstep, change)))
      }
      if (r) {
        const old = loadPartial<T>(s, r)
        const target = activation<T>(code, v128.add<T>(loadPartial<T>(potential, r), loadPartial<T>(b, r)))
        const change = v128.sub<T>(target, old)
        // The lanes beyond the row hold f(0) - 0: keep them out of the largest change.
        storePartial<T>(s, step == 1 ? target : v128.add<T>(old, v128.mul<T>(vstep, change)), r)
        for (let j = 0; j < r; j++) largest = v128.max<T>(largest, v128.abs<T>(lane<T>(change, j)))
        s += usize(r) * sizeof<T>()
        potential += usize(r) * sizeof<T>()
      }
    }
    store<f64>(worst, max(load<f64>(worst), scale * largestLane<T>(largest)))
  }
}

/** Lane j of v in every lane. */
// @ts-ignore: decorator
@inline
function lane<T>(v: v128, j: i32): v128 {
  if (sizeof<T>() == 8) return f64x2.splat(f64x2.extract_lane(v, 0))
  if (j == 0) return f32x4.splat(f32x4.extract_lane(v, 0))
  if (j == 1) return f32x4.splat(f32x4.extract_lane(v, 1))
  return f32x4.splat(f32x4.extract_lane(v, 2))
}
