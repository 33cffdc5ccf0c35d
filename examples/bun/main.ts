// What predictive coding claims of its direction, measured on this network and these data.
import { crossEntropy, dense, measureClaim, predictiveCoding, sequential } from 'ngrad'
import { digits } from 'ngrad/data'

const network = sequential(64, [dense(16, 'tanh'), dense(10)]).build({ dtype: 'f64', seed: 1 })
for (const variant of ['strict', 'fixedPrediction', 'zeroDivergence'] as const) {
  const { claim, measured, passed } = measureClaim(network, predictiveCoding({ variant }), crossEntropy(), digits().train.first(8))
  console.log(`${variant}: ${claim}: ${measured}, ${passed ? 'holds' : 'does not hold'}`)
}
