// +scale or -scale, equally likely: the sign is the top bit of the element's (last) word.

import { Distribution, fill } from './fill'

@unmanaged
class Rademacher<T> extends Distribution {
  map(at: usize, end: usize, scale: f64): void {
    const magnitude = v128.splat<T>(<T>scale)
    const sign = v128.splat<T>(<T>-0.0)
    for (; at < end; at += 16) v128.store(at, v128.xor(magnitude, v128.and(v128.load(at), sign)))
  }
}

export function rademacher<T>(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize, scale: f64,
): void {
  fill<T, Rademacher<T>>(seed, stream, step, substream, offset, pointer, n, scale)
}
