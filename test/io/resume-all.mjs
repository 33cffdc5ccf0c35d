// A process of its own: goes on with every training that a folder begins, by the built library.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ngrad from 'ngrad'
import { digits } from 'ngrad/data'
import { classifiers } from 'ngrad/registry'
import { dataOf, fit, optimizersOf } from './teaching.mjs'

const [folder] = process.argv.slice(2)
const optimizers = optimizersOf(ngrad)
const data = dataOf({ digits })
for (const file of readdirSync(folder)) {
  const [name, optimizer] = file.split(', ')
  const { recipe } = classifiers.find((row) => row.name === name)
  const bytes = new Uint8Array(readFileSync(join(folder, file)))
  const { network, trainer } = ngrad.resume(bytes, {
    learner: recipe.learner,
    loss: ngrad.crossEntropy(),
    optimizer: optimizers[optimizer](),
  })
  await fit(trainer, data)
  writeFileSync(join(folder, file), ngrad.save(trainer))
  trainer.dispose()
  network.dispose()
}
