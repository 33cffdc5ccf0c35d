import { activationCode } from '../layers/activation.js'
import type { Loss } from './loss.js'
import { binaryAccuracy } from './metrics.js'

const sigmoid: Loss['link'] = (ops, h, p) => ops.activate(activationCode('binaryCrossEntropy', 'sigmoid'), h, p)

const loss: Loss = {
  name: 'binaryCrossEntropy',
  code: 2,
  of: 'outputs',
  metrics: () => [binaryAccuracy()],
  targets: { expected: 'a probability, in [0, 1]', accepts: (value) => value >= 0 && value <= 1 },
  evaluate: (ops, h, y, errors, samples = null) => ops.binaryCrossEntropy(h, y, errors, samples),
  link: sigmoid,
  probabilities: sigmoid,
}

/**
 * Binary cross-entropy of p = sigmoid(h), C = -sum_j y_j ln p_j + (1 - y_j) ln(1 - p_j). The link is the
 * logistic function: leave the last layer's activation at `identity`.
 */
export const binaryCrossEntropy = (): Loss => loss
