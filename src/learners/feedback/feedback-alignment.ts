// Feedback alignment: backpropagation through fixed random weights; the forward weights come to align with them.
//
//   delta_{l-1} = (delta_l R_l) f'_{l-1}(z_{l-1}),   R_l random, fixed, of the shape of W_l
//   G_{W_l} = delta_l^T h_{l-1} / N
//
// Lillicrap, Cownden, Tweed & Akerman 2016, Nat. Commun. 7:13276 (the paper's B_l is R_l transposed).
// Claim: aligned. The last layer is exact; below, the angle to backprop falls under 90 degrees as it learns.
import { defineRule } from '../define-rule.js'
import { aligned, randomFeedback, scaleTable } from './_feedback-weights.js'
import { backwardRule } from '../_backward-rule.js'

/** Options of {@link feedbackAlignment}. */
export interface FeedbackAlignmentOptions {
  /** R_l ~ N(0, scale^2 / fan-in); default 1. */
  readonly scale?: number
}

/**
 * Feedback alignment.
 *
 * @throws NgradError `RANGE` or `TYPE` for a scale that is not above 0
 */
export const feedbackAlignment = defineRule<FeedbackAlignmentOptions>('feedbackAlignment', scaleTable, ({ scale }) => ({
  feedback: 'vector',
  noise: 'attach',
  claims: [aligned],
  attach: (site) => backwardRule(site, randomFeedback(site, scale)),
}))
