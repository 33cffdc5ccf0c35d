// A network's description as text, and back: each layer is the name of the function that makes it and what that
// function was called with. Only the functions in the table below are ever called, and no oftener than the file has
// parameters for: how many there are is known before the first is.
import { normalization as normalized } from '../core/normalization.js'
import { describe, NgradError } from '../errors.js'
import { averagePool2d } from '../layers/average-pool2d.js'
import { conv2d } from '../layers/conv2d.js'
import { dense } from '../layers/dense.js'
import type { LayerDescription, PoolingDescription } from '../layers/layer.js'
import { recurrent } from '../layers/recurrent.js'
import { mostPoolings, type NetworkDescription, sequential } from '../models/network.js'
import { JsonScanner } from './json-scanner.js'

const kinds: Readonly<Record<string, (...settings: never[]) => LayerDescription | PoolingDescription>> = {
  averagePool2d,
  conv2d,
  dense,
  recurrent,
}

/** A weight and a bias. */
const leastTensors = 2
/** As many as a network can have. */
const mostInputs = 1 << 24
/** More than any kind is called with, and than any of its options holds; and how deep these are nested. */
const [mostSettings, mostDepth] = [8, 3]

export const networkText = ({ inputs, layers, normalization }: NetworkDescription): string => {
  const own = layers.findIndex((layer) => layer.code !== undefined)
  if (own >= 0) throw new NgradError('UNSUPPORTED', `layers[${own}]`, 'an activation of the library, for a file', layers[own].activation)
  const steps = layers.flatMap((layer) => [...(layer.poolings ?? []), layer])
  return JSON.stringify({
    inputs,
    layers: steps.map((step) => [step.kind, ...step.arguments]),
    ...(normalization && { normalization: [[...normalization.offset], [...normalization.scale]] }),
  })
}

/** Throws `FORMAT` for text that describes no network, or one of more layers than `tensors` are the parameters of. */
export function parseNetwork(where: string, text: string, tensors: number): NetworkDescription {
  try {
    const most = Math.floor(tensors / leastTensors)
    const { inputs, layers, normalization } = readDescription(new JsonScanner('the text', text), most * (1 + mostPoolings))
    const description = sequential(
      inputs,
      layers.map(([kind, ...settings]) => makeLayer(kind, settings)),
      normalization && { normalization: normalized(normalization[0], normalization[1]) },
    )
    const { length } = description.layers
    if (length > most) throw new NgradError('FORMAT', 'layers', `at most ${most}, as there are parameters for`, length)
    return description
  } catch (cause) {
    throw new NgradError('FORMAT', where, 'the description of a network', cause instanceof Error ? cause.message : 'something else', {
      cause,
    })
  }
}

interface Described {
  readonly inputs: number[]
  readonly layers: unknown[][]
  readonly normalization: number[][] | undefined
}

function readDescription(json: JsonScanner, mostSteps: number): Described {
  let inputs: number[] | undefined
  let layers: unknown[][] | undefined
  let normalization: number[][] | undefined
  json.object((key) => {
    if (key === 'inputs') inputs = json.array(() => json.integer(), mostSettings)
    else if (key === 'layers') layers = json.array(() => json.array(() => json.value(mostDepth, mostSettings), mostSettings), mostSteps)
    else if (key === 'normalization') normalization = json.array(() => json.array(() => json.number(), mostInputs), 2)
    else throw json.unexpected('no key but inputs, layers and normalization')
  })
  json.end()
  if (inputs === undefined || layers === undefined) throw json.unexpected('inputs and layers')
  if (normalization !== undefined && normalization.length !== 2) throw json.unexpected('offsets and scales')
  return { inputs, layers, normalization }
}

function makeLayer(kind: unknown, settings: readonly unknown[]): LayerDescription | PoolingDescription {
  const make = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (make === undefined) throw new NgradError('FORMAT', 'layers', `one of ${Object.keys(kinds).join(', ')}`, describe(kind))
  return make(...(settings as never[]))
}
