// Adam (Kingma & Ba 2015, ICLR) over a flat vector of parameters.
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'

// @ts-ignore: decorator
@inline
function decay<T>(beta: v128, complement: v128, mean: v128, x: v128): v128 {
  return v128.add<T>(v128.mul<T>(beta, mean), v128.mul<T>(complement, x))
}

/**
 * m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2;  g <- (m c1) / (sqrt(v c2) + epsilon),
 * with the bias corrections c1 = 1 / (1 - beta1^t), c2 = 1 / (1 - beta2^t) handed in.
 */
export function adam<T>(beta1: T, beta2: T, c1: T, c2: T, epsilon: T, m: usize, v: usize, g: usize, n: i32): void {
  const b1 = v128.splat<T>(beta1)
  const b2 = v128.splat<T>(beta2)
  const a1 = v128.splat<T>(<T>1 - beta1)
  const a2 = v128.splat<T>(<T>1 - beta2)
  const vc1 = v128.splat<T>(c1)
  const vc2 = v128.splat<T>(c2)
  const ve = v128.splat<T>(epsilon)
  const end = g + wholeBytes<T>(n)
  for (; g < end; g += 16, m += 16, v += 16) {
    const d = v128.load(g)
    const m1 = decay<T>(b1, a1, v128.load(m), d)
    const v1 = decay<T>(b2, a2, v128.load(v), v128.mul<T>(d, d))
    v128.store(m, m1)
    v128.store(v, v1)
    v128.store(g, v128.div<T>(v128.mul<T>(m1, vc1), v128.add<T>(v128.sqrt<T>(v128.mul<T>(v1, vc2)), ve)))
  }
  const r = rest<T>(n)
  if (r) {
    const d = loadPartial<T>(g, r)
    const m1 = decay<T>(b1, a1, loadPartial<T>(m, r), d)
    const v1 = decay<T>(b2, a2, loadPartial<T>(v, r), v128.mul<T>(d, d))
    storePartial<T>(m, m1, r)
    storePartial<T>(v, v1, r)
    storePartial<T>(g, v128.div<T>(v128.mul<T>(m1, vc1), v128.add<T>(v128.sqrt<T>(v128.mul<T>(v1, vc2)), ve)), r)
  }
}
