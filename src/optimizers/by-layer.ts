import { describe, NgradError, requireInteger } from '../errors.js'
import type { Numbered, Optimizer, Stretch } from './optimizer.js'

/** A layer that is not taught: {@link byLayer}. */
export type Frozen = 'frozen'

/**
 * Optimizers of their own for some layers of a network, with their rates and decay; and layers that stay as they are. Each layer is a
 * group of its own, which `clipNorm` clips alone.
 *
 * ```ts
 * byLayer(adam(), { 0: 'frozen', 2: sgd({ learningRate: 0.01, weightDecay: 1e-4 }) })
 * ```
 *
 * @param others what teaches all other layers
 * @param layers by number, from 0: an optimizer, or `frozen`
 * @throws NgradError `TYPE`, `RANGE` for what is no such thing. `createTrainer` throws `RANGE` for layers that a network has not, or where
 * none is taught; `UNSUPPORTED` for models that have no layers, and for rules of which more follows the network's steps
 */
export function byLayer(others: Optimizer, layers: Readonly<Record<number, Optimizer | Frozen>>): Optimizer {
  const where = 'byLayer(others, layers)'
  const prepare = requireOptimizer(where, others)
  if (typeof layers !== 'object' || layers === null)
    throw new NgradError('TYPE', where, 'an object { number: optimizer }', describe(layers))
  const chosen = new Map(Object.entries(layers))
  for (const [number, how] of chosen) {
    requireInteger(`${where}: a number`, Number(number), 0)
    if (how !== 'frozen') requireOptimizer(`${where}[${number}]`, how)
  }
  return {
    prepare,
    stretches: (of, network) => {
      if (network === undefined) throw new NgradError('UNSUPPORTED', of, 'one optimizer for all, for this rule or model', 'byLayer(...)')
      for (const number of chosen.keys()) requireInteger(`${of}: byLayer, a number`, Number(number), 0, network.layers.length - 1)
      const stretches = stretchesOf(network, (index) => chosen.get(String(index)) ?? others)
      if (stretches.length === 0) throw new NgradError('RANGE', `${of}: byLayer`, 'a layer that is not frozen', 'none')
      return stretches
    },
  }
}

/** The parameters of each layer that is taught, by what. */
function stretchesOf({ layers }: { readonly layers: readonly Numbered[] }, how: (index: number) => Optimizer | Frozen): Stretch[] {
  let from = 0
  return layers.flatMap(({ index, parameters }) => {
    const to = from + Object.keys(parameters).length
    const optimizer = how(index)
    const stretch = { name: `layers.${index}`, from, to }
    from = to
    return optimizer === 'frozen' ? [] : [{ ...stretch, optimizer }]
  })
}

/** Its way to prepare itself. Throws `TYPE`; `UNSUPPORTED` for one that is by layer already. */
function requireOptimizer(where: string, optimizer: Optimizer): Optimizer['prepare'] {
  if (typeof optimizer?.prepare !== 'function') throw new NgradError('TYPE', where, 'an optimizer, such as sgd(...)', describe(optimizer))
  if (optimizer.stretches) throw new NgradError('UNSUPPORTED', where, 'an optimizer of one group', 'byLayer(...)')
  return (...args) => optimizer.prepare(...args)
}
