// What spikes leave behind: a trace jumps by 1 at each, or to 1 where only the nearest one counts, and decays in between.
//
//   left_t = decay trace,     trace <- left_t + x_t,   or   left_t + x_t (1 - left_t)
//
// so that left_t is what the spikes before t have left, those of t not yet among them.
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'

/** Rows of x and `left` are one after another in time; `trace` is a row, carried on. */
export function traces<T>(decay: T, nearest: i32, x: usize, rows: i32, columns: i32, trace: usize, left: usize): void {
  const whole = wholeBytes<T>(columns), last = rest<T>(columns)
  const size = usize(columns) * sizeof<T>()
  for (; rows > 0; rows--, x += size, left += size) {
    let at: usize = 0
    for (; at < whole; at += 16) {
      const remains = v128.mul<T>(v128.splat<T>(decay), v128.load(trace + at))
      v128.store(left + at, remains)
      v128.store(trace + at, jump<T>(remains, v128.load(x + at), nearest))
    }
    if (last) {
      const remains = v128.mul<T>(v128.splat<T>(decay), loadPartial<T>(trace + at, last))
      storePartial<T>(left + at, remains, last)
      storePartial<T>(trace + at, jump<T>(remains, loadPartial<T>(x + at, last), nearest), last)
    }
  }
}

// @ts-ignore: decorator
@inline
function jump<T>(left: v128, x: v128, nearest: i32): v128 {
  const by = nearest ? v128.mul<T>(x, v128.sub<T>(v128.splat<T>(<T>1), left)) : x
  return v128.add<T>(left, by)
}
