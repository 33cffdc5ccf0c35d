// A step of each sample towards what its equation asks for:
//
//   s_i <- step_i target_i + (1 - step_i) s_i,        worst_i <- scale times the largest |target_i - s_i|, where it is larger
//
// NaN where a difference is NaN. Samples of step 0 are left alone.
import { maxDifference } from '../linalg/reduce'
import { combine } from '../linalg/elementwise'

export function approach<T>(steps: usize, target: usize, s: usize, samples: i32, columns: i32, scale: f64, worst: usize): void {
  const size = usize(columns) * sizeof<T>()
  for (; samples > 0; samples--, steps += 8, worst += 8, target += size, s += size) {
    const step = load<f64>(steps)
    if (step == 0) continue
    store<f64>(worst, max(load<f64>(worst), scale * maxDifference<T>(target, s, columns)))
    combine<T>(<T>step, target, <T>(1 - step), s, columns)
  }
}
