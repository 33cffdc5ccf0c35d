// What an exponential decay leaves, the same bits on every engine: exp(-a) = sigmoid(-a) / sigmoid(a), as the core computes it.
import type { Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { activationCode } from '../layers/activation.js'

/** exp(-time / tau), for times of at least 0. */
export function decayOver(time: number, tau: number, { doubles }: Operations, region: Region): number {
  const pair = region.matrix('f64', 1, 2)
  pair.write([-time / tau, time / tau])
  doubles.activate(activationCode('decay', 'sigmoid'), pair, pair)
  const [falls, rises] = pair.read()
  region.free(pair.pointer)
  return falls / rises
}
