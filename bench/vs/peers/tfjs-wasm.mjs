import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

export const name = 'tfjs-wasm'

export async function open() {
  const require = createRequire(import.meta.url)
  const tf = require('@tensorflow/tfjs') // the core and its gradients
  const wasm = require('@tensorflow/tfjs-backend-wasm')
  wasm.setWasmPaths(fileURLToPath(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)))
  wasm.setThreadsCount(1)
  await tf.setBackend('wasm')
  await tf.ready()

  const load = ({ sizes, batch, layers, x, y }) => ({
    // Its dense layers are x W + b, so that weights are [in, out].
    parameters: layers.map(({ weight, bias }, l) => ({
      weight: tf.variable(tf.transpose(tf.tensor2d(weight, [sizes[l + 1], sizes[l]]))),
      bias: tf.variable(tf.tensor1d(bias)),
    })),
    x: tf.tensor2d(x, [batch, sizes[0]]),
    y: tf.tensor2d(y, [batch, sizes.at(-1)]),
  })
  const forward = (parameters, x, activation) =>
    parameters.reduce((h, { weight, bias }, l) => {
      const z = tf.add(tf.matMul(h, weight), bias)
      return l === parameters.length - 1 ? z : tf[activation](z)
    }, x)
  const lossOf = (h, y, { loss, batch }) =>
    loss === 'crossEntropy' ? tf.losses.softmaxCrossEntropy(y, h) : tf.div(tf.sum(tf.square(tf.sub(h, y))), 2 * batch)

  return {
    version: tf.version.tfjs,
    detail: `SIMD ${await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')}`,
    product: ({ dtype, shape: [m, n, k], a, b }) => {
      if (dtype !== 'f32') return null
      const [left, right] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])]
      let out = null
      return {
        run: (repeats) => {
          for (let i = 0; i < repeats; i++) {
            out?.dispose()
            out = tf.matMul(left, right)
          }
        },
        result: () => out.dataSync(),
        close: () => tf.dispose([left, right, out]),
      }
    },
    step: (work) => {
      const { parameters, x, y } = load(work)
      const optimizer = tf.train.sgd(work.learningRate)
      const evaluate = () => lossOf(forward(parameters, x, work.activation), y, work)
      return {
        run: (repeats) => {
          let value
          for (let i = 0; i < repeats; i++) {
            const loss = optimizer.minimize(evaluate, true)
            value = loss.dataSync()[0]
            loss.dispose()
          }
          return value
        },
        close: () => tf.dispose([parameters, x, y]),
      }
    },
    predict: (work) => {
      const { parameters, x, y } = load(work)
      let out
      return {
        run: (repeats) => {
          for (let i = 0; i < repeats; i++) out = tf.tidy(() => forward(parameters, x, work.activation).dataSync())
        },
        result: () => out,
        close: () => tf.dispose([parameters, x, y]),
      }
    },
    relax: (work) => {
      const {
        parameters: [first, second, third],
        x,
        y,
      } = load(work)
      const settle = () => {
        const drive = tf.add(tf.matMul(x, first.weight), first.bias)
        let h2 = tf.tanh(tf.add(tf.matMul(tf.tanh(drive), second.weight), second.bias))
        let out = tf.add(tf.matMul(h2, third.weight), third.bias)
        for (let sweep = 0; sweep < work.sweeps; sweep++)
          [h2, out] = tf.tidy(() => {
            const h1 = tf.tanh(tf.add(drive, tf.matMul(h2, second.weight, false, true)))
            const up = tf.add(tf.matMul(h1, second.weight), second.bias)
            const h = tf.tanh(tf.add(up, tf.matMul(out, third.weight, false, true)))
            return [h, tf.add(tf.matMul(h, third.weight), third.bias)]
          })
        return lossOf(out, y, work).dataSync()[0]
      }
      return {
        run: (repeats) => {
          let value
          for (let i = 0; i < repeats; i++) value = tf.tidy(settle)
          return value
        },
        close: () => tf.dispose([first, second, third, x, y]),
      }
    },
    close: () => {},
  }
}
