// 1 with probability p, else 0: 1 where the uniform number of the same place is below p, as T rounds p.
// 0 is never and 1 is always; between them the probability is p to within 2^-24 (f32) or 2^-53 (f64).

import { Distribution, fill } from './fill'
import { unit } from './uniform'

@unmanaged
class Bernoulli<T> extends Distribution {
  map(at: usize, end: usize, p: f64): void {
    const bound = v128.splat<T>(<T>p)
    const one = v128.splat<T>(1)
    for (; at < end; at += 16) v128.store(at, v128.and(v128.lt<T>(unit<T>(v128.load(at)), bound), one))
  }
}

export function bernoulli<T>(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize, p: f64,
): void {
  fill<T, Bernoulli<T>>(seed, stream, step, substream, offset, pointer, n, p)
}
