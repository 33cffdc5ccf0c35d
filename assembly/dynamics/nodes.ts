// The nodes of predictive coding as they descend: what pulls on them, and where a step takes them. Layer by layer, a row for
// each sample, each with a rate of its own; samples of rate 0 have come to rest.
//
//   pull = -eps + f'(x) b,     b = eps_above W_above,        change = rate pull          x <- x + change,   h <- f(x)
//
// Kinks. At an x where f has one (relu at 0, hardSigmoid at 0 and 1) F has a slope on either side. The pull is downhill on
// the side where that leads away from the kink, and 0 where neither does: there F is at a minimum, which no gradient shows. A step
// ends at a kink that it would cross, so that F is smooth along all of it, and falls for every rate that is small enough.
// (Subgradient of least norm; Clarke 1983, Optimization and Nonsmooth Analysis.)
import { combine } from '../linalg/elementwise'
import { HARD_SIGMOID, RELU, activate, multiplySlope } from '../nn/activation'
import { highDoubles, largestLane, loadPartial, lowDoubles, rest, storePartial, sumLanes, wholeBytes } from '../vector'

// @ts-ignore: decorator
@inline
function kinked(code: i32): bool {
  return code == RELU || code == HARD_SIGMOID
}

/**
 * change <- rate (-eps + f' change), where `change` holds b; f' from h, and at the kinks of x, unless `x` is 0. Where they are
 * larger, residuals_i <- the largest |pull| times `scale`; squares_i grows by the sum of the squares of the pulls. Samples of
 * rate 0 get changes of 0, and nothing else.
 */
export function pull<T>(
  code: i32, rates: usize, scale: f64, x: usize, h: usize, eps: usize, change: usize, samples: i32, columns: i32,
  residuals: usize, squares: usize,
): void {
  if (x != 0 && kinked(code)) gateAtKinks<T>(code, x, eps, change, samples * columns)
  else multiplySlope<T>(code, h, change, samples * columns)
  const whole = wholeBytes<T>(columns)
  const r = rest<T>(columns)
  for (; samples > 0; samples--, rates += 8, residuals += 8, squares += 8) {
    const rate = load<f64>(rates)
    const v = v128.splat<T>(<T>rate), minus = v128.neg<T>(v)
    let largest = v128.splat<T>(<T>0), square = largest
    for (const end = change + whole; change < end; change += 16, eps += 16) {
      const c = v128.add<T>(v128.mul<T>(v, v128.load(change)), v128.mul<T>(minus, v128.load(eps)))
      v128.store(change, c)
      largest = v128.pmax<T>(largest, v128.abs<T>(c))
      square = v128.add<T>(square, v128.mul<T>(c, c))
    }
    if (r) {
      const c = v128.add<T>(v128.mul<T>(v, loadPartial<T>(change, r)), v128.mul<T>(minus, loadPartial<T>(eps, r)))
      storePartial<T>(change, c, r)
      largest = v128.pmax<T>(largest, v128.abs<T>(c))
      square = v128.add<T>(square, v128.mul<T>(c, c))
      change += usize(r) * sizeof<T>()
      eps += usize(r) * sizeof<T>()
    }
    if (rate == 0) continue
    // A square that is NaN says what the pseudo-maximum loses.
    const sum = sumLanes(f64x2.add(lowDoubles<T>(square), highDoubles<T>(square)))
    const worst = sum == sum ? largestLane<T>(largest) * (scale / rate) : sum
    store<f64>(residuals, max(load<f64>(residuals), worst))
    store<f64>(squares, load<f64>(squares) + sum / (rate * rate))
  }
}

/** b <- f' b, for f of slope 1 between its kinks and 0 elsewhere; at a kink, what makes b - eps the pull. */
function gateAtKinks<T>(code: i32, x: usize, eps: usize, b: usize, columns: i32): void {
  const end = b + wholeBytes<T>(columns)
  for (; b < end; x += 16, eps += 16, b += 16) v128.store(b, gated<T>(code, v128.load(x), v128.load(eps), v128.load(b)))
  const r = rest<T>(columns)
  if (r) storePartial<T>(b, gated<T>(code, loadPartial<T>(x, r), loadPartial<T>(eps, r), loadPartial<T>(b, r)), r)
}

// @ts-ignore: decorator
@inline
function gated<T>(code: i32, x: v128, eps: v128, b: v128): v128 {
  const zero = v128.splat<T>(<T>0), upper = v128.splat<T>(code == RELU ? <T>Infinity : <T>1)
  const inside = v128.and(b, v128.and(v128.gt<T>(x, zero), v128.lt<T>(x, upper)))
  const flat = v128.neg<T>(eps), steep = v128.sub<T>(b, eps)
  // The steep side of the lower kink is above, that of the upper one below.
  const atLower = away<T>(steep, flat), atUpper = away<T>(flat, steep)
  const result = v128.bitselect(v128.add<T>(atLower, eps), inside, v128.eq<T>(x, zero))
  return v128.bitselect(v128.add<T>(atUpper, eps), result, v128.eq<T>(x, upper))
}

/** The stronger of what pulls up above a kink and what pulls down below it; 0 where neither does. */
// @ts-ignore: decorator
@inline
function away<T>(above: v128, below: v128): v128 {
  const zero = v128.splat<T>(<T>0)
  const up = v128.max<T>(above, zero), down = v128.min<T>(below, zero)
  return v128.bitselect(up, down, v128.ge<T>(up, v128.abs<T>(down)))
}

/**
 * x <- x + change, h <- f(x). With `stop`, a step ends at the first kink that it meets, and change is what is left of it.
 */
export function move<T>(code: i32, stop: i32, x: usize, change: usize, h: usize, n: i32): void {
  if (stop && kinked(code)) stopAtKinks<T>(code, x, change, n)
  combine<T>(<T>1, change, <T>1, x, n)
  activate<T>(code, x, h, n)
}

function stopAtKinks<T>(code: i32, x: usize, change: usize, n: i32): void {
  const end = x + wholeBytes<T>(n)
  for (; x < end; x += 16, change += 16) v128.store(change, stopped<T>(code, v128.load(x), v128.load(change)))
  const r = rest<T>(n)
  if (r) storePartial<T>(change, stopped<T>(code, loadPartial<T>(x, r), loadPartial<T>(change, r)), r)
}

/** What is left of a change at x: x + (kink - x) is the kink, but for rounding; both are 0 or at most 1. */
// @ts-ignore: decorator
@inline
function stopped<T>(code: i32, x: v128, change: v128): v128 {
  const zero = v128.splat<T>(<T>0)
  let end = stoppedAt<T>(zero, x, change)
  if (code == HARD_SIGMOID) {
    // From above 1, and on the way up from between, the kink at 1 comes first.
    const one = v128.splat<T>(<T>1)
    const first = v128.or(v128.gt<T>(x, one), v128.and(v128.ge<T>(x, zero), v128.gt<T>(change, zero)))
    end = v128.bitselect(stoppedAt<T>(one, x, change), end, first)
  }
  return end
}

/** The way to the kink, where it lies between x and x + change. */
// @ts-ignore: decorator
@inline
function stoppedAt<T>(kink: v128, x: v128, change: v128): v128 {
  const to = v128.add<T>(x, change)
  const up = v128.and(v128.lt<T>(x, kink), v128.gt<T>(to, kink))
  const down = v128.and(v128.gt<T>(x, kink), v128.lt<T>(to, kink))
  return v128.bitselect(v128.sub<T>(kink, x), change, v128.or(up, down))
}
