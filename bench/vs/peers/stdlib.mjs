// The products of @stdlib/blas, and backprop written over them: arrays that are kept, rows in order.
import { createRequire } from 'node:module'
import { repeated } from '../repeated.mjs'
import { versionOf } from '../version.mjs'

export const name = '@stdlib/blas'

export function open() {
  const require = createRequire(import.meta.url)
  const products = { f32: require('@stdlib/blas/base/sgemm'), f64: require('@stdlib/blas/base/dgemm') }
  /** out = alpha left right + beta out, for `out` of m x n, and rows that are as long as they are wide. */
  const multiply = (dtype, left, right, m, n, k, a, b, out, alpha = 1, beta = 0) =>
    products[dtype](
      'row-major',
      left ? 'transpose' : 'no-transpose',
      right ? 'transpose' : 'no-transpose',
      m,
      n,
      k,
      alpha,
      a,
      left ? m : k,
      b,
      right ? k : n,
      beta,
      out,
      n,
    )
  return {
    version: versionOf('@stdlib/blas'),
    product: ({ dtype, shape: [m, n, k], a, b }) => {
      const out = new a.constructor(m * n)
      return {
        run: (repeats) => {
          for (let i = 0; i < repeats; i++) multiply(dtype, false, false, m, n, k, a, b, out)
        },
        result: () => out,
        close: () => {},
      }
    },
    step: ({ dtype, sizes, batch, layers, x, y, loss, activation, learningRate }) => {
      const weights = layers.map(({ weight }) => weight.slice())
      const biases = layers.map(({ bias }) => bias.slice())
      const states = [x, ...sizes.slice(1).map((n) => new Float32Array(batch * n))]
      const errors = states.map((state) => new Float32Array(state.length))
      const last = layers.length - 1
      const step = () => {
        for (let l = 0; l <= last; l++) {
          const [inputs, outputs] = [sizes[l], sizes[l + 1]]
          const out = states[l + 1]
          multiply(dtype, false, true, batch, outputs, inputs, states[l], weights[l], out)
          for (let i = 0, j = 0; i < out.length; i++, j = j + 1 === outputs ? 0 : j + 1) {
            const z = out[i] + biases[l][j]
            out[i] = l === last ? z : activation === 'relu' ? Math.max(z, 0) : Math.tanh(z)
          }
        }
        const sum = lossOf(states[last + 1], y, errors[last + 1], sizes[last + 1], loss)
        for (let l = last; l >= 0; l--) {
          const [inputs, outputs] = [sizes[l], sizes[l + 1]]
          const error = errors[l + 1]
          if (l > 0) {
            const [down, state] = [errors[l], states[l]]
            multiply(dtype, false, false, batch, inputs, outputs, error, weights[l], down)
            for (let i = 0; i < down.length; i++) down[i] *= activation === 'relu' ? (state[i] > 0 ? 1 : 0) : 1 - state[i] * state[i]
          }
          multiply(dtype, true, false, outputs, inputs, batch, error, states[l], weights[l], -learningRate / batch, 1)
          for (let i = 0, j = 0; i < error.length; i++, j = j + 1 === outputs ? 0 : j + 1) biases[l][j] -= (learningRate / batch) * error[i]
        }
        return sum / batch
      }
      return {
        run: repeated(step),
        close: () => {},
      }
    },
    close: () => {},
  }
}

/** The loss of all samples; writes its slope to the outputs into `errors`. */
function lossOf(outputs, targets, errors, width, loss) {
  let sum = 0
  for (let start = 0; start < outputs.length; start += width) {
    if (loss === 'squaredError') {
      for (let i = start; i < start + width; i++) {
        errors[i] = outputs[i] - targets[i]
        sum += errors[i] ** 2 / 2
      }
      continue
    }
    let largest = -Infinity
    let total = 0
    for (let i = start; i < start + width; i++) largest = Math.max(largest, outputs[i])
    for (let i = start; i < start + width; i++) total += Math.exp(outputs[i] - largest)
    for (let i = start; i < start + width; i++) {
      errors[i] = Math.exp(outputs[i] - largest) / total - targets[i]
      sum -= targets[i] * (outputs[i] - largest - Math.log(total))
    }
  }
  return sum
}
