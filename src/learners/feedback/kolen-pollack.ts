// Kolen-Pollack: feedback weights that receive the same updates as the forward weights, and forget alike.
//
//   delta_{l-1} = (delta_l R_l) f'_{l-1}(z_{l-1})
//   W_l <- (1 - decay) (W_l + dW_l),    R_l <- (1 - decay) (R_l + dW_l)
//
// whatever the optimizer makes of the direction: W_l - R_l shrinks by exactly 1 - decay a step, and the rule
// becomes backprop. dW_l = -size delta_l^T h_{l-1} is made of signals that both synapses see, so that nothing
// transports weights.
//
// Kolen & Pollack 1994, ICNN; Akrout, Wilson, Humphreys, Lillicrap & Tweed 2019, NeurIPS.
// Claim: contracts(|W - R|) by 1 - decay.
import { defineRule } from '../define-rule.js'
import { randomFeedback, scaleTable } from './_feedback-weights.js'
import { backwardRule } from '../_backward-rule.js'

/** Options of {@link kolenPollack}. */
export interface KolenPollackOptions {
  /** Decay of both weights at each step, in [0, 1); default 1e-3. At 0 the rule is Amit's (2019): no convergence. */
  readonly decay?: number
  /** R_l starts as N(0, scale^2 / fan-in); default 1. */
  readonly scale?: number
}

/**
 * Kolen-Pollack learning of the feedback weights.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const kolenPollack = defineRule<KolenPollackOptions>(
  'kolenPollack',
  {
    decay: { kind: 'number', min: 0, below: 1, default: 1e-3 },
    ...scaleTable,
  },
  ({ decay, scale }) => ({
    feedback: 'vector',
    noise: 'attach',
    claims: [{ kind: 'contracts', of: '|W - R|', factor: 1 - decay }],
    attach: (site) => {
      const { ops, direction } = site
      const feedback = randomFeedback(site, scale)
      return {
        ...backwardRule(site, feedback),
        decay,
        applied: (size) => {
          for (let l = 1; l < feedback.length; l++) {
            const r = feedback[l]
            ops.combine(-size, direction[l].weight, 1, r)
            ops.combine(1 - decay, r, 0, r)
          }
        },
      }
    },
  }),
)
