// Inference in predictive coding runs in the core for dense layers: the same, to the bit, as layer by layer.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { binaryCrossEntropy, crossEntropy, type Learner, type Loss, predictiveCoding, sgd, squaredError } from '../../src/index.js'
import { Descent } from '../../src/numerics/descent.js'
import { unsettled } from '../../src/numerics/fixed-point.js'
import { backprop } from '../../src/learners/gradient/backprop.js'
import { InferenceInCore } from '../../src/dynamics/inference-in-core.js'
import { Nodes } from '../../src/dynamics/predictive-nodes.js'
import { batchFor, build, directionOf, dtypes, type NetworkSpec, rowsOf, targetsOf, withTrainer } from '../support/teaching.js'

interface Case extends NetworkSpec {
  readonly rows: number
  readonly loss: Loss
  readonly steps: number
  readonly rate: number
  readonly tolerance: number
  readonly precisions: readonly number[]
}

/** A loss that reads something in the outputs: no distribution over one. */
const isReadable = ({ sizes, loss }: Pick<Case, 'sizes' | 'loss'>): boolean => !loss.distributions || sizes.at(-1)! > 1

const cases: fc.Arbitrary<Case> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 2, maxLength: 5 }),
    hidden: fc.constantFrom('tanh', 'identity', 'softplus', 'relu', 'hardSigmoid'),
    seed: fc.nat(1000),
    gain: fc.constantFrom(0.5, 1, 2),
    dtype: fc.constantFrom(...dtypes),
    rows: fc.integer({ min: 1, max: 9 }),
    loss: fc.constantFrom(squaredError(), crossEntropy(), binaryCrossEntropy()),
    steps: fc.constantFrom(1, 2, 7, 20, 90),
    rate: fc.constantFrom(0.1, 1, 8), // the last one is halved
    tolerance: fc.constantFrom(0, 1e-2, 1e-1), // some samples come to rest before others
    precisions: fc.array(fc.constantFrom(0.3, 1, 2.5), { minLength: 4, maxLength: 4 }),
  } as const)
  .filter(isReadable)

/** All nodes and errors after inference, and how it went. */
function infer({ rows, loss, steps, rate, tolerance, precisions, ...spec }: Case, inCore: boolean) {
  const network = build(spec)
  const found: unknown[] = []
  const watching: Learner = {
    ...backprop(),
    attach: (site) => {
      const { y } = site
      const nodes = new Nodes(site, precisions.slice(0, network.layers.length))
      const inference = inCore ? new InferenceInCore(nodes) : new Descent(nodes, network.dtype, () => site.batchDoubles())
      const record = unsettled()
      return {
        estimate: () => {
          nodes.start(y)
          inference.run(record, steps, rate, tolerance)
          const { x, h, eps } = nodes
          found.push(...[x, h, eps].flatMap((all) => all.slice(1).map((one) => one.read())))
          found.push({ ...record })
          return 0
        },
        predict: () => nodes.h,
      }
    },
  }
  const batch = batchFor(network, rows, targetsOf(loss), spec.seed)
  withTrainer(network, { learner: watching, loss }, (trainer) => {
    trainer.direction(batch)
    trainer.direction(rowsOf(batch, [0])) // the batch shrinks: matrices move
  })
  network.dispose()
  return found
}

it('is inference layer by layer, to the bit', () => {
  fc.assert(
    fc.property(cases, (setting) => {
      expect(infer(setting, true)).toEqual(infer(setting, false))
    }),
    { numRuns: 300, seed: 1 },
  )
})

it('halves the steps that would raise F', () => {
  const setting: Case = {
    sizes: [4, 6, 5, 2],
    seed: 1,
    rows: 3,
    loss: squaredError(),
    steps: 10,
    rate: 8,
    tolerance: 0,
    precisions: [1, 1, 1, 1],
    dtype: 'f64',
  }
  const { residual } = infer(setting, true).at(-1) as { residual: number }
  expect(residual).toBeLessThan(1) // at that rate, steps that are not halved diverge
})

it('is what predictive coding of dense layers runs, with the weights as they are', () => {
  const network = build({ sizes: [5, 7, 6, 3], seed: 3 })
  const batch = batchFor(network, 4)
  const learner = predictiveCoding({ steps: 7 })
  const steps: number[] = []
  const { infer } = network.ops
  network.ops.infer = (record, most) => {
    steps.push(most)
    infer.call(network.ops, record, most)
  }
  try {
    withTrainer(network, { learner, optimizer: sgd({ learningRate: 0.1 }) }, (trainer) => {
      trainer.step(batch)
      expect(steps).toEqual([7])
      const direction = trainer.direction(batch)
      const now = network.parameters.flatMap(({ name }) => Array.from(direction.of(name)))
      expect(now).toEqual(directionOf(network, { learner }, batch))
    })
  } finally {
    network.ops.infer = infer
  }
  network.dispose()
})
