// The words of a stream as they are.

import { fill } from './fill'

export function bits(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize,
): void {
  fill<u32>(seed, stream, step, substream, offset, pointer, n, (_at: usize, _end: usize, _: f64) => {}, 0)
}
