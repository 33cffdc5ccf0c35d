// The words of a stream as they are.

import { Distribution, fill } from './fill'

@unmanaged
class Bits extends Distribution {
  map(_at: usize, _end: usize, _: f64): void {}
}

export function bits(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize,
): void {
  fill<u32, Bits>(seed, stream, step, substream, offset, pointer, n, 0)
}
