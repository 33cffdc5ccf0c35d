// `ngrad train RULE`: one rule on one set of data.
import { recipeNetwork } from '../learners/registry.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { createTrainer } from '../training/trainer.js'
import { describeNetwork } from '../verify/random-setting.js'
import { command } from './command.js'
import { version } from './host.js'
import { data, hidden, integer, json, ruleNamed, seed } from './options.js'
import { endProgress, print, printJson, showProgress } from './terminal.js'

export const train = command({
  name: 'train',
  summary: 'Trains one rule by its recipe, and tests it at the end.',
  details: 'Recipes were chosen on the digits; on other data they are a beginning. `ngrad rules` lists the rules.',
  argument: 'RULE',
  options: {
    data,
    hidden,
    epochs: integer('passes over the training images (as the recipe says)', 1, undefined),
    'batch-size': integer('images in a batch (as the recipe says)', 1, undefined),
    seed: seed('of the initial weights, the order of the images, and the noise'),
    json,
  },
  examples: [
    ['train backprop', 'on the digits'],
    ['train feedbackAlignment --hidden 100,50 --seed 3', 'two hidden layers'],
    ['train equilibriumPropagation --data fashion:/usr/share/datasets/fashion-mnist', 'on Fashion-MNIST, from a folder'],
  ],
  run: async ({ data, hidden = data.hidden, epochs: wanted, 'batch-size': wantedBatch, seed, json }, name) => {
    const { recipe } = ruleNamed(name)
    const { train, test } = data.load()
    const epochs = wanted ?? data.epochs ?? recipe.epochs
    const batchSize = wantedBatch ?? recipe.batchSize
    const network = recipeNetwork(train.inputs, hidden, train.outputs).build({ seed })
    const trainer = createTrainer(network, {
      learner: recipe.learner, loss: crossEntropy(), seed,
      optimizer: recipe.optimizer(epochs * Math.ceil(train.size / batchSize)),
    })
    const history: { epoch: number; loss: number }[] = []
    let sum = 0
    let seen = 0
    let samplesPerSecond = 0
    for await (const step of trainer.fit(train, { epochs, batchSize })) {
      sum += step.loss
      seen++
      samplesPerSecond = step.samplesPerSecond
      showProgress(`epoch ${step.epoch} of ${epochs}  loss ${(sum / seen).toFixed(4)}  ${Math.round(samplesPerSecond)} samples/s`)
      if (!step.epochEnd) continue
      history.push({ epoch: step.epoch, loss: sum / seen })
      sum = seen = 0
    }
    endProgress()
    const { loss, accuracy } = trainer.evaluate(test)
    const result = {
      version, rule: name, data: data.name, network: describeNetwork(network), seed, epochs, batchSize, samplesPerSecond, history,
      test: { loss, accuracy, images: test.size },
    }
    trainer.dispose()
    network.dispose()
    if (json) printJson(result)
    else {
      print(`${name}, ${result.network}, ${data.name}, seed ${seed}: ${epochs} epochs of ${train.size} images, ${Math.round(samplesPerSecond)} samples/s`)
      print(`training loss ${history.at(-1)!.loss.toFixed(4)} in the last epoch`)
      print(`test loss ${loss.toFixed(4)}, accuracy ${(100 * accuracy).toFixed(2)} % of ${test.size} images`)
    }
    return 0
  },
})
