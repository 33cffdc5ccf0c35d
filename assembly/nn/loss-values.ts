// The values of the losses, in double precision, and exact to an ulp of T or two, however large the outputs and
// however small the loss: no two terms of a value nearly cancel. Of doubles, what additions round off is kept beside the
// sum (Ogita, Rump & Oishi 2005, SIAM J. Sci. Comput. 26:1955). Of a row h and its targets y:
//
//   squared error           sum_j (h_j - y_j)^2 / 2
//   cross-entropy           sum_j y_j ((m - h_j) + log1p(s)),    m = max h,  s = (sum_k e^(h_k - m)) - 1
//   binary cross-entropy    sum_j (h_j > 0 ? (1 - y_j) h_j : -y_j h_j) + log1p(e^-|h_j|)
//
// s is never subtracted from: the largest output is left out of its sum.
import { expWide } from '../math/exp'
import { log1pWide } from '../math/log1p'
import { softplus } from '../math/softplus'
import { lanes, sumLanes } from '../vector'

/** |h - y|^2 / 2 of a row. */
export function squaredErrorOf<T>(h: usize, y: usize, columns: i32): f64 {
  let sum = f64x2.splat(0), lost = sum
  for (let j = 0; j < columns; j += 2) {
    const a = two<T>(h, j, columns), b = f64x2.neg(two<T>(y, j, columns))
    const e = f64x2.add(a, b)
    let term = f64x2.mul(e, e)
    if (sizeof<T>() == 8) term = f64x2.add(term, f64x2.mul(f64x2.add(e, e), roundedOff(a, b, e)))
    term = kept(term, j, columns)
    const next = f64x2.add(sum, term)
    if (sizeof<T>() == 8) lost = f64x2.add(lost, roundedOff(sum, term, next))
    sum = next
  }
  return total<T>(sum, lost) / 2
}

/** sum_j y_j ((largest - h_j) + log1p(others)) of a row, by what `powers` returns of it. */
export function crossEntropyOf<T>(h: usize, y: usize, columns: i32, largest: T, others: f64): f64 {
  const top = f64x2.splat(f64(largest)), rest = log1pWide<T>(f64x2.splat(others))
  let sum = f64x2.mul(rest, f64x2.splat(0)), lost = f64x2.splat(0) // NaN where an output is
  for (let j = 0; j < columns; j += 2) {
    const targets = two<T>(y, j, columns)
    if (!v128.any_true(targets)) continue // most of a one-hot row
    const gap = f64x2.sub(top, two<T>(h, j, columns))
    const term = kept(f64x2.mul(targets, f64x2.add(gap, rest)), j, columns)
    const next = f64x2.add(sum, term)
    if (sizeof<T>() == 8) lost = f64x2.add(lost, roundedOff(sum, term, next))
    sum = next
  }
  return total<T>(sum, lost)
}

/** The largest of a row; NaN when any is. */
export function largestOf<T>(h: usize, columns: i32): T {
  let largest = load<T>(h)
  if (columns < lanes<T>()) {
    for (let j = 1; j < columns; j++) largest = max<T>(largest, load<T>(h + usize(j) * sizeof<T>()))
    return largest
  }
  const last = h + usize(columns - lanes<T>()) * sizeof<T>() // the last vector, which may overlap the one before
  let v = v128.load(last)
  for (; h < last; h += 16) v = v128.max<T>(v, v128.load(h))
  v = v128.max<T>(v, v128.shuffle<f64>(v, v, 1, 0))
  if (sizeof<T>() == 8) return <T>f64x2.extract_lane(v, 0)
  return <T>max<f32>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1))
}

/** p <- e^(h - largest) of a row, unless p is 0; returns the sum, in double precision, but for one of the largest. p may be h. */
export function powers<T>(h: usize, columns: i32, largest: T, p: usize): f64 {
  const top = f64x2.splat(f64(largest)), minusTop = f64x2.neg(top)
  let sum = f64x2.splat(0), lost = sum, ones = sum
  for (let j = 0; j < columns; j += 2) {
    const x = two<T>(h, j, columns)
    const exact = f64x2.add(x, minusTop)
    const below = sizeof<T>() == 8 ? exact : f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(exact))
    const off = sizeof<T>() == 8 ? roundedOff(x, minusTop, exact) : f64x2.sub(exact, below)
    const power = expWide<T>(below)
    if (p) storeTwo<T>(p, j, columns, power)

    // Each of the largest adds a 1, which is counted apart. e^(below + off) = (1 + off) e^below, off being less than an ulp.
    const largests = f64x2.eq(x, top)
    ones = i64x2.sub(ones, kept(largests, j, columns))
    const term = kept(v128.andnot(f64x2.add(power, f64x2.mul(power, off)), largests), j, columns)
    const next = f64x2.add(sum, term)
    if (sizeof<T>() == 8) lost = f64x2.add(lost, roundedOff(sum, term, next))
    sum = next
  }
  return total<T>(sum, lost) + f64(i64x2.extract_lane(ones, 0) + i64x2.extract_lane(ones, 1) - 1)
}

/** sum_j ln(1 + e^h_j) - y_j h_j of a row. */
export function binaryCrossEntropyOf<T>(h: usize, y: usize, columns: i32): f64 {
  let sum = f64x2.splat(0), lost = sum
  for (let j = 0; j < columns; j += 2) {
    const x = two<T>(h, j, columns), target = two<T>(y, j, columns)
    const positive = f64x2.gt(x, f64x2.splat(0))
    const slope = v128.bitselect(f64x2.sub(f64x2.splat(1), target), f64x2.neg(target), positive)
    const rest = softplus<f64>(f64x2.neg(f64x2.abs(x))) // log1p(e^-|x|)
    const term = kept(f64x2.add(f64x2.mul(slope, x), rest), j, columns)
    const next = f64x2.add(sum, term)
    if (sizeof<T>() == 8) lost = f64x2.add(lost, roundedOff(sum, term, next))
    sum = next
  }
  return total<T>(sum, lost)
}

/** Elements j and j + 1 of a row as doubles; the last one of an odd number stands in both lanes. */
// @ts-ignore: decorator
@inline
function two<T>(row: usize, j: i32, columns: i32): v128 {
  const from = row + usize(j) * sizeof<T>()
  if (j + 1 == columns) return f64x2.splat(f64(load<T>(from)))
  return sizeof<T>() == 8 ? v128.load(from) : f64x2.promote_low_f32x4(v128.load64_zero(from))
}

/** Doubles into elements j and j + 1 of a row, or into the last one of an odd number. */
// @ts-ignore: decorator
@inline
function storeTwo<T>(row: usize, j: i32, columns: i32, values: v128): void {
  const to = row + usize(j) * sizeof<T>()
  if (j + 1 == columns) store<T>(to, <T>f64x2.extract_lane(values, 0))
  else if (sizeof<T>() == 8) v128.store(to, values)
  else v128.store64_lane(to, f32x4.demote_f64x2_zero(values), 0)
}

/** The terms of elements j and j + 1; 0 for the second where the row ends between them. */
// @ts-ignore: decorator
@inline
function kept(terms: v128, j: i32, columns: i32): v128 {
  return j + 1 == columns ? f64x2.replace_lane(terms, 1, 0) : terms
}

/** What rounding took from sum = a + b, exactly (Knuth's TwoSum). */
// @ts-ignore: decorator
@inline
function roundedOff(a: v128, b: v128, sum: v128): v128 {
  const b1 = f64x2.sub(sum, a)
  return f64x2.add(f64x2.sub(a, f64x2.sub(sum, b1)), f64x2.sub(b, b1))
}

/** Both lanes of a sum and of what was rounded off it. Where the sum overflowed, nothing is known of the latter. */
function total<T>(sum: v128, lost: v128): f64 {
  if (sizeof<T>() == 4) return sumLanes(sum)
  const other = v128.shuffle<f64>(sum, sum, 1, 0)
  const both = f64x2.add(sum, other)
  const result = f64x2.extract_lane(both, 0)
  if (result - result != 0) return result
  lost = f64x2.add(lost, v128.shuffle<f64>(lost, lost, 1, 0))
  return f64x2.extract_lane(f64x2.add(both, f64x2.add(lost, roundedOff(sum, other, both))), 0)
}
