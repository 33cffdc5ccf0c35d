// out_i <- 1 with probability p_i, else 0: 1 where the uniform number of the same place is below p_i, so that 0 is
// never and 1 is always, and equal probabilities give what `bernoulli` gives.
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'
import { uniform } from './uniform'

/** `p`, n elements, may not be `pointer`. */
export function bernoulliOf<T>(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, p: usize, pointer: usize, n: i32,
): void {
  uniform<T>(seed, stream, step, substream, offset, pointer, n)
  const one = v128.splat<T>(1)
  const end = pointer + wholeBytes<T>(n)
  for (; pointer < end; pointer += 16, p += 16)
    v128.store(pointer, v128.and(v128.lt<T>(v128.load(pointer), v128.load(p)), one))
  const r = rest<T>(n)
  if (r) storePartial<T>(pointer, v128.and(v128.lt<T>(loadPartial<T>(pointer, r), loadPartial<T>(p, r)), one), r)
}
