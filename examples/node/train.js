// Teaches a network that settles to read digits, and keeps what is needed to use it: digits.safetensors.
import { writeFileSync } from 'node:fs'
import { adam, createTrainer, crossEntropy, dense, earlyStopping, equilibriumPropagation, savePredictor, sequential } from 'ngrad'
import { digits, standardization } from 'ngrad/data'

const { train, test } = digits()
const [learned, held] = train.split(0.9, 1, { stratified: true })

const network = sequential(64, [dense(32, 'tanh'), dense(10)], { normalization: standardization(learned) }).build({ seed: 1 })
const trainer = createTrainer(network, {
  learner: equilibriumPropagation({ beta: 0.1 }),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.003 }),
})
for await (const { epoch, epochEnd, epochLoss, validation } of trainer.fit(learned, {
  epochs: 30,
  validation: earlyStopping({ data: held, patience: 3, by: 'accuracy' }),
}))
  if (epochEnd) console.log(`epoch ${epoch}: loss ${epochLoss.toFixed(3)}, held out ${(100 * validation.accuracy).toFixed(1)} %`)

console.log(`test accuracy ${(100 * trainer.evaluate(test).accuracy).toFixed(1)} %`)
writeFileSync('digits.safetensors', savePredictor(trainer))
