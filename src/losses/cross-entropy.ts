import type { Loss } from './loss.js'

const softmax: Loss['link'] = (ops, h, p) => ops.softmax(h, p)

const loss: Loss = {
  name: 'crossEntropy',
  code: 1,
  of: 'outputs',
  distributions: true,
  targets: { expected: 'a probability, in [0, 1]', accepts: (value) => value >= 0 && value <= 1 },
  evaluate: (ops, h, y, errors, samples = null) => ops.crossEntropy(h, y, errors, samples),
  link: softmax,
  probabilities: softmax,
}

/**
 * Cross-entropy of p = softmax(h) and targets y (one-hot, or a distribution), C = -sum_j y_j ln p_j. The link is
 * the softmax: leave the last layer's activation at `identity`. Rows of targets that do not sum to 1 are weighted, dC/dh =
 * (sum_j y_j) p - y; rules that compare the outputs' states with the targets, such as `contrastiveHebbian`, refuse them.
 */
export const crossEntropy = (): Loss => loss
