import { readFileSync } from 'node:fs'
import { init } from '../../../dist/index.js'
import { Region } from '../../../dist/core/memory.js'
import { operations } from '../../../dist/core/operations.js'
import { networkOf, samplesOf, stepsOverSamples, trainerOf } from '../work.mjs'

export const name = 'ngrad'

export async function open({ relaxed }) {
  if (relaxed) init((await import('../../../dist/core/relaxed.js')).relaxed())
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  return {
    version,
    // Matrix products are not public: these are what the layers call.
    product: ({ dtype, shape: [m, n, k], a, b }) => {
      const region = new Region('bench')
      const [left, right, out] = [region.matrix(dtype, m, k), region.matrix(dtype, k, n), region.matrix(dtype, m, n)]
      left.write(a)
      right.write(b)
      const ops = operations(dtype)
      return {
        run: (repeats) => {
          for (let i = 0; i < repeats; i++) ops.multiplyNN(left, right, out)
        },
        result: () => out.read(),
        close: () => region.dispose(),
      }
    },
    step: (work) => trial(work, (trainer, batch) => trainer.step(batch)),
    samples: (work) => {
      const samples = samplesOf(work)
      return trial(work, (trainer) => stepsOverSamples(trainer, samples))
    },
    relax: (work) => trial(work, (trainer, batch) => trainer.evaluate(batch).loss),
    predict: (work) => trial(work, (trainer, batch) => trainer.network.predict(batch.x)),
    close: () => {},
  }
}

function trial(work, once) {
  const network = networkOf(work)
  const trainer = trainerOf(work, network)
  const batch = { x: work.x, y: work.y, size: work.batch }
  let value
  return {
    run: (repeats) => {
      for (let i = 0; i < repeats; i++) value = once(trainer, batch)
      return value
    },
    result: () => value,
    close: () => {
      trainer.dispose()
      network.dispose()
    },
  }
}
