// How well each recipe of the classifiers does on a validation part of the training images: what the recipes were
// chosen by. The test images are not looked at.  node bench/tune.mjs [rule ...]
import { createTrainer, crossEntropy } from '../dist/index.js'
import { digits } from '../dist/data/index.js'
import { recipeNetwork, classifiers } from '../dist/learners/registry.js'

const seeds = [0, 1, 2]
const [fit, validation] = digits().train.split(0.8, 1)
const wanted = process.argv.slice(2)

for (const { name, recipe } of classifiers) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const { learner, optimizer, epochs, batchSize } = recipe
  const began = performance.now()
  const errors = []
  let settling
  for (const seed of seeds) {
    const network = recipeNetwork(fit.inputs, [32], fit.outputs).build({ seed })
    const steps = epochs * Math.ceil(fit.size / batchSize)
    const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer: optimizer(steps), seed })
    for await (const _ of trainer.fit(fit, { epochs, batchSize }));
    errors.push(100 * (1 - trainer.evaluate(validation).accuracy))
    settling = trainer.settling
    trainer.dispose()
    network.dispose()
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${name.padEnd(24)} validation error ${mean.toFixed(2)} % (${errors.map((e) => e.toFixed(1)).join(' ')})`,
    `${seconds.toFixed(1)} s`,
    settling ? `last: ${settling.sweeps} sweeps, residual ${settling.residual.toExponential(0)}` : '',
  )
}
