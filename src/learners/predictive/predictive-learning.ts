// Learning in a predictive hierarchy: once the causes of the data are inferred, every connection follows the error that it
// could have prevented,
//
//   G_{U_k} = -<eps_k f(x_{k+1})^T>,        G_{b_k} = -<eps_k>.
//
// Rao & Ballard 1999, Nature Neuroscience 2:79. Claim: exact, where inference has settled: the gradient of the F that is
// left, since at its minimum over the causes only the explicit dependence on the parameters counts.
import { defineRule } from '../define-rule.js'
import type { Matrix } from '../../core/memory.js'
import { unsettled } from '../../numerics/fixed-point.js'
import { Inference, type InferenceOptions, inferenceTable, type PredictiveHierarchy } from '../../models/predictive-hierarchy.js'

/**
 * Predictive coding of data without targets.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const predictiveLearning = defineRule<InferenceOptions, never, PredictiveHierarchy>(
  'predictiveLearning',
  inferenceTable,
  ({ steps, rate, tolerance }) => ({
    feedback: 'vector',
    weighs: true,
    settles: true,
    claims: [{ kind: 'exact', of: 'the gradient of min F over the causes' }],
    attach: ({ model, ops, directions, weights, batch, batchDoubles, x }) => {
      const inference = new Inference(model, batch, batchDoubles)
      const errors = model.layers.map((units) => batch(units))
      const to = model.connections(directions[0])
      const settling = unsettled()
      const learn = (k: number, weighted: Matrix): void => {
        weighted.copy(inference.eps[k])
        ops.scaleRows(weights, weighted)
        const { weight, bias } = to[k]
        if (weight) ops.multiplyTN(weighted, inference.h[k + 1], weight, -1)
        ops.columnSums(weighted, bias, -1)
      }
      return {
        settling,
        estimate: () => {
          inference.run(x, steps, rate, tolerance, settling)
          for (let k = 0; k < errors.length; k++) learn(k, errors[k])
        },
      }
    },
  }),
)
