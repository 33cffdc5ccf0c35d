/** Rows i and j of `size` bytes, a multiple of 4, change places. */
export function swap(base: usize, i: i32, j: i32, size: usize): void {
  let a = base + usize(i) * size, b = base + usize(j) * size
  const end = a + size
  for (const whole = a + (size & ~15); a < whole; a += 16, b += 16) {
    const kept = v128.load(a)
    v128.store(a, v128.load(b))
    v128.store(b, kept)
  }
  for (; a < end; a += 4, b += 4) {
    const kept = load<u32>(a)
    store<u32>(a, load<u32>(b))
    store<u32>(b, kept)
  }
}
