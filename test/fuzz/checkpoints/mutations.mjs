// Ways in which a good checkpoint becomes a hostile one: in its bytes, in its header, in what it counts, in what it
// describes and in its numbers.
import { philox } from '../../../dist/core/philox.js'

/** Random numbers of a seed and a case: a case is the same whatever came before it. */
export class Draws {
  #key
  #number
  #drawn = 0
  #block = []

  constructor(seed, number) {
    this.#key = [seed, 0x66757a7a] // "fuzz"
    this.#number = number
  }

  #word() {
    if (this.#drawn % 4 === 0) this.#block = philox([this.#drawn / 4, 0, this.#number, 0], this.#key)
    return this.#block[this.#drawn++ % 4]
  }

  below(bound) {
    return Math.floor((this.#word() / 2 ** 32) * bound)
  }

  oneOf(list) {
    return list[this.below(list.length)]
  }

  chance(p) {
    return this.#word() / 2 ** 32 < p
  }
}

const frame = (header, data, length = BigInt(Buffer.byteLength(header))) => {
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt.asUintN(64, length))
  return new Uint8Array(Buffer.concat([prefix, Buffer.from(header), data]))
}

/** A good file as the text of its header and its data. */
function split(bytes) {
  const length = Number(Buffer.from(bytes.buffer, bytes.byteOffset, 8).readBigUInt64LE())
  return { header: Buffer.from(bytes.subarray(8, 8 + length)).toString(), data: Uint8Array.from(bytes.subarray(8 + length)) }
}

const counts = [
  '0',
  '1',
  '2',
  '-1',
  '-0',
  '0.5',
  '1e3',
  '00',
  '',
  ' 1',
  'NaN',
  'Infinity',
  '0x10',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740988',
  '9007199254740990',
  '9007199254740991',
  '9007199254740992',
  '18446744073709551616',
  '9'.repeat(400),
]
const values = [
  0,
  -0,
  1,
  -1,
  0.5,
  1e-30,
  -1e-30,
  5e-324,
  1e-45,
  1e-40,
  1e10,
  -1e10,
  1e18,
  -1e19,
  1e30,
  3e38,
  -3e38,
  1e39,
  1e160,
  -1e200,
  1.7e308,
  -1.7e308,
  2,
  -2,
  0.1,
  10,
  -100,
  1e-4,
  1e-7,
  1e5,
  NaN,
  Infinity,
]
const numbers = [
  0,
  1,
  2,
  3,
  5,
  -1,
  0.5,
  1e-300,
  1e300,
  1e10,
  2 ** 14,
  2 ** 24,
  2 ** 31,
  2 ** 53 - 1,
  1e6,
  10_000,
  null,
  true,
  '1',
  [],
  {},
  [1, 2],
  [2, 1],
]
const kinds = ['dense', 'conv2d', 'recurrent', 'averagePool2d', 'softmax', '__proto__', 'constructor', 'toString', 5, null]
const activations = ['identity', 'tanh', 'sigmoid', 'relu', 'softplus', 'hardSigmoid', 'shiftedSigmoid', 'exp', '']

/** Exchanges one thing somewhere in a value of JSON. */
function altered(value, draws, depth = 0) {
  if (depth > 0 && draws.chance(0.2)) return draws.oneOf([...numbers, ...activations])
  if (Array.isArray(value) && value.length > 0) {
    const at = draws.below(value.length)
    const copy = [...value]
    const kind = draws.below(8)
    if (kind === 0) copy.splice(at, 1)
    else if (kind === 1) copy.splice(at, 0, copy[at])
    else copy[at] = altered(copy[at], draws, depth + 1)
    return copy
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    const key = draws.oneOf(Object.keys(value))
    return { ...value, [key]: altered(value[key], draws, depth + 1) }
  }
  return draws.oneOf(typeof value === 'string' ? [...activations, ...kinds] : numbers)
}

/** A description of other sizes and options, some of which fit the arrays as well. */
function redescribed(text, draws) {
  let description
  try {
    description = JSON.parse(text)
  } catch {
    return text.slice(draws.below(text.length)) // changed twice: it is none already
  }
  const layers = description?.layers
  if (!Array.isArray(layers) || !layers.every(Array.isArray) || layers.length === 0) return text + text
  const change = draws.below(7)
  if (change === 0) {
    // Large images, averaged down to what the arrays are for.
    const factor = 2 ** (1 + draws.below(10))
    if (description.inputs?.length === 3) {
      const [height, width, channels] = description.inputs
      description.inputs = [height * factor, width * factor, channels]
      layers.unshift(['averagePool2d', factor])
    }
  } else if (change === 1) layers.unshift(...Array.from({ length: 1 + draws.below(30) }, () => ['averagePool2d', 1]))
  else if (change === 2) {
    const options = draws.oneOf(layers).find((setting) => typeof setting === 'object' && setting !== null)
    if (options && 'sweeps' in options)
      Object.assign(options, { sweeps: draws.oneOf([1, 100, 10_000, 10_001, 2 ** 53]), tolerance: draws.oneOf([0, 1e-3, 1e300, -1]) })
    else if (options) options.initialization = { law: draws.oneOf(['zeros', 'heNormal', 'no law']), gain: draws.oneOf(numbers) }
  } else if (change === 3) {
    const layer = draws.oneOf(layers)
    layer[layer[0] === 'conv2d' ? 3 : 2] = draws.oneOf(activations)
  } else if (change === 4)
    return text.slice(0, draws.below(text.length)) + draws.oneOf(['', '[', '{"a":', '}', ']', ',', '"', '1e999', '[['.repeat(5000)])
  else return JSON.stringify(altered(description, draws))
  return JSON.stringify(description)
}

function rewordMetadata(metadata, draws) {
  const keys = Object.keys(metadata)
  if (keys.length === 0) return
  const key = draws.oneOf(keys)
  const change = draws.below(6)
  if (change === 0) delete metadata[key]
  else if (change === 1 && 'network' in metadata) metadata.network = redescribed(metadata.network, draws)
  else if (change === 2 && 'network' in metadata) metadata.network = redescribed(metadata.network, draws)
  else if (change === 3) metadata[draws.oneOf(keys)] = metadata[draws.oneOf(keys)]
  else if (change === 4)
    metadata[draws.oneOf([key, ...keys.filter((one) => /^(random|steps|epoch|examples|seed|networkSeed|modelSeed)/.test(one))])] =
      draws.oneOf(counts)
  else metadata[key] = draws.oneOf([...counts, 'f32', 'f64', 'backprop', 'crossEntropy', '\u001b[31m', 'x'.repeat(5000)])
}

function reshapeTensors(header, draws) {
  const names = Object.keys(header).filter((name) => name !== '__metadata__')
  const [name, other] = [draws.oneOf(names), draws.oneOf(names)]
  const entry = header[name]
  const change = draws.below(8)
  if (change === 0) delete header[name]
  else if (change === 1) header[`${name}${draws.oneOf(['', 'x', '\u0000', '.0'])}`] = entry
  else if (change === 2) entry.dtype = draws.oneOf(['F32', 'F64', 'F16', 'U8', 'I64', 'BOOL', 'f32', ''])
  else if (change === 3)
    entry.shape = draws.oneOf([
      [...entry.shape].reverse(),
      [...entry.shape, 1],
      [],
      [0],
      [2 ** 32, 2 ** 32],
      [entry.shape.reduce((a, b) => a * b, 1)],
    ])
  else if (change === 4)
    entry.data_offsets = draws.oneOf([[0, 0], [entry.data_offsets[1], entry.data_offsets[0]], header[other].data_offsets, [0, 2 ** 53 - 1]])
  else if (change === 5) [header[name], header[other]] = [header[other], header[name]]
  else if (change === 6) {
    header[`${draws.oneOf(['optimizer.network.', 'auxiliary.feedback.', 'kept.', 'layers.9.'])}weight`] = entry
    delete header[name]
  } else entry[draws.oneOf(['dtype', 'shape', 'data_offsets'])] = draws.oneOf(numbers)
}

function writeNumbers(header, data, draws) {
  const names = Object.keys(header).filter((name) => name !== '__metadata__')
  const {
    dtype,
    data_offsets: [from, to],
  } = header[draws.oneOf(names)]
  const width = dtype === 'F64' ? 8 : 4
  const view = new DataView(data.buffer, data.byteOffset)
  const set = (at, value) => (width === 8 ? view.setFloat64(at, value, true) : view.setFloat32(at, value, true))
  const get = (at) => (width === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true))
  if (to - from < width) return
  const anywhere = () => from + width * draws.below((to - from) / width)
  const change = draws.below(5)
  const value = draws.oneOf(values)
  if (change === 0) for (let at = from; at < to; at += width) set(at, value)
  else if (change === 1) for (let at = from; at < to; at += width) set(at, get(at) * value)
  else if (change === 2) for (let at = from; at < to; at += width) set(at, -get(at))
  else if (change === 3) for (let at = from; at < to; at++) data[at] = draws.below(256)
  else set(anywhere(), value)
}

function changeBytes(bytes, draws) {
  const at = draws.below(bytes.length)
  const change = draws.below(4)
  if (change === 0) return bytes.subarray(0, at)
  if (change === 1) return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(draws.below(bytes.length))])
  const copy = Uint8Array.from(bytes)
  for (let i = draws.below(4); i >= 0; i--) copy[draws.below(copy.length)] = draws.below(256)
  return copy
}

/** A hostile file, from a good one; how it came about is for those who look into a case. */
export function mutated(good, draws) {
  if (draws.chance(0.05)) return changeBytes(good, draws)
  const { header: text, data } = split(good)
  const header = JSON.parse(text)
  for (let i = draws.below(3); i >= 0; i--) {
    const change = draws.below(16)
    if (change < 10) writeNumbers(header, data, draws)
    else if (change < 15) rewordMetadata(header.__metadata__, draws)
    else {
      reshapeTensors(header, draws)
      break // what it says no longer fits the data
    }
  }
  const raw = JSON.stringify(header)
  if (draws.chance(0.02)) return frame(raw, data, BigInt(draws.oneOf([0, 7, raw.length - 1, raw.length + 1, 2 ** 31, 2 ** 53])))
  return frame(raw, draws.chance(0.02) ? data.subarray(0, draws.below(data.length)) : data)
}
