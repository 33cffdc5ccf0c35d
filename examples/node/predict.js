// Reads digits with what train.js kept: no rule, no optimizer, and the same numbers to the bit.
import { readFileSync } from 'node:fs'
import { loadPredictor } from 'ngrad'
import { digits } from 'ngrad/data'

const predictor = loadPredictor(readFileSync('digits.safetensors'))
const { test } = digits()
for (let image = 0; image < 5; image++) {
  const p = predictor.probabilities(test.x.subarray(64 * image, 64 * (image + 1)))
  const digit = p.indexOf(Math.max(...p))
  const label = test.y.subarray(10 * image, 10 * (image + 1)).indexOf(1)
  console.log(`a ${label}, taken for a ${digit} at ${(100 * p[digit]).toFixed(0)} %`)
}
