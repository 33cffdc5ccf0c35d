// brain.js learns from one sample at a time, with a sigmoid on every layer; its steps are compared with ngrad's of the
// same sort. Its own loss is the mean of the squared errors of the outputs: half their sum is meant here.
import { createRequire } from 'node:module'
import { samplesOf } from '../work.mjs'
import { versionOf } from '../version.mjs'

export const name = 'brain.js'

export function open() {
  const { NeuralNetwork } = createRequire(import.meta.url)('brain.js')
  return {
    version: versionOf('brain.js'),
    samples: (work) => {
      const { sizes, layers, learningRate, activation } = work
      const outputs = sizes.at(-1)
      const network = new NeuralNetwork({ activation })
      network.sizes = sizes
      network.initialize()
      Object.assign(network.trainOpts, { learningRate, momentum: 0 })
      layers.forEach(({ weight, bias }, l) => {
        for (let node = 0; node < bias.length; node++)
          network.weights[l + 1][node].set(weight.subarray(node * sizes[l], (node + 1) * sizes[l]))
        network.biases[l + 1].set(bias)
      })
      const samples = samplesOf(work).map(({ x, y }) => ({ input: x, output: y }))
      return {
        run: (repeats) => {
          let sum
          for (let i = 0; i < repeats; i++) {
            sum = 0
            for (const sample of samples) sum += network.trainPattern(sample, true)
          }
          return (sum * outputs) / 2 / samples.length
        },
        close: () => {},
      }
    },
    close: () => {},
  }
}
