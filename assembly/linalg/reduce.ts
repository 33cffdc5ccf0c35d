// Reductions. Sums run in double precision in both element types, in a fixed order: even and odd elements
// in two chains for doubles, four chains for floats, added pairwise at the end.
import { highDoubles, largestLane, loadPartial, lowDoubles, rest, storePartial, sumLanes, wholeBytes } from '../vector'

/** The inner product of x and y. */
export function dot<T>(x: usize, y: usize, n: i32): f64 {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  const end = x + wholeBytes<T>(n)
  for (; x < end; x += 16, y += 16) {
    const a = v128.load(x)
    const b = v128.load(y)
    low = f64x2.add(low, f64x2.mul(lowDoubles<T>(a), lowDoubles<T>(b)))
    if (sizeof<T>() == 4) high = f64x2.add(high, f64x2.mul(highDoubles<T>(a), highDoubles<T>(b)))
  }
  const r = rest<T>(n)
  if (r) {
    const a = loadPartial<T>(x, r)
    const b = loadPartial<T>(y, r)
    low = f64x2.add(low, f64x2.mul(lowDoubles<T>(a), lowDoubles<T>(b)))
    if (sizeof<T>() == 4) high = f64x2.add(high, f64x2.mul(highDoubles<T>(a), highDoubles<T>(b)))
  }
  return sumLanes(f64x2.add(low, high))
}

/** dots_i <- a <x_i, y_i> (+ dots_i) for the rows of x [rows x columns], in doubles; `stride` 0 takes one row y for all. */
export function dotRows<T>(a: f64, x: usize, y: usize, stride: usize, rows: i32, columns: i32, accumulate: i32, dots: usize): void {
  const size = usize(columns) * sizeof<T>()
  for (let i = 0; i < rows; i++, x += size, y += stride, dots += 8) {
    const product = a * dot<T>(x, y, columns)
    store<f64>(dots, accumulate ? load<f64>(dots) + product : product)
  }
}

/** The largest |x_i - y_i|; NaN when any difference is NaN, so that a diverged state is never taken for settled. */
export function maxDifference<T>(x: usize, y: usize, n: i32): f64 {
  let worst = v128.splat<T>(<T>0)
  const end = x + wholeBytes<T>(n)
  for (; x < end; x += 16, y += 16)
    worst = v128.max<T>(worst, v128.abs<T>(v128.sub<T>(v128.load(x), v128.load(y))))
  const r = rest<T>(n)
  if (r) worst = v128.max<T>(worst, v128.abs<T>(v128.sub<T>(loadPartial<T>(x, r), loadPartial<T>(y, r))))
  return largestLane<T>(worst)
}

/** The largest |x_i|; NaN when any element is. */
export function maxAbsolute<T>(x: usize, n: i32): f64 {
  let worst = v128.splat<T>(<T>0)
  let worst1 = worst, worst2 = worst, worst3 = worst, nan = worst
  const end = x + wholeBytes<T>(n)
  for (; x + 64 <= end; x += 64) {
    // A pseudo-maximum is one instruction, but loses NaN, which alone differs from itself.
    const v0 = v128.load(x), v1 = v128.load(x, 16), v2 = v128.load(x, 32), v3 = v128.load(x, 48)
    worst = v128.pmax<T>(worst, v128.abs<T>(v0))
    worst1 = v128.pmax<T>(worst1, v128.abs<T>(v1))
    worst2 = v128.pmax<T>(worst2, v128.abs<T>(v2))
    worst3 = v128.pmax<T>(worst3, v128.abs<T>(v3))
    nan = v128.or(nan, v128.or(v128.or(v128.ne<T>(v0, v0), v128.ne<T>(v1, v1)), v128.or(v128.ne<T>(v2, v2), v128.ne<T>(v3, v3))))
  }
  worst = v128.max<T>(v128.pmax<T>(worst, worst1), v128.pmax<T>(worst2, worst3))
  for (; x < end; x += 16) worst = v128.max<T>(worst, v128.abs<T>(v128.load(x)))
  const r = rest<T>(n)
  if (r) worst = v128.max<T>(worst, v128.abs<T>(loadPartial<T>(x, r)))
  return largestLane<T>(v128.max<T>(worst, nan))
}

/** sums_j <- a * (sum over the rows of x [rows x columns]) + (accumulate ? sums_j : 0), rows in their order. */
export function columnSums<T>(a: T, x: usize, rows: i32, columns: i32, accumulate: i32, sums: usize): void {
  const va = v128.splat<T>(a)
  const stride = usize(columns) * sizeof<T>()
  const end = sums + wholeBytes<T>(columns)
  for (; sums < end; sums += 16, x += 16) {
    let sum = v128.splat<T>(<T>0)
    for (let i = 0, p = x; i < rows; i++, p += stride) sum = v128.add<T>(sum, v128.load(p))
    sum = v128.mul<T>(va, sum)
    v128.store(sums, accumulate ? v128.add<T>(v128.load(sums), sum) : sum)
  }
  const r = rest<T>(columns)
  if (r) {
    let sum = v128.splat<T>(<T>0)
    for (let i = 0, p = x; i < rows; i++, p += stride) sum = v128.add<T>(sum, loadPartial<T>(p, r))
    sum = v128.mul<T>(va, sum)
    storePartial<T>(sums, accumulate ? v128.add<T>(loadPartial<T>(sums, r), sum) : sum, r)
  }
}

/** The index of the first infinite or NaN element, or -1. Of a finite x, x - x is +0, whose bits are all 0, and of no other. */
export function firstNonFinite<T>(x: usize, n: i32): i32 {
  const size = usize(n) * sizeof<T>()
  let at: usize = 0
  for (; at + 64 <= size; at += 64) {
    const p = x + at
    const e0 = excess<T>(v128.load(p)), e1 = excess<T>(v128.load(p, 16)), e2 = excess<T>(v128.load(p, 32)), e3 = excess<T>(v128.load(p, 48))
    if (v128.any_true(v128.or(v128.or(e0, e1), v128.or(e2, e3)))) break
  }
  for (; at < size; at += sizeof<T>()) {
    const v = load<T>(x + at)
    if (v - v != <T>0) return i32(at / sizeof<T>())
  }
  return -1
}

/** x - x, of a vector. */
// @ts-ignore: decorator
@inline
function excess<T>(v: v128): v128 {
  return v128.sub<T>(v, v)
}
