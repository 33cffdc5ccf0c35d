/** base^n for an integer n >= 0 by repeated squaring: Math.pow gives other bits in other engines. */
export function integerPower(base: number, n: number): number {
  let result = 1
  for (let square = base; n > 0; n = Math.floor(n / 2), square *= square) if (n % 2 === 1) result *= square
  return result
}
