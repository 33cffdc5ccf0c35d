// What happens when memory runs out at any moment, and whether everything comes back.
import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bytesInUse, Region } from '../../src/core/memory.js'
import { getCore } from '../../src/core/wasm.js'
import {
  adam,
  angles,
  averagePool2d,
  backprop,
  conv2d,
  createTrainer,
  crossEntropy,
  dense,
  equilibriumPropagation,
  type Network,
  resume,
  save,
  sequential,
  type Trainer,
} from '../../src/index.js'
import { classifiers } from '../../src/learners/registry.js'
import { failEach } from '../support/fail-each.js'
import { variants } from '../support/rules.js'

const description = sequential(5, [dense(4, 'tanh'), dense(3, 'identity', { initialization: { law: 'lecunNormal', gain: 0.3 } })])
const batch = {
  x: new Float32Array(7 * 5).fill(0.5),
  y: [0, 1, 2, 0, 1, 2, 0].flatMap((label) => [0, 1, 2].map((j) => Number(j === label))),
  size: 7,
}
/** The same numbers of inputs and outputs, by way of maps that have memory of their own. */
const weak = { law: 'lecunNormal', gain: 0.3 } as const
const convolutional = sequential(
  [5, 1],
  [
    conv2d(2, { kernel: [2, 1], pool: [2, 1], initialization: weak }, 'tanh'),
    averagePool2d([2, 1]),
    dense(3, 'identity', { initialization: weak }),
  ],
)
const optionsFor = (learner: (typeof classifiers)[number]['recipe']['learner']) => ({ learner, loss: crossEntropy(), optimizer: adam() })

afterEach(() => vi.restoreAllMocks())

const cases = [
  ...classifiers.map(({ name, recipe: { learner } }) => ({ name, learner, description })),
  ...[backprop(), equilibriumPropagation()].map((learner) => ({
    name: `${learner.name} over images`,
    learner,
    description: convolutional,
  })),
]

describe.each(cases)('$name, when allocation k fails for every k', ({ learner, description }) => {
  const options = optionsFor(learner)
  const start = (): Trainer => createTrainer(description.build({ seed: 1 }), options)
  const end = ({ trainer, network }: { trainer: Trainer; network: Network }): void => (trainer.dispose(), network.dispose())

  it('build, createTrainer and resume leave nothing behind', () => {
    const trainer = start()
    const bytes = save(trainer)
    end({ trainer, network: trainer.network })
    const held = bytesInUse()
    const unleaked = (): void => expect(bytesInUse()).toBe(held)
    expect(
      failEach(
        () => description.build(),
        unleaked,
        (network) => network.dispose(),
      ),
    ).toBeGreaterThan(0)
    const network = description.build()
    const withNetwork = bytesInUse()
    expect(
      failEach(
        () => createTrainer(network, options),
        () => expect(bytesInUse()).toBe(withNetwork),
        (made) => made.dispose(),
      ),
    ).toBeGreaterThan(0)
    network.dispose()
    expect(failEach(() => resume(bytes, options), unleaked, end)).toBeGreaterThan(1)
    unleaked()
  })

  it('a step changes nothing, and goes well afterwards', () => {
    const trainer = start()
    const untouched = start()
    const before = save(trainer)
    // A step larger than any before it needs more memory; that it could not have it must not show in the numbers.
    failEach(
      () => trainer.step(batch),
      () => expect(Buffer.compare(save(trainer), before)).toBe(0),
      () => {},
    )
    untouched.step(batch)
    expect(Buffer.compare(save(trainer), save(untouched))).toBe(0)
    for (const made of [trainer, untouched]) end({ trainer: made, network: made.network })
  })
})

describe('what only looks, when allocation k fails for every k', () => {
  it.each([
    ['predict', (trainer: Trainer) => trainer.network.predict(batch.x)],
    ['evaluate', (trainer: Trainer) => trainer.evaluate(batch)],
    ['direction', (trainer: Trainer) => trainer.direction(batch)],
    ['angles', (trainer: Trainer) => angles(trainer, backprop(), batch)],
    ['save', (trainer: Trainer) => save(trainer)],
  ])('%s', (name, look) => {
    const trainer = createTrainer(description.build({ seed: 1 }), optionsFor(backprop()))
    const before = save(trainer)
    const allocations = failEach(
      () => look(trainer),
      () => expect(Buffer.compare(save(trainer), before)).toBe(0),
      () => {},
    )
    if (name === 'save') expect(allocations).toBe(0) // so that a full memory can still be saved
    expect(Buffer.compare(save(trainer), before)).toBe(0)
    trainer.dispose()
    trainer.network.dispose()
  })
})

describe('memory that grows at every allocation, and so detaches every view', () => {
  const grown = <T>(act: () => T): T => {
    const memory = getCore().memory as unknown as WebAssembly.Memory
    const { allocate } = Region.prototype
    const before = memory.buffer.byteLength
    vi.spyOn(Region.prototype, 'allocate').mockImplementation(function (this: Region, bytes) {
      memory.grow(1)
      const pointer = allocate.call(this, bytes)
      memory.grow(1)
      return pointer
    })
    const result = act()
    vi.restoreAllMocks()
    expect(memory.buffer.byteLength).toBeGreaterThan(before)
    return result
  }

  it.each(variants)('$label', ({ learner }) => {
    const run = (): Uint8Array => {
      const network = description.build({ seed: 1 })
      const trainer = createTrainer(network, optionsFor(learner))
      trainer.step({ x: batch.x.subarray(0, 5), y: batch.y.slice(0, 3), size: 1 })
      trainer.step(batch) // larger, in the middle of a call
      trainer.evaluate(batch)
      network.predict(new Float32Array(50 * 5))
      const { network: again, trainer: resumed } = resume(save(trainer), optionsFor(learner))
      resumed.step(batch)
      const bytes = save(resumed)
      for (const made of [trainer, network, resumed, again]) made.dispose()
      return bytes
    }
    expect(Buffer.compare(grown(run), run())).toBe(0)
  })
})

describe('memory', () => {
  it('is flat over 1000 cycles of building, training and disposing', () => {
    const held = bytesInUse()
    for (let cycle = 0; cycle < 1000; cycle++) {
      const { learner } = classifiers[cycle % classifiers.length].recipe
      const network = description.build({ seed: cycle })
      const trainer = createTrainer(network, optionsFor(learner))
      trainer.step(batch)
      if (cycle % 2 === 0) network.dispose()
      trainer.dispose()
      network.dispose()
      trainer.dispose() // twice is nothing
      expect(bytesInUse()).toBe(held)
    }
  })

  it('of a forgotten network is reclaimed, and that of a disposed one not freed twice', () => {
    const program = `
      import { backprop, createTrainer, dense, sequential, sgd, squaredError } from 'ngrad'
      import { bytesInUse } from './dist/core/memory.js'
      const description = sequential(64, [dense(64), dense(8)])
      const make = (dispose) => {
        const network = description.build()
        const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
        trainer.step({ x: new Float32Array(64), y: new Float32Array(8), size: 1 })
        if (dispose) { network.dispose(); trainer.dispose() }
      }
      make(true)
      const held = bytesInUse()
      for (let i = 0; i < 50; i++) make(i % 2 === 0)
      const most = bytesInUse()
      for (let i = 0; i < 50 && bytesInUse() > held; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)) }
      console.log(JSON.stringify({ held, most, left: bytesInUse() }))`
    const printed = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], { encoding: 'utf8' })
    const { held, most, left } = JSON.parse(printed) as Record<string, number>
    expect(most).toBeGreaterThan(held)
    expect(left).toBe(held)
  })
})
