// What every kernel over rows of numbers shares: the number of lanes of a vector and its last, partial load
// and store. A kernel never touches a byte outside its operands, and an element's value never depends on
// where in a row it stands, because the partial vector goes through the same arithmetic as a whole one.

/** Elements of type T in a 128-bit vector. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 16 / sizeof<T>()
}

/** Bytes of the whole vectors among `n` elements. */
// @ts-ignore: decorator
@inline
export function wholeBytes<T>(n: i32): usize {
  return (usize(n) * sizeof<T>()) & ~usize(15)
}

/** Elements left after the whole vectors. */
// @ts-ignore: decorator
@inline
export function rest<T>(n: i32): i32 {
  return n & (lanes<T>() - 1)
}

/** The first `n` lanes from memory, zeros in the others; 0 < n < lanes. */
// @ts-ignore: decorator
@inline
export function loadPartial<T>(pointer: usize, n: i32): v128 {
  if (sizeof<T>() == 8) return v128.load64_zero(pointer)
  if (n == 1) return v128.load32_zero(pointer)
  const pair = v128.load64_zero(pointer)
  return n == 2 ? pair : v128.load32_lane(pointer, pair, 2, 8)
}

/** Stores the first `n` lanes; 0 < n < lanes. */
// @ts-ignore: decorator
@inline
export function storePartial<T>(pointer: usize, value: v128, n: i32): void {
  if (sizeof<T>() == 8) {
    v128.store64_lane(pointer, value, 0)
  } else if (n == 1) {
    v128.store32_lane(pointer, value, 0)
  } else {
    v128.store64_lane(pointer, value, 0)
    if (n == 3) v128.store32_lane(pointer, value, 2, 8)
  }
}

/** Both lanes of a pair of doubles, summed. */
// @ts-ignore: decorator
@inline
export function sumLanes(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)
}

/** Lanes 0 and 1 of a vector of T, in double precision. */
// @ts-ignore: decorator
@inline
export function lowDoubles<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? x : f64x2.promote_low_f32x4(x)
}

/** Lanes 2 and 3 of a vector of floats in double precision; zeros for doubles, which have no such lanes. */
// @ts-ignore: decorator
@inline
export function highDoubles<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? f64x2.splat(0) : f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 0))
}

/** The largest lane of non-negative lanes of T; NaN when any lane is. */
// @ts-ignore: decorator
@inline
export function largestLane<T>(x: v128): f64 {
  const pair = f64x2.max(lowDoubles<T>(x), highDoubles<T>(x))
  return max(f64x2.extract_lane(pair, 0), f64x2.extract_lane(pair, 1))
}
