// Double precision, as all of ml-matrix is; the step is backprop written over its products.
import { Matrix } from 'ml-matrix'
import { repeated } from '../repeated.mjs'
import { versionOf } from '../version.mjs'

export const name = 'ml-matrix'

const activations = {
  relu: {
    apply: (z) =>
      z.apply((i, j) => {
        if (z.get(i, j) < 0) z.set(i, j, 0)
      }),
    slope: (h) => (h > 0 ? 1 : 0),
  },
  tanh: { apply: (z) => z.tanh(), slope: (h) => 1 - h * h },
}

export function open() {
  return {
    version: versionOf('ml-matrix'),
    product: ({ dtype, shape: [m, n, k], a, b }) => {
      if (dtype !== 'f64') return null
      const [left, right] = [Matrix.from1DArray(m, k, a), Matrix.from1DArray(k, n, b)]
      let out
      return {
        run: (repeats) => {
          for (let i = 0; i < repeats; i++) out = left.mmul(right)
        },
        result: () => out.to1DArray(),
        close: () => {},
      }
    },
    step: ({ sizes, batch, layers, x, y, loss, activation, learningRate }) => {
      const weights = layers.map(({ weight }, l) => Matrix.from1DArray(sizes[l + 1], sizes[l], weight).transpose())
      const biases = layers.map(({ bias }) => Float64Array.from(bias))
      const inputs = Matrix.from1DArray(batch, sizes[0], x)
      const targets = Matrix.from1DArray(batch, sizes.at(-1), y)
      const last = layers.length - 1
      const step = () => {
        const states = [inputs]
        weights.forEach((weight, l) => {
          const z = states[l].mmul(weight).addRowVector(biases[l])
          states.push(l === last ? z : activations[activation].apply(z))
        })
        let { errors, sum } = lossOf(states.pop(), targets, loss)
        errors.mul(1 / batch)
        for (let l = last; l >= 0; l--) {
          const below = states[l]
          const weightSlope = below.transpose().mmul(errors)
          const biasSlope = errors.sum('column')
          if (l > 0) {
            const { slope } = activations[activation]
            const down = errors.mmul(weights[l].transpose())
            down.apply((i, j) => down.set(i, j, down.get(i, j) * slope(below.get(i, j))))
            errors = down
          }
          weights[l].sub(weightSlope.mul(learningRate))
          biases[l].forEach((_, j) => {
            biases[l][j] -= learningRate * biasSlope[j]
          })
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

/** The loss of all samples, and its slope to the outputs, in their place. */
function lossOf(outputs, targets, loss) {
  let sum = 0
  if (loss === 'squaredError') {
    const errors = outputs.sub(targets)
    errors.apply((i, j) => {
      sum += errors.get(i, j) ** 2 / 2
    })
    return { errors, sum }
  }
  for (let i = 0; i < outputs.rows; i++) {
    const row = outputs.getRow(i)
    const largest = Math.max(...row)
    const exponentials = row.map((value) => Math.exp(value - largest))
    const total = exponentials.reduce((a, b) => a + b)
    row.forEach((value, j) => {
      const target = targets.get(i, j)
      sum -= target * (value - largest - Math.log(total))
      outputs.set(i, j, exponentials[j] / total - target)
    })
  }
  return { errors: outputs, sum }
}
