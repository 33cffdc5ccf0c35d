// The worker: trains, and says after each epoch how well it does.
import { createTrainer, crossEntropy, dense, feedbackAlignment, sequential, sgd } from 'ngrad'
import { digits } from 'ngrad/data'

async function teach(epochs) {
  const { train, test } = digits()
  const trainer = createTrainer(sequential(64, [dense(32, 'tanh'), dense(10)]).build({ seed: 1 }), {
    learner: feedbackAlignment(),
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  })
  for await (const { epoch, epochEnd } of trainer.fit(train, { epochs }))
    if (epochEnd) postMessage({ epoch, accuracy: trainer.evaluate(test).accuracy })
}

addEventListener('message', ({ data: { epochs } }) => void teach(epochs))
