// A thread of `ngrad spectrum`: measures the claim of one rule at a time, and trains by it.
import { recipeNetwork, rulesNamed } from '../../learners/registry.js'
import { verifyRules } from '../../verify/verify-rules.js'
import { readData } from '../data.js'
import { serve } from '../serve.js'
import { type Run, runExperiment } from './experiment.js'
import { summarize, type Unmeasured } from './result.js'
import { percent } from './summary.js'

/** A rule, and what it is trained on: data by what the command line calls them. */
export interface Piece {
  readonly rule: string
  readonly data: string
  readonly hidden: readonly number[]
  readonly epochs: number | undefined
  readonly seeds: number
}

/** Random networks for each claim; `ngrad verify` takes more. */
const claimCases = 5

serve(async ({ rule: name, data, hidden, epochs, seeds }: Piece, note): Promise<Unmeasured> => {
  const [rule] = rulesNamed([name])
  const title = name.padEnd(24)
  note(`${title} measuring its claim ...`)
  const [claim] = verifyRules({ rules: [{ ...rule, variants: rule.variants.slice(0, 1) }], cases: claimCases })
  const { train, test } = readData(data).load()
  const network = recipeNetwork(train.inputs, hidden, train.outputs)
  const passes = epochs ?? rule.recipe.epochs
  const runs: Run[] = []
  for (let seed = 0; seed < seeds; seed++)
    runs.push(
      await runExperiment(rule, { train, test, network }, seed, passes, ({ epoch, loss, testError }) =>
        note(
          `${title} seed ${seed + 1} of ${seeds}  epoch ${String(epoch).padStart(2)} of ${passes}  `
            + `loss ${Number.isNaN(loss) ? '  -  ' : loss.toFixed(3)}  test error ${percent(testError)} %`,
        ),
      ),
    )
  return summarize(rule, claim, passes, runs)
})
