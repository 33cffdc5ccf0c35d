// A network's description as text, and back: each layer is the name of the function that makes it and what that
// function was called with. Only the functions in the table below are ever called.
import { NgradError } from '../errors.js'
import { dense } from '../layers/dense.js'
import type { LayerDescription } from '../layers/layer.js'
import { type NetworkDescription, sequential } from '../layers/network.js'

const kinds: Readonly<Record<string, (...settings: never[]) => LayerDescription>> = { dense }

export const describeNetwork = ({ inputs, layers }: NetworkDescription): string =>
  JSON.stringify({ inputs, layers: layers.map((layer) => [layer.kind, ...layer.arguments]) })

/** Throws `FORMAT` for text that describes no network of at most `mostLayers` layers. */
export function parseNetwork(where: string, text: string, mostLayers: number): NetworkDescription {
  try {
    const { inputs, layers } = JSON.parse(text) as { inputs: number[]; layers: [string, ...never[]][] }
    if (layers.length > mostLayers) throw new Error(`${layers.length} layers, but the parameters of ${mostLayers}`)
    const made = layers.map(([kind, ...settings]) => {
      if (!Object.hasOwn(kinds, kind)) throw new Error(`a layer ${JSON.stringify(kind)}`)
      return kinds[kind]!(...settings)
    })
    return sequential(inputs, made)
  } catch (cause) {
    throw new NgradError('FORMAT', where, 'the description of a network', cause instanceof Error ? cause.message : 'something else', { cause })
  }
}
