// Value nodes that settle, as predictive coding has them: x_l, their activities h_l = f(x_l), errors eps_l, and what a step changes.
import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'

/** The nodes of one layer, with f by its code. */
export interface LayerOfNodes {
  readonly code: number
  readonly x: Matrix
  readonly h: Matrix
  readonly eps: Matrix
  readonly change: Matrix
}

/** The layers whose nodes move, all at once. */
export class ValueNodes {
  constructor(
    readonly ops: Operations,
    readonly layers: readonly LayerOfNodes[],
  ) {}

  /**
   * change_l <- rate_i (f'_l change_l - eps_l), from what the layers that depend on l send back; `descending`, downhill at kinks too.
   * Residuals and squares as `Operations.pull` has them.
   */
  pull(
    rates: Matrix,
    scale: number,
    descending: boolean,
    residuals: Matrix,
    squares: Matrix,
    sendBack: (l: number, out: Matrix) => void,
  ): void {
    for (let l = 0; l < this.layers.length; l++) {
      const { code, x, h, eps, change } = this.layers[l]
      sendBack(l, change)
      this.ops.pull(code, rates, scale, descending ? x : null, h, eps, change, residuals, squares)
    }
  }

  /** x_l <- x_l + change_l; with `stop` no further than the next kink of f. */
  move(stop: boolean): void {
    for (let l = 0; l < this.layers.length; l++) {
      const { code, x, h, change } = this.layers[l]
      this.ops.move(code, stop, x, change, h)
    }
  }

  /** Takes that share of each sample's last step back. */
  moveBack(shares: Matrix): void {
    for (let l = 0; l < this.layers.length; l++) {
      const { code, x, h, change } = this.layers[l]
      this.ops.scaleRows(shares, change)
      this.ops.combine(-1, change, 1, x)
      this.ops.activate(code, x, h)
    }
  }
}
