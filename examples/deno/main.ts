// Feedback alignment beside backprop: how far the one's direction is from the other's, while it learns.
import { angles, backprop, createTrainer, crossEntropy, dense, feedbackAlignment, sequential, sgd } from 'ngrad'
import { digits } from 'ngrad/data'

const { train, test } = digits()
const trainer = createTrainer(sequential(64, [dense(32, 'tanh'), dense(10)]).build({ seed: 1 }), {
  learner: feedbackAlignment(),
  loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
})
const probe = train.first(256)
for (let epoch = 0; epoch <= 5; epoch++) {
  if (epoch > 0) await trainer.fit(train)
  const [first] = angles(trainer, backprop(), probe)
  const { accuracy } = trainer.evaluate(test)
  console.log(`epoch ${epoch}: ${first.degrees.toFixed(0)} degrees to backprop, ${(100 * accuracy).toFixed(1)} % right`)
}
