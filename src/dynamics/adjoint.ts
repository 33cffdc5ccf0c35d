// The adjoint states of a network that has settled at s: how the loss, or the errors of its outputs, are felt by every potential,
//
//   z_L = error f'_L,     z_l = f'_l ( z_{l+1} W_{l+1} + gamma z_{l-1} W_l^T + z_l U_l ),   l < L,   z_0 = 0          to the fixed point
//
// by sweeps from the outputs down (Almeida 1987; Pineda 1987). z_L too hears from below, and of lateral weights U_L; where the outputs
// are held it stays as it is.
import type { Matrix } from '../core/memory.js'
import type { Layered } from '../layers/layer.js'
import type { SampleSettling } from '../numerics/fixed-point.js'

interface AdjointSetting {
  readonly network: Layered
  /** The gain of the feedback connections. */
  readonly gamma: number
  /** The settled states, and the adjoint ones. */
  readonly s: readonly Matrix[]
  readonly z: readonly Matrix[]
  readonly scratch: readonly Matrix[]
  /** dC/dh_L; null where the outputs are held. */
  readonly error: Matrix | null
  readonly samples: SampleSettling
}

/** One sweep over the adjoint states. */
export function adjointSweep({ network, gamma, s, z, scratch, error, samples }: AdjointSetting): () => void {
  const { ops, layers } = network
  const last = layers.length
  return () => {
    for (let l = error ? last : last - 1; l > 0; l--) {
      const { map, parameters, code } = layers[l - 1]
      const next = scratch[l]
      if (l === last) next.copy(error!)
      else layers[l].map.backward(z[l + 1], layers[l].parameters.weight, next)
      if (parameters.lateral) ops.multiplyNN(z[l], parameters.lateral, next, 1, true)
      if (l > 1) map.forward(z[l - 1], parameters.weight, next, gamma, true)
      ops.multiplySlope(code, s[l], next)
      ops.approach(samples.moving, next, z[l], samples.worst)
    }
  }
}
