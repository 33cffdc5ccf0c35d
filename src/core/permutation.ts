// A uniformly random order of 0 .. n - 1, a function of its key alone and equal to that of the core's
// `permutation` kernel: to shuffle or split data needs no WebAssembly.
//
// The shuffle: R. Durstenfeld, "Algorithm 235: random permutation", Communications of the ACM 7, 1964,
// after Fisher and Yates. The bounded integers: D. Lemire, "Fast random integer generation in an
// interval", ACM Transactions on Modeling and Computer Simulation 29, 2019: the high half of
// word * bound, where the few words that would favour some integers are drawn again.

import { multiplyHigh, philox } from './philox.js'

/** A permutation of 0 .. n - 1, drawn from words 0, 1, 2, ... of the stream. All arguments but the step are u32, unchecked. */
export function permutation(seed: number, stream: number, step: number, n: number): Uint32Array {
  let drawn = 0
  const [low, high] = [step % 0x1_0000_0000, Math.floor(step / 0x1_0000_0000)]
  let block = philox([0, 0, low, high], [seed, stream])

  function word(): number {
    if (drawn > 0 && drawn % 4 === 0) block = philox([drawn / 4, 0, low, high], [seed, stream])
    return block[drawn++ % 4]
  }

  /** Uniform in 0 .. bound - 1. */
  function below(bound: number): number {
    const unfair = 0x1_0000_0000 % bound
    for (;;) {
      const candidate = word()
      if (Math.imul(candidate, bound) >>> 0 >= unfair) return multiplyHigh(candidate, bound)
    }
  }

  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let last = n - 1; last > 0; last--) {
    const chosen = below(last + 1)
    const moved = order[chosen]
    order[chosen] = order[last]
    order[last] = moved
  }
  return order
}
