// Sums and products of equally long vectors, element by element. `n` counts elements; operands may be the
// same vector, but may not overlap in part.
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'

/** y <- a x + b y. With b = 0 the old y is not read, so that it may hold anything. */
export function combine<T>(a: T, x: usize, b: T, y: usize, n: i32): void {
  const va = v128.splat<T>(a)
  const vb = v128.splat<T>(b)
  const end = y + wholeBytes<T>(n)
  const r = rest<T>(n)
  if (b == 0) {
    for (; y < end; x += 16, y += 16) v128.store(y, v128.mul<T>(va, v128.load(x)))
    if (r) storePartial<T>(y, v128.mul<T>(va, loadPartial<T>(x, r)), r)
  } else if (b == 1) {
    for (; y < end; x += 16, y += 16) v128.store(y, v128.add<T>(v128.load(y), v128.mul<T>(va, v128.load(x))))
    if (r) storePartial<T>(y, v128.add<T>(loadPartial<T>(y, r), v128.mul<T>(va, loadPartial<T>(x, r))), r)
  } else {
    for (; y < end; x += 16, y += 16)
      v128.store(y, v128.add<T>(v128.mul<T>(vb, v128.load(y)), v128.mul<T>(va, v128.load(x))))
    if (r)
      storePartial<T>(y, v128.add<T>(v128.mul<T>(vb, loadPartial<T>(y, r)), v128.mul<T>(va, loadPartial<T>(x, r))), r)
  }
}

/** y <- a y + b, b a number. */
export function affine<T>(a: T, b: T, y: usize, n: i32): void {
  const va = v128.splat<T>(a)
  const vb = v128.splat<T>(b)
  const end = y + wholeBytes<T>(n)
  for (; y < end; y += 16) v128.store(y, v128.add<T>(v128.mul<T>(va, v128.load(y)), vb))
  const r = rest<T>(n)
  if (r) storePartial<T>(y, v128.add<T>(v128.mul<T>(va, loadPartial<T>(y, r)), vb), r)
}

/** y <- a x y. */
export function multiply<T>(a: T, x: usize, y: usize, n: i32): void {
  const va = v128.splat<T>(a)
  const end = y + wholeBytes<T>(n)
  for (; y < end; x += 16, y += 16) v128.store(y, v128.mul<T>(va, v128.mul<T>(v128.load(x), v128.load(y))))
  const r = rest<T>(n)
  if (r) storePartial<T>(y, v128.mul<T>(va, v128.mul<T>(loadPartial<T>(x, r), loadPartial<T>(y, r))), r)
}

/** Row i of y [rows x columns] <- y_i times factor_i, the factors in double precision. */
export function scaleRows<T>(factors: usize, y: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++, factors += 8) {
    const factor = v128.splat<T>(<T>load<f64>(factors))
    const end = y + wholeBytes<T>(columns)
    for (; y < end; y += 16) v128.store(y, v128.mul<T>(factor, v128.load(y)))
    const r = rest<T>(columns)
    if (r) storePartial<T>(y, v128.mul<T>(factor, loadPartial<T>(y, r)), r)
    y += usize(r) * sizeof<T>()
  }
}
