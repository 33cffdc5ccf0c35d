// What `converged` promises: the direction is as near to that of the settled network as the tolerance says, however deep the
// network and however weak the pull; and under the defaults the rules of README's own network do settle.
import { describe, expect, it } from 'vitest'
import {
  adam,
  contrastiveHebbian,
  createTrainer,
  crossEntropy,
  dense,
  equilibriumPropagation,
  generec,
  type Learner,
  recurrentBackprop,
  sequential,
  postRateHebbian,
} from '../../src/index.js'
import { digits } from '../../src/data/index.js'
import { toRounding } from '../../src/dynamics/relaxation.js'
import { batchFor, build, directionOf, predictionsOf, rowsOf, withTrainer } from '../support/teaching.js'

type Make = (options: object) => Learner
const rules: [string, Make][] = [
  ['equilibriumPropagation', (options) => equilibriumPropagation(options)],
  ['equilibriumPropagation, a weak nudge', (options) => equilibriumPropagation({ beta: 0.01, ...options })],
  ['equilibriumPropagation of potentials', (options) => equilibriumPropagation({ states: 'potentials', beta: 0.1, ...options, step: 0.5 })],
  ['equilibriumPropagation, holomorphic', (options) => equilibriumPropagation({ nudging: 'holomorphic', ...options })],
  ['postRateHebbian', (options) => postRateHebbian({ beta: 0.1, ...options })],
  ['contrastiveHebbian', (options) => contrastiveHebbian({ freeSweeps: 100, nudgedSweeps: 100, ...options })],
  ['generec', (options) => generec(options)],
  ['recurrentBackprop', (options) => recurrentBackprop(options)],
]

describe.each(rules)('%s', (_, make) => {
  // From weakly coupled networks, which settle in a few sweeps, to strongly coupled ones, which take hundreds.
  it.each([
    [3, 0.4],
    [3, 0.6],
    [3, 0.8],
    [5, 0.6],
  ])('errs by no more than its tolerance, in %i layers of gain %f', (layers, gain) => {
    const sizes = [4, ...Array.from({ length: layers - 1 }, () => 6), 3]
    let settled = 0
    let elsewhere = 0
    for (let seed = 1; seed <= 6; seed++) {
      const network = build({ sizes, seed, gain })
      const batch = batchFor(network, 8)
      for (const tolerance of [1e-3, 1e-5]) {
        for (let row = 0; row < batch.size; row++) {
          const one = rowsOf(batch, [row])
          const learner = make({ tolerance })
          const [direction, converged, outputs] = withTrainer(network, { learner }, (trainer) => {
            const found = trainer.direction(one)
            return [
              network.parameters.flatMap(({ name }) => [...found.of(name)]),
              trainer.settling!.converged,
              predictionsOf(trainer, one),
            ] as const
          })
          if (!converged) continue
          settled++
          const exact = directionOf(network, { learner: make(toRounding) }, one)
          const off = Math.max(...direction.map((value, i) => Math.abs(value - exact[i])))
          // Both phases may be off at both ends of a connection, the other end being as large as inputs, states, targets or errors
          // are: 2 tolerances; and by how fast changes shrink their sum is known to a factor of about 3.
          const most = Math.max(1, ...[one.x, one.y, outputs, exact].flatMap((values) => Array.from(values, Math.abs)))
          if (off > 0.1) elsewhere++
          else expect(off).toBeLessThan(6 * tolerance * most)
        }
      }
      network.dispose()
    }
    expect(settled).toBeGreaterThan(60) // of 96, nearly all
    expect(elsewhere).toBeLessThanOrEqual(2) // a strongly coupled network has several fixed points: the other rule may find another
  })
})

it('contrastive Hebbian learning is not settled while its weakest pull is not, in six layers', () => {
  const network = build({ sizes: [4, 6, 6, 6, 6, 6, 3], seed: 1, gain: 1 })
  const batch = batchFor(network, 4)
  const exact = directionOf(network, { learner: contrastiveHebbian(toRounding) }, batch)
  withTrainer(network, { learner: contrastiveHebbian({ freeSweeps: 50, nudgedSweeps: 50 }) }, (trainer) => {
    const found = trainer.direction(batch)
    expect(trainer.settling!.converged).toBe(true)
    const direction = network.parameters.flatMap(({ name }) => [...found.of(name)])
    direction.forEach((value, i) => expect(Math.abs(value - exact[i])).toBeLessThan(1e-3))
  })
  // In single precision gamma^5 = 3e-7 is the distance of two numbers: nothing settles, and it says so.
  const single = build({ sizes: [4, 6, 6, 6, 6, 6, 3], seed: 1, gain: 1, dtype: 'f32' })
  withTrainer(single, { learner: contrastiveHebbian() }, (trainer) => {
    trainer.direction(batch)
    expect(trainer.settling!.converged).toBe(false)
  })
  network.dispose()
  single.dispose()
})

it.each([
  ['equilibriumPropagation', equilibriumPropagation()],
  ['recurrentBackprop', recurrentBackprop()],
  ['postRateHebbian', postRateHebbian()],
] as const)(
  'the first program by %s: at most 1 %% of the steps unsettled',
  async (_, learner) => {
    const { train } = digits()
    const network = sequential(64, [dense(32, 'tanh'), dense(10)]).build({ dtype: 'f32', seed: 7 })
    const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }), seed: 7 })
    let unsettled = 0
    for await (const step of trainer.fit(train, { epochs: 20, batchSize: 32 })) unsettled = step.unsettled
    expect(trainer.steps).toBe(900)
    expect(trainer.unsettledSteps).toBe(unsettled)
    expect(unsettled).toBeLessThanOrEqual(9)
    trainer.dispose()
    network.dispose()
  },
  120_000,
)
