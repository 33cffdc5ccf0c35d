// It runs models and does not train them: a product, and the predictions of a network, as ONNX models made here.
// What is timed is `session.run`, the copies in and out included.
import { versionOf } from '../version.mjs'

export const name = 'onnxruntime-web'

export async function open() {
  const ort = await import('onnxruntime-web')
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'

  async function trial(model, feeds) {
    const hosts = globalThis.Worker
    const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], intraOpNumThreads: 1 })
    // It defines Worker in Node, by which jax-js would take the host for one with threads, midway.
    if (hosts === undefined) delete globalThis.Worker
    let out
    return {
      run: async (repeats) => {
        for (let i = 0; i < repeats; i++) out = (await session.run(feeds)).out
      },
      result: () => out.data,
      close: () => session.release(),
    }
  }
  return {
    version: versionOf('onnxruntime-web'),
    product: ({ dtype, shape: [m, n, k], a, b }) => {
      if (dtype !== 'f32') return null
      const model = modelOf({
        nodes: [node('MatMul', ['a', 'b'], 'out')],
        inputs: [value('a', [m, k]), value('b', [k, n])],
        outputs: [value('out', [m, n])],
      })
      return trial(model, { a: new ort.Tensor('float32', a, [m, k]), b: new ort.Tensor('float32', b, [k, n]) })
    },
    predict: ({ sizes, batch, layers, x, activation }) => {
      const last = layers.length - 1
      const nodes = layers.flatMap((_, l) => [
        node('Gemm', [`h${l}`, `w${l}`, `b${l}`], l === last ? 'out' : `z${l}`, [['transB', 1]]),
        ...(l === last ? [] : [node({ relu: 'Relu', tanh: 'Tanh' }[activation], [`z${l}`], `h${l + 1}`)]),
      ])
      const model = modelOf({
        nodes,
        constants: layers.flatMap(({ weight, bias }, l) => [
          constant(`w${l}`, [sizes[l + 1], sizes[l]], weight),
          constant(`b${l}`, [sizes[l + 1]], bias),
        ]),
        inputs: [value('h0', [batch, sizes[0]])],
        outputs: [value('out', [batch, sizes.at(-1)])],
      })
      return trial(model, { h0: new ort.Tensor('float32', x, [batch, sizes[0]]) })
    },
    close: () => {},
  }
}

// Protocol buffers, as far as ONNX needs them: a field is its number and type, then a varint, or a length and bytes.
const varint = (value) => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))])
const number = (field, value) => Buffer.from([...varint(field * 8), ...varint(value)])
const bytes = (field, content) => {
  const buffer = Buffer.from(content)
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(buffer.length)]), buffer])
}
const message = (field, ...parts) => bytes(field, Buffer.concat(parts))

const float = 1
const integerAttribute = 2
/** Of GraphProto: a node, a constant, the type of an input or output; field numbers are those of onnx.proto. */
const node = (type, inputs, output, attributes = []) =>
  message(
    1,
    ...inputs.map((input) => bytes(1, input)),
    bytes(2, output),
    bytes(4, type),
    ...attributes.map(([key, value]) => message(5, bytes(1, key), number(3, value), number(20, integerAttribute))),
  )
const constant = (key, shape, values) =>
  message(
    5,
    ...shape.map((size) => number(1, size)),
    number(2, float),
    bytes(8, key),
    bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  )
const value = (key, shape) => (field) =>
  message(field, bytes(1, key), message(2, message(1, number(1, float), message(2, ...shape.map((size) => message(1, number(1, size)))))))

const modelOf = ({ nodes, constants = [], inputs, outputs }) =>
  Buffer.concat([
    number(1, 8), // the version of the format
    message(7, ...nodes, bytes(2, 'bench'), ...constants, ...inputs.map((one) => one(11)), ...outputs.map((one) => one(12))),
    message(8, bytes(1, ''), number(2, 17)), // the set of operators
  ])
