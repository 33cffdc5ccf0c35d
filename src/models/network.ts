import { type FloatArray, floatArray } from '../core/dtype.js'
import type { Matrix, Region } from '../core/memory.js'
import type { Normalization } from '../core/normalization.js'
import { lengthOf, type Numbers, takeNumbers } from '../core/numbers.js'
import { operations } from '../core/operations.js'
import { Random, stream } from '../core/random.js'
import { forward } from '../dynamics/passes.js'
import { describe, NgradError, requireArray, requireInteger, requireOptions } from '../errors.js'
import { activationCode } from '../layers/activation.js'
import type { Initialization, Layer, LayerDescription, Layered, LayerParameters, LayerShapes, PoolingDescription } from '../layers/layer.js'
import { type Parameter, type ParameterGroup, type ParameterSpec, type Shape, sizeOf } from '../layers/parameter.js'
import { inChunks } from './in-chunks.js'
import { type BuildOptions, Model, type ModelDescription, writeRows } from './model.js'

/** A network as data: build it as often as you like. */
export interface NetworkDescription extends ModelDescription<Network> {
  readonly inputs: Shape
  readonly layers: readonly LayerDescription[]
  /** What is done to inputs before the first layer sees them. */
  readonly normalization?: Normalization
}

/** Options of {@link sequential}. */
export interface SequentialOptions {
  /** What is done to inputs before the first layer sees them, whoever gives them: it is saved with the network. */
  readonly normalization?: Normalization
}

/** The size of an image. A row of inputs holds its pixels by rows, and the channels of a pixel side by side. */
export interface ImageShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/**
 * A network whose layers feed one another in turn. Layers and parameters are counted from 0, a pooling with the layer
 * that follows it.
 *
 * @param inputs the number of inputs, or the shape of an image: `{ height, width, channels }`, or as an array
 * `[height, width, channels]`
 * @param layers from the first to the last, up to 2^14, with up to 24 poolings before each
 * @param options `normalization`: an offset and a scale for each input
 * @throws NgradError `RANGE`, `TYPE` or `SHAPE` when a layer cannot take what the one before it gives
 */
export function sequential(
  inputs: number | ImageShape | Shape,
  layers: readonly (LayerDescription | PoolingDescription)[],
  options: SequentialOptions = {},
): NetworkDescription {
  const shape = inputShape(inputs)
  const { normalization } = requireOptions('sequential(inputs, layers, options)', options, { normalization: true })
  if (normalization !== undefined && typeof normalization?.require !== 'function')
    throw new NgradError('TYPE', 'sequential: normalization', 'standardization(data) or such', describe(normalization))
  normalization?.require('sequential: normalization', sizeOf(shape))
  const taken = requireArray('sequential(inputs, layers)', layers)
  if (taken.length === 0) throw new NgradError('RANGE', 'sequential(inputs, layers)', 'at least one layer', describe(layers))
  const description: NetworkDescription = {
    inputs: shape,
    layers: joinPoolings(taken),
    ...(normalization && { normalization }),
    build: (options = {}) => new Network(description, options),
  }
  layerShapes(description) // so that a misfit is an error here, and not in build
  return description
}

function inputShape(inputs: number | ImageShape | Shape): Shape {
  const where = 'sequential(inputs)'
  if (typeof inputs === 'number') return [requireInteger(where, inputs, 1, 1 << 24)]
  if (typeof inputs !== 'object' || inputs === null)
    throw new NgradError('TYPE', where, 'a number or { height, width, channels }', describe(inputs))
  const named = Array.isArray(inputs)
    ? requireArray(where, inputs).map((extent, axis) => [`[${axis}]`, extent])
    : (['height', 'width', 'channels'] as const).map((side) => [`.${side}`, (inputs as ImageShape)[side]])
  if (named.length === 0) throw new NgradError('SHAPE', where, 'at least one extent', 'none')
  if (named.length > mostExtents) throw new NgradError('SHAPE', where, `at most ${mostExtents} extents`, named.length)
  const shape = named.map(([name, extent]) => requireInteger(where + name, extent, 1, 1 << 24))
  requireInteger(`${where}: the product of the extents`, sizeOf(shape), 1, 1 << 24)
  return shape
}

/** More than the deepest networks that were ever taught. */
const mostLayers = 1 << 14
/** An image of 2^24 pixels can be halved as often; @internal a description of a file is counted before it is made. */
export const mostPoolings = 24
/** Extents of the inputs. */
const mostExtents = 8

/** The layers, each with the poolings that stand before it. */
function joinPoolings(layers: readonly (LayerDescription | PoolingDescription)[]): LayerDescription[] {
  const joined: LayerDescription[] = []
  let poolings: PoolingDescription[] = []
  requireInteger('sequential(inputs, layers): their number', layers.length, 1, mostLayers * (mostPoolings + 1))
  layers.forEach((layer: Partial<LayerDescription & PoolingDescription> | undefined, index) => {
    if (typeof layer?.before === 'function') poolings.push(layer as PoolingDescription)
    else if (typeof layer?.shapes === 'function') {
      requireInteger(
        `sequential(inputs, layers[${index}]): poolings before it`,
        poolings.length + (layer.poolings ?? []).length,
        0,
        mostPoolings,
      )
      joined.push(poolings.reduceRight((after, pooling) => pooling.before(after), layer as LayerDescription))
      poolings = []
    } else throw new NgradError('TYPE', `sequential(inputs, layers[${index}])`, 'a layer', describe(layer))
  })
  requireInteger('sequential(inputs, layers): their number, without poolings', joined.length, 0, mostLayers)
  if (poolings.length > 0)
    throw new NgradError('RANGE', 'sequential(inputs, layers)', 'a layer after the last pooling', poolings.at(-1)!.kind)
  return joined
}

/** @internal The shapes of each layer's inputs, outputs and parameters. */
export function layerShapes({ inputs, layers }: NetworkDescription) {
  let shape = inputs
  return layers.map((layer, index) => {
    const shapes = { inputs: shape, ...layer.shapes(`layers[${index}]`, shape) }
    shape = shapes.outputs
    return shapes
  })
}

/** The parameters of a network in WASM memory, and the forward pass. It does not know how it is taught. */
export class Network extends Model implements Layered {
  readonly inputs: number
  readonly outputs: number
  readonly examples = null
  /** @internal */
  readonly layers: readonly Layer[]
  readonly #activities: readonly Matrix[]
  readonly #parameters: readonly LayerParameters[]

  /** @internal Use {@link sequential}. */
  constructor(
    readonly description: NetworkDescription,
    options: BuildOptions,
  ) {
    const shapes = layerShapes(description)
    super('network', { network: parameterSpecs(shapes) }, options)
    this.inputs = sizeOf(description.inputs)
    this.outputs = sizeOf(shapes.at(-1)!.outputs)
    const own = description.layers.find((layer) => layer.operations)
    if (own) this.ops = own.operations!(this.dtype)
    try {
      const parameters = this.layerParameters(this.group)
      this.#parameters = parameters
      this.layers = description.layers.map((layer, index) => ({
        kind: layer.kind,
        index,
        inputs: sizeOf(shapes[index].inputs),
        outputs: sizeOf(shapes[index].outputs),
        activation: layer.activation,
        code: layer.code ?? activationCode(`layers[${index}]`, layer.activation),
        map: layer.connect(this.ops, this.region, shapes[index].inputs),
        parameters: parameters[index],
      }))
      this.#activities = this.activities(this.region)
      this.#initialize(shapes)
      this.group.requireFinite('build(options)')
    } catch (error) {
      this.region.dispose()
      throw error
    }
  }

  /** @internal All parameters are taught together. */
  get group(): ParameterGroup {
    return this.groups[0]
  }

  /** @internal */
  get width(): number {
    return this.inputs
  }

  /**
   * The parameters in the order of the layers: `layers.0.weight` [out, in], `layers.0.bias` [out], and `layers.0.lateral`
   * [out, out] of a layer that has such, ...
   */
  override get parameters(): readonly Parameter[] {
    return this.group.parameters
  }

  /**
   * The outputs of a feedforward pass for each row of x. What a rule whose network settles has taught is another network:
   * {@link Trainer.predict}.
   *
   * @param x row-major [batch, inputs], finite
   * @returns a copy, row-major [batch, outputs]
   * @throws NgradError `SHAPE`, `NOT_FINITE` (also when an output is not finite), `TYPE`, `DISPOSED`
   */
  predict(x: ArrayLike<number>): FloatArray {
    const where = 'predict(x)'
    const values = takeNumbers(where, '', x, this.inputs)
    this.requireAlive(where)
    const h = this.#activities
    const outputs = floatArray(this.dtype, (lengthOf(values) / this.inputs) * this.outputs)
    inChunks(values, this.inputs, (chunk, rows, first) => {
      for (const matrix of h) this.region.resize(matrix, rows)
      this.load(where, '', chunk, h[0], first)
      this.forward(h)
      outputs.set(readFinite(`${where}: outputs`, h.at(-1)!), first * this.outputs)
    })
    return outputs
  }

  /**
   * @internal Matrices for the activities h_0 (the inputs) to h_L, of no rows until they are resized: how wide they are a
   * description says, and memory is taken for data only.
   */
  activities(region: Region): Matrix[] {
    return [this.inputs, ...this.layers.map(({ outputs }) => outputs)].map((units) => region.matrix(this.dtype, 0, units))
  }

  /** @internal Copies rows of inputs into a matrix, normalised. */
  override load(where: string, name: string, values: Numbers, x: Matrix, first: number): void {
    writeRows(where, name, values, x, first)
    this.description.normalization?.apply(where, name, x, first)
  }

  /** @internal h_l = f(W h_{l-1} + b) for every layer, from the inputs in h[0]; W and b may be others' of the same shapes. */
  forward(h: readonly Matrix[], parameters: readonly LayerParameters[] = this.#parameters): void {
    forward(this.layers, h, parameters)
  }

  /** @internal Weights and biases by layer, of this network's group or of one with its layout. */
  layerParameters(group: ParameterGroup): LayerParameters[] {
    let at = 0
    return this.description.layers.map(({ lateralInitialization }) => {
      const [weight, bias] = [group.parameters[at++].matrix, group.parameters[at++].matrix]
      return lateralInitialization ? { weight, bias, lateral: group.parameters[at++].matrix } : { weight, bias }
    })
  }

  #initialize(shapes: ReturnType<typeof layerShapes>): void {
    this.layers.forEach(({ parameters: { weight, lateral } }, l) => {
      const { initialization, lateralInitialization } = this.description.layers[l]
      const { fanIn, fanOut } = shapes[l]
      const random = new Random(this.seed, stream.initialization + l)
      draw(random, initialization, fanIn, fanOut, weight)
      if (lateral && lateralInitialization) draw(random, lateralInitialization, lateral.rows, lateral.rows, lateral)
    })
  }
}

function draw(random: Random, { law, gain = 1 }: Initialization, fanIn: number, fanOut: number, out: Matrix): void {
  if (law === 'lecunNormal') random.normal(out, gain / Math.sqrt(fanIn))
  else if (law === 'heNormal') random.normal(out, gain * Math.sqrt(2 / fanIn))
  else if (law === 'glorotUniform') {
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut))
    random.uniform(out, -bound, bound)
  }
}

/** A copy of computed numbers. Throws `NOT_FINITE` where one is infinite or NaN. @internal */
export function readFinite(where: string, matrix: Matrix): FloatArray {
  if (operations(matrix.dtype).firstNonFinite(matrix) >= 0)
    throw new NgradError('NOT_FINITE', where, `finite numbers in ${matrix.dtype}`, 'NaN or infinity')
  return matrix.read()
}

/** @internal The parameters of layers of these shapes, in their order. */
export const parameterSpecs = (shapes: readonly Pick<LayerShapes, 'weight' | 'bias' | 'lateral'>[]): ParameterSpec[] =>
  shapes.flatMap(({ weight, bias, lateral }, l) => [
    { name: `layers.${l}.weight`, shape: weight },
    { name: `layers.${l}.bias`, shape: bias },
    ...(lateral ? [{ name: `layers.${l}.lateral`, shape: lateral }] : []),
  ])
