// Nonlinearities of the user's own: the operations of a core that does not know them, with those that it would do by their code done here.
import { floatArray } from '../core/dtype.js'
import { type Matrix, releases } from '../core/memory.js'
import { Operations } from '../core/operations.js'
import { describe, NgradError, requireOptions } from '../errors.js'
import { type Activation, activations, firstOwnCode } from './activation.js'
import type { LayerDescription } from './layer.js'

/** A nonlinearity of one's own: {@link withActivation}. */
export interface OwnActivation {
  /** For errors; none of the library's. */
  readonly name: string
  /** f(z), of a number. */
  f(z: number): number
  /** f'(z), from h = f(z): rules see what units say, not what they hear. */
  slope(h: number): number
}

const known: OwnActivation[] = []

/**
 * A layer with a nonlinearity of one's own, h = f(A x + b), in place of its own, which must be `identity`. Every rule teaches it, in double
 * precision number by number whatever the network's, and many times as slowly as the library's: rules that settle do so layer by layer.
 * f must be smooth and increasing, or at least its slope a function of h; `gradientCheck(network, backprop(), loss, batch)` says whether
 * `slope` is the slope of `f`. Networks with such a layer are not saved: a file holds no functions.
 *
 * ```ts
 * const softsign = { name: 'softsign', f: (z) => z / (1 + Math.abs(z)), slope: (h) => (1 - Math.abs(h)) ** 2 }
 * sequential(4, [withActivation(dense(8), softsign), dense(3)])
 * ```
 *
 * What `f` or `slope` throw ends the step, which changes nothing then; neither may free what the library holds (`STATE`).
 *
 * @throws NgradError `TYPE` for what is no layer or no such functions; `RANGE` for a name that the library has; `UNSUPPORTED` for a layer with a
 * nonlinearity
 */
export function withActivation(layer: LayerDescription, activation: OwnActivation): LayerDescription {
  const where = 'withActivation(layer, activation)'
  if (typeof layer?.shapes !== 'function') throw new NgradError('TYPE', `${where}: layer`, 'a layer, such as dense(8)', describe(layer))
  const { name, f, slope } = requireOptions<OwnActivation>(`${where}: activation`, activation, { name: true, f: true, slope: true })
  if (typeof name !== 'string' || name === '') throw new NgradError('TYPE', `${where}: name`, 'a name', describe(name))
  if (activations.includes(name as Activation)) throw new NgradError('RANGE', `${where}: name`, 'one that the library does not have', name)
  for (const [key, value] of Object.entries({ f, slope }))
    if (typeof value !== 'function') throw new NgradError('TYPE', `${where}: ${key}`, 'a function of a number', describe(value))
  if (layer.activation !== 'identity' || layer.code !== undefined)
    throw new NgradError('UNSUPPORTED', `${where}: layer`, 'one with activation identity', layer.activation)
  const code = firstOwnCode + known.push({ name, f, slope }) - 1
  return { ...layer, activation: name as Activation, code, operations: (dtype) => new OwnOperations(dtype) }
}

/** A number of the user's. Throws `TYPE`. */
function numberOf(value: unknown, { name }: OwnActivation): number {
  if (typeof value !== 'number') throw new NgradError('TYPE', name, 'a function that gives numbers', describe(value))
  return value
}

/** As the core does them, by code; those of one's own in JavaScript. */
class OwnOperations extends Operations {
  override activate(code: number, z: Matrix, h: Matrix): void {
    if (code < firstOwnCode) return super.activate(code, z, h)
    this.#rewrite(code, h, z.read(), (own, value) => numberOf(own.f(value), own))
  }

  override activateRows(code: number, bias: Matrix, h: Matrix): void {
    if (code < firstOwnCode) return super.activateRows(code, bias, h)
    super.activateRows(0, bias, h)
    this.activate(code, h, h)
  }

  override multiplySlope(code: number, h: Matrix, d: Matrix): void {
    if (code < firstOwnCode) return super.multiplySlope(code, h, d)
    const by = h.read()
    this.#rewrite(code, d, d.read(), (own, value, i) => value * numberOf(own.slope(by[i]), own))
  }

  override settle(code: number, bias: Matrix, steps: Matrix, potential: Matrix, s: Matrix, worst: Matrix, scale = 1): void {
    if (code < firstOwnCode) return super.settle(code, bias, steps, potential, s, worst, scale)
    const [moving, was, now, off] = [steps.read(), potential.read(), s.read(), worst.read()]
    const shift = bias.read()
    const { columns } = s
    this.#rewrite(code, s, now, (own, value, i) => {
      const row = Math.floor(i / columns)
      if (moving[row] === 0) return value
      const change = numberOf(own.f(was[i] + shift[i % shift.length]), own) - value
      off[row] = largerOf(off[row], scale * Math.abs(change))
      return value + moving[row] * change
    })
    worst.write(off)
  }

  override pull(
    code: number,
    rates: Matrix,
    scale: number,
    x: Matrix | null,
    h: Matrix,
    eps: Matrix,
    change: Matrix,
    residuals: Matrix,
    squares: Matrix,
  ): void {
    if (code < firstOwnCode) return super.pull(code, rates, scale, x, h, eps, change, residuals, squares)
    const [moving, by, errors, largest, sums] = [rates.read(), h.read(), eps.read(), residuals.read(), squares.read()]
    const { columns } = change
    this.#rewrite(code, change, change.read(), (own, value, i) => {
      const row = Math.floor(i / columns)
      if (moving[row] === 0) return 0
      const pull = numberOf(own.slope(by[i]), own) * value - errors[i]
      largest[row] = largerOf(largest[row], scale * Math.abs(pull))
      sums[row] += pull * pull
      return moving[row] * pull
    })
    residuals.write(largest)
    squares.write(sums)
  }

  override move(code: number, stop: boolean, x: Matrix, change: Matrix, h: Matrix): void {
    if (code < firstOwnCode) return super.move(code, stop, x, change, h)
    this.combine(1, change, 1, x)
    this.activate(code, x, h)
  }

  /** Writes what the function makes of each number, once all is known and nothing was freed meanwhile. */
  #rewrite(code: number, to: Matrix, values: ArrayLike<number>, make: (own: OwnActivation, value: number, i: number) => number): void {
    const own = known[code - firstOwnCode]
    const made = floatArray('f64', values.length)
    const before = releases()
    for (let i = 0; i < made.length; i++) made[i] = make(own, values[i], i)
    if (releases() !== before) throw new NgradError('STATE', own.name, 'a function that frees nothing', 'one that disposes of something')
    to.write(made)
  }
}

/** The larger one; NaN where one is. */
const largerOf = (a: number, b: number): number => (b <= a ? a : b)
