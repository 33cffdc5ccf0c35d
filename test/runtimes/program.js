// What every runtime runs: each rule of the registry trains for 200 steps on the embedded digits, and its parameters
// become one digest. It imports nothing but the library, so that it runs wherever the library does.
import { createTrainer, crossEntropy } from 'ngrad'
import { digits } from 'ngrad/data'
import { recipeNetwork, registry } from 'ngrad/registry'

const steps = 200
const batchSize = 16

/** { 'backprop f32': '0123456789abcdef', ... } */
export async function digests() {
  const { train } = digits()
  const found = {}
  for (const { name, recipe } of registry) for (const dtype of ['f32', 'f64']) found[`${name} ${dtype}`] = await digest(recipe, dtype, train)
  return found
}

async function digest({ learner, optimizer }, dtype, data) {
  const network = recipeNetwork(64, [16], 10).build({ dtype, seed: 7 })
  const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer: optimizer(steps), seed: 7 })
  const epochs = Math.ceil((steps * batchSize) / data.size)
  for await (const { step } of trainer.fit(data, { epochs, batchSize })) if (step === steps) break
  const hash = hashOf([...network.parameters, ...trainer.auxiliaryParameters].map((parameter) => parameter.read()))
  trainer.dispose()
  network.dispose()
  return hash
}

/** Two 32-bit FNV-1a hashes, of the bytes and of their complements: not every host has a synchronous SHA. */
function hashOf(arrays) {
  let a = 0x811c9dc5
  let b = 0x811c9dc5
  for (const array of arrays)
    for (const byte of new Uint8Array(array.buffer)) {
      a = Math.imul(a ^ byte, 0x01000193)
      b = Math.imul(b ^ (255 - byte), 0x01000193)
    }
  return [a, b].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
