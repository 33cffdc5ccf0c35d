import { describe, expect, it } from 'vitest'
import { PseudoInverse } from '../../../src/numerics/pseudo-inverse.js'
import { backprop, differenceTargetPropagation, gaussNewton, sequential, dense, targetPropagation } from '../../../src/index.js'
import { type Rows, rows, scaled, times, transpose } from '../../support/linear-algebra.js'
import { withTrainer } from '../../support/teaching.js'
import { directions, expectClaim, numbers, relative, withCase } from '../claims.js'

describe('the claims', () => {
  it.each(
    [
      differenceTargetPropagation(),
      differenceTargetPropagation({ from: 'outputs' }),
      differenceTargetPropagation({ decoder: 'transposed' }),
      differenceTargetPropagation({ from: 'outputs', decoder: 'transposed' }),
      targetPropagation({ from: 'outputs' }),
      gaussNewton(),
    ].map((learner, i) => [`${learner.name} ${i}`, learner] as const),
  )('of %s hold', (_name, learner) => {
    expectClaim(learner, { layers: 3 }) // with fewer no decoder stands between the last hidden layer and the inputs
  })

  it('target propagation hands its error of reconstruction down, whatever eta', () => {
    withCase({ sizes: [5, 6, 4, 3], seed: 1, gain: 0.6 }, (network, batch) => {
      const errors = [0.1, 0.01].map((eta) => {
        const [rule, corrected] = [targetPropagation, differenceTargetPropagation].map(
          (make) => directions(network, make({ eta, from: 'outputs' }), batch)[0],
        )
        return relative(rule, corrected)
      })
      expect(errors[1] / errors[0]).toBeGreaterThan(5)
    })
  })
})

/** Row-major [rows x columns] of full row rank -> its pseudo-inverse [columns x rows]. */
function pseudoInverse(w: readonly number[], rows: number, columns: number): number[] {
  const transposed = new PseudoInverse(columns, rows)
  const inverse = new Array<number>(rows * columns)
  for (let i = 0; i < columns; i++) for (let j = 0; j < rows; j++) transposed.a[i * rows + j] = w[j * columns + i]!
  transposed.factor(2 ** -52)
  for (let k = 0; k < rows; k++) {
    const x = new Float64Array(columns).map((_, i) => (i === k ? 1 : 0))
    transposed.multiplyTransposed(x)
    x.forEach((value, i) => (inverse[i * rows + k] = value))
  }
  return inverse
}

/** A linear network, and a trainer's decoders set to the pseudo-inverses of its layers. */
function withInverses<T>(
  sizes: number[],
  use: (network: ReturnType<typeof linear>, invert: NonNullable<Parameters<typeof directions>[4]>) => T,
): T {
  const network = linear(sizes)
  try {
    return use(network, (trainer) => {
      for (let l = 0; l < sizes.length - 2; l++) {
        const [rows, columns] = [sizes[l + 2], sizes[l + 1]]
        const inverse = pseudoInverse(Array.from(network.parameters[2 * l + 2].read()), rows, columns)
        const bias = Array.from(network.parameters[2 * l + 3].read())
        const [v, c] = ['decoder', 'decoderBias'].map((name) => trainer.auxiliaryParameters.find((p) => p.name === `layers.${l}.${name}`)!)
        v.write(inverse)
        c.write(Array.from({ length: columns }, (_, i) => -bias.reduce((sum, b, k) => sum + inverse[i * rows + k] * b, 0)))
      }
    })
  } finally {
    network.dispose()
  }
}

const linear = (sizes: number[]) => {
  const network = sequential(
    sizes[0],
    sizes.slice(1).map((units) => dense(units)),
  ).build({ dtype: 'f64', seed: 4 })
  for (const p of network.parameters) if (p.name.endsWith('bias')) p.write(numbers(p.shape[0], 8))
  return network
}
const batchOf = ({ inputs, outputs }: { inputs: number; outputs: number }, size = 6) => ({
  x: numbers(size * inputs, 1),
  y: numbers(size * outputs, 2),
  size,
})

describe('exact inverses', () => {
  const rule = differenceTargetPropagation({ from: 'outputs' })

  it('of square linear layers hand down Gauss-Newton targets', () => {
    withInverses([4, 4, 4, 4], (network, invert) => {
      const handed = directions(network, rule, batchOf(network), undefined, invert)
      expect(relative(handed.flat(), directions(network, gaussNewton(), batchOf(network)).flat())).toBeLessThan(1e-10)
    })
  })

  it('of contracting linear layers do not compose, except next to the outputs', () => {
    withInverses([7, 6, 4, 2], (network, invert) => {
      const handed = directions(network, rule, batchOf(network), undefined, invert)
      const newton = directions(network, gaussNewton(), batchOf(network))
      expect(relative(handed[2], newton[2])).toBeLessThan(1e-10)
      expect(relative(handed[0], newton[0])).toBeGreaterThan(0.05)
    })
  })

  it.each(['inversion', 'difference'] as const)('are where decoders that learn by %s stop, and to where they go', (reconstruction) => {
    withInverses([3, 3, 3, 3], (network, invert) => {
      const learned = (off: number): { size: number; along: number } => {
        let result = { size: NaN, along: NaN }
        directions(
          network,
          differenceTargetPropagation({ from: 'outputs', reconstruction }),
          batchOf(network, 40),
          undefined,
          (trainer) => {
            invert(trainer)
            const decoders = trainer.auxiliaryParameters
            const shift = decoders.map((p, i) => numbers(p.read().length, i).map((value) => off * value))
            decoders.forEach((p, i) => p.write(p.read().map((value, j) => value + shift[i][j])))
            const direction = trainer.direction(batchOf(network, 40))
            const g = decoders.map((p) => Array.from(direction.of(p.name)))
            result = {
              size: Math.hypot(...g.flat()),
              along: Math.min(
                ...g.flatMap((values, i) => {
                  const along = values.reduce((sum, value, j) => sum + value * shift[i][j], 0)
                  return decoders[i].name.endsWith('decoder') && !(reconstruction === 'difference' && i < 2) ? [along] : []
                }),
              ),
            }
          },
        )
        return result
      }
      expect(learned(0).size).toBeLessThan(1e-10)
      expect(learned(0.1).along).toBeGreaterThan(1e-6)
    })
  })
})

describe('gaussNewton', () => {
  // One hidden layer feeds a bottleneck of 2 units, the other is it: J = W3 diag(f') W2 diag(f'), of rank 2 of 4. Its
  // pseudo-inverse is (W2 diag)^+ (W3 diag)^+, since the factors have full rank; each has a closed form of 2 x 2 matrices.
  it.each(['f32', 'f64'] as const)('is the pseudo-inverse where a bottleneck leaves the Jacobian without full rank, %s', (dtype) => {
    const network = sequential(5, [dense(6, 'tanh'), dense(2, 'tanh'), dense(4)]).build({ dtype, seed: 1 })
    try {
      const batch = { x: [0.3, 0.4, -1, 0.2, 0.5], y: [1, 0, 2, -1], size: 1 }
      const [w1, w2, w3] = [0, 2, 4].map((i) => rows(network.parameters[i].read(), network.parameters[i].shape[1])) as [Rows, Rows, Rows]
      const column = (values: number[]): Rows => values.map((value) => [value])
      const h1 = times(w1, column(batch.x)).flat().map(Math.tanh)
      const h2 = times(w2, column(h1)).flat().map(Math.tanh)
      const e = times(w3, column(h2))
        .flat()
        .map((value, i) => value - batch.y[i])
      const diagonal = (values: number[]): Rows => values.map((value, i) => values.map((_, j) => (i === j ? 1 - value * value : 0)))
      const inverse2 = ([[a, b], [c, d]]: Rows): Rows =>
        scaled(
          [
            [d, -b],
            [-c, a],
          ],
          1 / (a * d - b * c),
        )
      const tall = times(w3, diagonal(h2)) // dh3 / dh1 = tall wide
      const pseudoTall = times(inverse2(times(transpose(tall), tall)), transpose(tall))
      const pseudoWide = times(transpose(w2), inverse2(times(w2, transpose(w2))))
      const expected = times(diagonal(h1), times(pseudoWide, times(pseudoTall, column(e)))).flat()
      const found = withTrainer(network, { learner: gaussNewton() }, (trainer) => Array.from(trainer.direction(batch).of('layers.0.bias')))
      expect(relative(found, expected)).toBeLessThan(dtype === 'f32' ? 1e-5 : 1e-13)
    } finally {
      network.dispose()
    }
  })

  it('asks nothing of units that cannot move the outputs', () => {
    const network = sequential(2, [dense(3, 'relu'), dense(2)]).build({ dtype: 'f64', seed: 1 })
    network.parameters[1].write([-100, -100, -100])
    try {
      const direction = withTrainer(network, { learner: gaussNewton() }, (trainer) => trainer.direction({ x: [1, 1], y: [1, 2], size: 1 }))
      expect([...direction.of('layers.0.weight')]).toEqual([0, 0, 0, 0, 0, 0])
    } finally {
      network.dispose()
    }
  })

  it('is the inverse Jacobian of square layers, and the gradient where the Jacobian is orthogonal', () => {
    const network = linear([3, 3, 3])
    try {
      network.parameters[2].write([0, 1, 0, 0, 0, 1, 1, 0, 0])
      const [newton, gradient] = [gaussNewton(), backprop()].map((rule) => directions(network, rule, batchOf(network)))
      expect(relative(newton.flat(), gradient.flat())).toBeLessThan(1e-14)
      network.parameters[2].write([0, 2, 0, 0, 0, 2, 2, 0, 0])
      const [newton2, gradient2] = [gaussNewton(), backprop()].map((rule) => directions(network, rule, batchOf(network)))
      expect(
        relative(
          newton2[0],
          gradient2[0].map((value) => value / 4),
        ),
      ).toBeLessThan(1e-14)
    } finally {
      network.dispose()
    }
  })
})
