import { requireOwn } from '../errors.js'
import { sizeOf } from '../layers/parameter.js'
import { layerShapes, Network } from './network.js'

/** A layer of a network, in numbers. */
export interface LayerSummary {
  readonly name: string
  readonly kind: string
  readonly activation: string
  /** The shapes of what goes in, poolings before it left out of account, and of what comes out. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly parameters: number
}

/** A network in numbers: {@link summary}. */
export interface NetworkSummary {
  readonly layers: readonly LayerSummary[]
  /** Numbers that are taught, and the bytes that they take. */
  readonly parameters: number
  readonly bytes: number
  /** A table of it. */
  toString(): string
}

/**
 * The layers of a network, the shapes between them, and how many numbers each has.
 *
 * ```ts
 * console.log(String(summary(network)))
 * ```
 *
 * @throws NgradError `TYPE`, `DISPOSED`
 */
export function summary(network: Network): NetworkSummary {
  requireOwn('summary(network)', network, Network, 'a network')
  network.requireAlive('summary(network)')
  const { description, dtype } = network
  const layers = layerShapes(description).map(({ inputs, outputs, weight, bias, lateral }, l) => ({
    name: `layers.${l}`,
    kind: [...(description.layers[l].poolings ?? []), description.layers[l]].map(({ kind }) => kind).join(', '),
    activation: description.layers[l].activation,
    inputs: [...inputs],
    outputs: [...outputs],
    parameters: sizeOf(weight) + sizeOf(bias) + (lateral ? sizeOf(lateral) : 0),
  }))
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0)
  const bytes = parameters * (dtype === 'f32' ? 4 : 8)
  return { layers, parameters, bytes, toString: () => tableOf(layers, parameters, bytes, dtype) }
}

function tableOf(layers: readonly LayerSummary[], parameters: number, bytes: number, dtype: string): string {
  const shape = (of: readonly number[]): string => of.join(' x ')
  const rows = [
    ['layer', 'kind', 'inputs', 'outputs', 'activation', 'parameters'],
    ...layers.map((one) => [one.name, one.kind, shape(one.inputs), shape(one.outputs), one.activation, String(one.parameters)]),
  ]
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const lines = rows.map((row) =>
    row.map((cell, j) => (j === row.length - 1 ? cell.padStart(widths[j]) : cell.padEnd(widths[j]))).join('  '),
  )
  return [...lines, `${parameters} parameters in ${dtype}, ${bytes} bytes`].join('\n')
}
