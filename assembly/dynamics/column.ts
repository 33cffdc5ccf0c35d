/** Where double i of a column of them is. */
// @ts-ignore: decorator
@inline
export function double(base: usize, i: i32): usize {
  return base + (usize(i) << 3)
}
