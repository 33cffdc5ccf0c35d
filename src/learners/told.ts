// What a rule is told about its outputs: an objective bound to the batch at hand, whose targets stay behind it.
import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Loss, Objective } from '../losses/loss.js'

/** How much a rule asks to be told: no objective at all, what its outputs cost, or the targets that they are compared with. */
export type Told = 'nothing' | 'cost' | 'targets'

/** What a rule with scalar feedback is told. */
export interface Cost {
  /** The mean cost of outputs; `costs`, a column of doubles, <- that of each sample. */
  mean(outputs: Matrix, costs?: Matrix | null): number
}

/** @internal An objective of the batch at hand. */
export class BoundObjective implements Cost {
  constructor(
    readonly ops: Operations,
    readonly objective: Objective,
    readonly targets: Matrix,
  ) {}

  mean(outputs: Matrix, costs: Matrix | null = null): number {
    return this.objective.evaluate(this.ops, outputs, this.targets, null, costs) / outputs.rows
  }
}

/** Whether an objective says more than a cost: how each output errs. */
export const isLoss = (objective: Objective): objective is Loss => 'link' in objective
