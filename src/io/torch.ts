// Weights of PyTorch's Linear and Conv2d, and back: the same numbers under other names, in another order where images are.
//
//   Linear   weight [out, in], as here; behind images their columns go by channels first, here by pixels first
//   Conv2d   weight [out, in, height, width], here [out, height, width, in]
import { type FloatArray, floatArray } from '../core/dtype.js'
import { describe, NgradError, requireArray, requireOptions, requireOwn } from '../errors.js'
import { layerShapes, Network } from '../models/network.js'
import { readSafetensors, type Safetensors, type Tensor } from './safetensors.js'
import { tensorNumbers } from './tensor-numbers.js'

/** Options of {@link readTorch} and {@link torchTensors}. */
export interface TorchOptions {
  /**
   * The name of each layer's module, from the first to the last: `features.0`, `classifier.2`. Default, to read, the names in the file, in
   * their order; to write, the numbers that `nn.Sequential` gives where each layer has a nonlinearity behind it: 0, 2, 4 ...
   */
  readonly names?: readonly string[]
}

/** A layer's numbers as torch has them: their shape, and for each its place here. */
interface Layout {
  readonly shape: readonly number[]
  readonly place: (at: number) => number
}

/**
 * Writes the weights of a PyTorch model into a network of the same layers: all of them, or none where something does not fit. Doubles are
 * rounded to the network's precision; a module without a bias has one of zeros.
 *
 * ```ts
 * // Python: safetensors.torch.save_file(model.state_dict(), 'model.safetensors')
 * const network = sequential([28, 28, 1], [conv2d(8, { kernel: 3 }, 'relu'), dense(10)]).build()
 * readTorch(network, readFileSync('model.safetensors'))
 * ```
 *
 * @param network of `dense` and `conv2d` layers, with or without poolings
 * @throws NgradError `FORMAT` for bytes that are no safetensors file, for arrays that are missing or have another shape, and for others that
 * no name asks for; `UNSUPPORTED` for a network with other layers; `NOT_FINITE`, `TYPE`, `DISPOSED`
 */
export function readTorch(network: Network, bytes: Uint8Array, options: TorchOptions = {}): void {
  const where = 'readTorch(network, bytes)'
  const layouts = layoutsOf(where, network)
  const { tensors } = readSafetensors(bytes)
  const given = namesOf(where, options, layouts.length)
  const names = given ?? modulesOf(where, tensors, layouts.length)
  const asked = new Set(names.flatMap((name) => [`${name}.weight`, `${name}.bias`]))
  const other = given === undefined ? [...tensors.keys()].find((name) => !asked.has(name)) : undefined
  if (other !== undefined) throw new NgradError('FORMAT', where, `the weight and bias of ${names.join(', ')} only, or names`, other)
  const values = layouts.flatMap(({ weight, bias }, l) => [
    read(where, tensors, `${names[l]}.weight`, weight),
    tensors.has(`${names[l]}.bias`) ? read(where, tensors, `${names[l]}.bias`, bias) : floatArray('f64', bias.shape[0]),
  ])
  const before = network.parameters.map((parameter) => parameter.read())
  try {
    network.parameters.forEach((parameter, i) => parameter.write(values[i]))
  } catch (error) {
    network.parameters.forEach((parameter, i) => parameter.write(before[i]))
    throw error
  }
}

/**
 * The weights of a network as PyTorch's modules have them: `writeSafetensors` makes a file of them that `load_state_dict` takes.
 *
 * ```ts
 * writeFileSync('model.safetensors', writeSafetensors(torchTensors(network)))
 * // Python: model.load_state_dict(safetensors.torch.load_file('model.safetensors'))
 * ```
 *
 * @throws NgradError `UNSUPPORTED` for a network with other layers than `dense` and `conv2d`; `TYPE`, `DISPOSED`
 */
export function torchTensors(network: Network, options: TorchOptions = {}): Safetensors {
  const where = 'torchTensors(network)'
  const layouts = layoutsOf(where, network)
  const names = namesOf(where, options, layouts.length) ?? layouts.map((_, l) => String(2 * l))
  const dtype = network.dtype === 'f32' ? 'F32' : 'F64'
  const written = (values: FloatArray, { shape, place }: Layout): Tensor => {
    const numbers = values.map((_, at) => values[place(at)])
    return { dtype, shape, bytes: new Uint8Array(numbers.buffer) }
  }
  const parameters = network.parameters.map((parameter) => parameter.read())
  const tensors = layouts.flatMap(({ weight, bias }, l): [string, Tensor][] => [
    [`${names[l]}.weight`, written(parameters[2 * l], weight)],
    [`${names[l]}.bias`, written(parameters[2 * l + 1], bias)],
  ])
  return { tensors: new Map(tensors), metadata: new Map() }
}

function layoutsOf(where: string, network: Network): { weight: Layout; bias: Layout }[] {
  requireOwn(where, network, Network, 'a network')
  network.requireAlive(where)
  return layerShapes(network.description).map(({ inputs, weight, bias }, l) => {
    const { kind } = network.layers[l]
    if (kind !== 'dense' && kind !== 'conv2d') throw new NgradError('UNSUPPORTED', `${where}: layers[${l}]`, 'dense or conv2d', kind)
    return { weight: kind === 'dense' ? linear(weight, inputs) : convolution(weight), bias: { shape: bias, place: (at: number) => at } }
  })
}

/** Columns by channels first; of pixels as many as a pooling before the layer leaves. */
function linear(shape: readonly number[], inputs: readonly number[]): Layout {
  const [, columns] = shape
  if (inputs.length < 3) return { shape, place: (at) => at }
  const channels = inputs.at(-1)!
  const pixels = columns / channels
  return {
    shape,
    place: (at) => {
      const column = at % columns
      return at - column + (column % pixels) * channels + Math.floor(column / pixels)
    },
  }
}

function convolution([out, height, width, channels]: readonly number[]): Layout {
  const window = height * width
  return {
    shape: [out, channels, height, width],
    place: (at) => {
      const [pixel, channel] = [at % window, Math.floor(at / window) % channels]
      return (Math.floor(at / (window * channels)) * window + pixel) * channels + channel
    },
  }
}

function read(where: string, tensors: Safetensors['tensors'], name: string, { shape, place }: Layout): FloatArray {
  const tensor = tensors.get(name)
  const got = tensor ? `${tensor.dtype} [${tensor.shape.join()}]` : 'nothing'
  if (!tensor?.dtype.includes('F') || tensor.shape.join() !== shape.join())
    throw new NgradError('FORMAT', `${where}: ${describe(name)}`, `numbers [${shape.join()}]`, got)
  const numbers = tensorNumbers(tensor) as FloatArray
  const values = floatArray('f64', numbers.length)
  for (let at = 0; at < numbers.length; at++) values[place(at)] = numbers[at]
  return values
}

/** The modules that have a weight, numbers in them in the order of numbers. */
function modulesOf(where: string, tensors: Safetensors['tensors'], layers: number): string[] {
  const modules = [...tensors.keys()].filter((name) => name.endsWith('.weight')).map((name) => name.slice(0, -'.weight'.length))
  if (modules.length !== layers) throw new NgradError('FORMAT', where, `${layers} modules with a weight, or names`, modules.join(', '))
  const key = (name: string): string => name.replace(/\d+/g, (digits) => digits.padStart(16, '0'))
  return modules.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

function namesOf(where: string, options: TorchOptions, layers: number): string[] | undefined {
  const { names } = requireOptions(`${where}: options`, options, { names: true })
  if (names === undefined) return undefined
  const taken = requireArray(`${where}: names`, names, (name) => {
    if (typeof name !== 'string' || name === '') throw new NgradError('TYPE', `${where}: names`, 'the name of a module', describe(name))
    return name
  })
  if (taken.length !== layers) throw new NgradError('SHAPE', `${where}: names`, `${layers}, one a layer`, taken.length)
  if (new Set(taken).size !== layers) throw new NgradError('RANGE', `${where}: names`, 'different ones', taken.join(', '))
  return taken
}
