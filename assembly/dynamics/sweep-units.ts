// One sweep over the units of a network of symmetric weights, unit after unit, each seeing the newest of the others:
//
//   p_i = sigmoid((sum_j w_ij s_j + b_i) / T),   s_i <- 1 where u_i < p_i, else 0     with uniform numbers u,
//                                                s_i <- p_i                           without.
//
// The first is a sweep of Gibbs sampling (Geman & Geman 1984, after), the second one of the mean-field equations, a
// descent on their free energy coordinate by coordinate. Rows are independent chains; the units before `firstFree`
// stay. Where `moving` is not 0, a column of doubles, rows of 0 in it rest, and in `worst`, likewise, the largest |change| of a
// unit of each other row stands where that is larger.
import { dot } from '../linalg/reduce'
import { sigmoid } from '../math/sigmoid'

export function sweepUnits<T>(
  weight: usize, bias: usize, inverseTemperature: f64, uniforms: usize, firstFree: i32, s: usize, rows: i32, units: i32,
  moving: usize, worst: usize,
): void {
  const size = usize(units) * sizeof<T>()
  for (let row = 0; row < rows; row++, s += size, uniforms += uniforms ? size : 0) {
    if (moving != 0 && load<f64>(moving + (usize(row) << 3)) == 0) continue
    let largest: f64 = 0
    for (let i = firstFree; i < units; i++) {
      const at = usize(i) * sizeof<T>()
      const drive = (dot<T>(weight + usize(i) * size, s, units) + f64(load<T>(bias + at))) * inverseTemperature
      let next = probability<T>(drive)
      if (uniforms) next = <T>i32(load<T>(uniforms + at) < next)
      largest = max<f64>(largest, abs<f64>(f64(next - load<T>(s + at))))
      store<T>(s + at, next)
    }
    const at = worst + (usize(row) << 3)
    if (moving != 0) store<f64>(at, max(load<f64>(at), largest))
  }
}

// @ts-ignore: decorator
@inline
function probability<T>(drive: f64): T {
  const p = sigmoid<T>(v128.splat<T>(<T>drive))
  return sizeof<T>() == 8 ? <T>f64x2.extract_lane(p, 0) : <T>f32x4.extract_lane(p, 0)
}
