// A network's description as text, and back: each layer is the name of the function that makes it and what that
// function was called with. Only the functions in the table below are ever called.
import { NgradError } from '../errors.js'
import { averagePool2d } from '../layers/average-pool2d.js'
import { conv2d } from '../layers/conv2d.js'
import { dense } from '../layers/dense.js'
import type { LayerDescription, PoolingDescription } from '../layers/layer.js'
import { recurrent } from '../layers/recurrent.js'
import { type NetworkDescription, sequential } from '../layers/network.js'

const kinds: Readonly<Record<string, (...settings: never[]) => LayerDescription | PoolingDescription>> = {
  averagePool2d, conv2d, dense, recurrent,
}

export const describeNetwork = ({ inputs, layers }: NetworkDescription): string => {
  const steps = layers.flatMap((layer) => [...(layer.poolings ?? []), layer])
  return JSON.stringify({ inputs, layers: steps.map((step) => [step.kind, ...step.arguments]) })
}

/** Throws `FORMAT` for text that describes no network of at most `mostLayers` layers. */
export function parseNetwork(where: string, text: string, mostLayers: number): NetworkDescription {
  try {
    const { inputs, layers } = JSON.parse(text) as { inputs: number[]; layers: [string, ...never[]][] }
    const made = layers.map(([kind, ...settings]) => {
      if (!Object.hasOwn(kinds, kind)) throw new Error(`a layer ${JSON.stringify(kind)}`)
      return kinds[kind]!(...settings)
    })
    const description = sequential(inputs, made)
    const { length } = description.layers
    if (length > mostLayers) throw new Error(`${length} layers, but the parameters of ${mostLayers}`)
    return description
  } catch (cause) {
    throw new NgradError('FORMAT', where, 'the description of a network', cause instanceof Error ? cause.message : 'something else', { cause })
  }
}
