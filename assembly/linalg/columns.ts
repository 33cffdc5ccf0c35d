// Some columns of a matrix, as a matrix of their own.

/** out <- `columns` columns of x from the one that x points to on; rows of x are `stride` elements apart. */
export function gatherColumns<T>(x: usize, stride: i32, rows: i32, columns: i32, out: usize): void {
  const size = usize(columns) * sizeof<T>()
  for (; rows > 0; rows--, x += usize(stride) * sizeof<T>(), out += size) memory.copy(out, x, size)
}
