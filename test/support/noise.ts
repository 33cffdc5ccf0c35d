// Chosen noise in place of the random one, so that a mean over all of it is a sum and no estimate.
import { vi } from 'vitest'
import type { Matrix } from '../../src/core/memory.js'
import { Random } from '../../src/core/random.js'
import type { Batch, Trainer } from '../../src/index.js'

/** Runs `use` while every fill with signs gets those that `choose` gives, in the shape of the matrix. */
export function withSigns<T>(choose: (out: Matrix) => number[], use: () => T): T {
  const spy = vi.spyOn(Random.prototype, 'rademacher').mockImplementation((out, size) => {
    out.write(choose(out).map((sign) => size * sign))
  })
  try {
    return use()
  } finally {
    spy.mockRestore()
  }
}

/** What `estimate` gives for each of the 2^n ways to choose its n signs, which it may draw in several fills. */
export function overAllSigns<T>(n: number, estimate: () => T): T[] {
  let word = 0
  let place = 0
  const next = (): number => ((word >> place++) & 1) * 2 - 1
  return withSigns(
    ({ length }) => Array.from({ length }, next),
    () =>
      Array.from({ length: 2 ** n }, (_, i) => {
        word = i
        place = 0
        const result = estimate()
        if (place !== n) throw new Error(`${place} signs were drawn, not ${n}`)
        return result
      }),
  )
}

/** The mean of vectors of one length. */
export const mean = (vectors: readonly number[][]): number[] =>
  vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length)

/** The mean of numbers, and its standard error. */
export function sampleMean(values: readonly number[]): { mean: number; error: number } {
  const m = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (values.length - 1)
  return { mean: m, error: Math.sqrt(variance / values.length) }
}

/** `count` directions in a row, each with noise of its own (`trainer.direction` always shows that of the next step). */
export function drawsOf({ estimator }: Trainer, batch: Batch, count: number): number[][] {
  return Array.from({ length: count }, () => {
    estimator.estimate('drawsOf', batch)
    return estimator.direction.parameters.flatMap(({ matrix }) => Array.from(matrix.read()))
  })
}
