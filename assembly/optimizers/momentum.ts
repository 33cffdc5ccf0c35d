// Heavy-ball momentum (Polyak 1964) over a flat vector of parameters, in the form that adds undamped directions.
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'

/** velocity <- momentum * velocity + g; g <- velocity, or, for Nesterov's form, g + momentum * velocity. */
export function momentum<T>(mu: T, nesterov: i32, velocity: usize, g: usize, n: i32): void {
  const vmu = v128.splat<T>(mu)
  const end = g + wholeBytes<T>(n)
  for (; g < end; g += 16, velocity += 16) {
    const direction = v128.load(g)
    const v = v128.add<T>(v128.mul<T>(vmu, v128.load(velocity)), direction)
    v128.store(velocity, v)
    v128.store(g, nesterov ? v128.add<T>(direction, v128.mul<T>(vmu, v)) : v)
  }
  const r = rest<T>(n)
  if (r) {
    const direction = loadPartial<T>(g, r)
    const v = v128.add<T>(v128.mul<T>(vmu, loadPartial<T>(velocity, r)), direction)
    storePartial<T>(velocity, v, r)
    storePartial<T>(g, nesterov ? v128.add<T>(direction, v128.mul<T>(vmu, v)) : v, r)
  }
}
