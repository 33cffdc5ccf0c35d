// Steps down an energy, on a parabola: E(x) = a x^2 / 2, whose steps x <- x - size a x raise it for sizes above 2 / a.
import { expect, it } from 'vitest'
import { type Descending, Descent } from '../../src/core/descent.js'

function parabola(a: number, x: number) {
  const sizes: number[] = []
  let change = 0
  const at: Descending & { x: number } = {
    x,
    get freeEnergy() {
      return (a * at.x * at.x) / 2
    },
    step: (size) => {
      sizes.push(size)
      change = -size * a * at.x
      at.x += change
      return Math.abs(change)
    },
    halve: () => {
      change /= 2
      at.x -= change
    },
  }
  return { at, sizes }
}

it('takes steps as they are where they lower the energy', () => {
  const { at, sizes } = parabola(1, 8)
  const descent = new Descent(at, 'f64')
  descent.begin(0.5)
  expect([descent.step(), descent.step(), descent.step()]).toEqual([4, 2, 1])
  expect(sizes).toEqual([0.5, 0.5, 0.5])
})

it('halves a step until it does, says how far it went, and goes on with that size until it begins anew', () => {
  const { at, sizes } = parabola(3, 8)
  const descent = new Descent(at, 'f64')
  descent.begin(2) // 2 and 1 go beyond 2/3; 0.5 does not
  expect(descent.step()).toBe(12)
  expect(at.x).toBe(-4)
  expect(descent.step()).toBe(6)
  expect(sizes).toEqual([2, 0.5])
  descent.begin(0.25)
  descent.step()
  expect(sizes.at(-1)).toBe(0.25)
})

it('gives up on an energy that is no number, and ends', () => {
  const { at } = parabola(NaN, 1)
  const descent = new Descent(at, 'f32')
  descent.begin(1)
  expect(descent.step()).toBeNaN()
})
