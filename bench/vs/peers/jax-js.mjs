import { versionOf } from '../version.mjs'

export const name = 'jax-js'

export async function open() {
  // It asks for the kind of browser, and whether an array is one of these: Node 20 has neither name.
  globalThis.navigator ??= { userAgent: 'node', hardwareConcurrency: 1 }
  globalThis.Float16Array ??= class {}
  const jax = await import('@jax-js/jax')
  await jax.init('wasm') // without Workers, as in Node, on one thread
  jax.defaultDevice('wasm')
  const { jit, nn, numpy: np, tree, valueAndGrad } = jax
  const array = (values, shape) => np.array(values, { shape, dtype: values instanceof Float64Array ? np.float64 : np.float32 })

  const load = ({ sizes, batch, layers, x, y }) => ({
    // Its layers are x W + b, so that weights are [in, out].
    parameters: layers.map(({ weight, bias }, l) => ({
      weight: np.array(array(weight, [sizes[l + 1], sizes[l]]).transpose()),
      bias: array(bias, [sizes[l + 1]]),
    })),
    x: array(x, [batch, sizes[0]]),
    y: array(y, [batch, sizes.at(-1)]),
  })
  const activations = { relu: nn.relu, tanh: np.tanh }
  const forward = (parameters, x, activation) =>
    parameters.reduce((h, { weight, bias }, l) => {
      const z = np.matmul(h, weight).add(bias)
      return l === parameters.length - 1 ? z : activations[activation](z)
    }, x)
  const lossOf = (h, y, { loss, batch }) =>
    loss === 'crossEntropy'
      ? nn
          .logSoftmax(h)
          .mul(y)
          .sum()
          .mul(-1 / batch)
      : np
          .square(h.sub(y))
          .sum()
          .mul(0.5 / batch)

  const disposeAll = (held) => () => tree.dispose(held())

  return {
    version: versionOf('@jax-js/jax'),
    product: ({ shape: [m, n, k], a, b }) => {
      const [left, right] = [array(a, [m, k]), array(b, [k, n])]
      const multiply = jit((left, right) => np.matmul(left, right))
      let out = null
      return {
        run: async (repeats) => {
          for (let i = 0; i < repeats; i++) {
            out?.dispose()
            out = multiply(left.ref, right.ref)
            await jax.blockUntilReady(out)
          }
        },
        result: () => out.ref.dataSync(),
        close: disposeAll(() => [left, right, out]),
      }
    },
    step: (work) => {
      let { parameters, x, y } = load(work)
      const step = jit((parameters, x, y) => {
        const [loss, slopes] = valueAndGrad((parameters, x, y) => lossOf(forward(parameters, x, work.activation), y, work))(
          tree.ref(parameters),
          x,
          y,
        )
        return [loss, tree.map((value, slope) => value.sub(slope.mul(work.learningRate)), parameters, slopes)]
      })
      return {
        run: (repeats) => {
          let value
          for (let i = 0; i < repeats; i++) {
            let loss
            ;[loss, parameters] = step(parameters, x.ref, y.ref)
            value = loss.dataSync()[0]
          }
          return value
        },
        close: disposeAll(() => [parameters, x, y]),
      }
    },
    predict: (work) => {
      const { parameters, x, y } = load(work)
      const predict = jit((parameters, x) => forward(parameters, x, work.activation))
      let out
      return {
        run: (repeats) => {
          for (let i = 0; i < repeats; i++) out = predict(tree.ref(parameters), x.ref).dataSync()
        },
        result: () => out,
        close: disposeAll(() => [parameters, x, y]),
      }
    },
    relax: (work) => {
      const { parameters, x, y } = load(work)
      const begin = jit(([first, second, third], x) => {
        const drive = np.matmul(x, first.weight).add(first.bias)
        const h = np.tanh(np.matmul(np.tanh(drive.ref), second.weight).add(second.bias))
        return [drive, h.ref, np.matmul(h, third.weight).add(third.bias)]
      })
      const sweep = jit(([, second, third], drive, h2, out) => {
        const h1 = np.tanh(drive.add(np.matmul(h2, second.weight.ref.transpose())))
        const up = np.matmul(h1, second.weight).add(second.bias)
        const h = np.tanh(up.add(np.matmul(out, third.weight.ref.transpose())))
        return [h.ref, np.matmul(h, third.weight).add(third.bias)]
      })
      const finish = jit((out, y) => lossOf(out, y, work))
      return {
        run: (repeats) => {
          let value
          for (let i = 0; i < repeats; i++) {
            let [drive, h2, out] = begin(tree.ref(parameters), x.ref)
            for (let s = 0; s < work.sweeps; s++) [h2, out] = sweep(tree.ref(parameters), drive.ref, h2, out)
            value = finish(out, y.ref).dataSync()[0]
            tree.dispose([drive, h2])
          }
          return value
        },
        close: disposeAll(() => [parameters, x, y]),
      }
    },
    close: () => {},
  }
}
