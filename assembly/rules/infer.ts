// Inference in predictive coding, all its steps in one call. Hidden nodes x_l, with f their activations h_l, descend
//
//   F = sum_l p_l |x_l - mu_l|^2 / 2 + p_L C(mu_L),       mu_l = W_l h_{l-1} + b_l,       eps_l = p_l (x_l - mu_l)
//   x_l <- x_l + rate ( -eps_l + f'_l (eps_{l+1} W_{l+1}) ),                             eps_L = -p_L dC/dmu_L,  x_L = mu_L
//
// all at once. A step that would raise F, of all samples together, is halved until it does not, and those that follow
// it are. Weights are packed once for all steps; mu_1 stays, as the inputs are held.
//
// src/learners/inference-in-core.ts writes the two records, field by field; src/learners/predictive-nodes.ts and
// src/core/descent.ts are the same for any layers.
import { combine } from '../linalg/elementwise'
import { gemmPacked } from '../linalg/gemm'
import { dot, maxAbsolute } from '../linalg/reduce'
import { IDENTITY, activate, activateRows, multiplySlope } from '../nn/activation'
import { losses } from '../nn/losses'

const MOST_HALVINGS: i32 = 30

// @ts-ignore: decorator
@unmanaged
class Nodes {
  units: usize
  code: i32
  /** Samples x units, all four. */
  x: usize
  h: usize
  eps: usize
  change: usize
  bias: usize
  /** W_l as `gemmPacked` takes it for the way up, and W_{l+1} for the way down. */
  fromBelow: usize
  fromAbove: usize
  precision: f64
}

// @ts-ignore: decorator
@unmanaged
export class Inference {
  /** Layer 0 is the inputs. */
  nodes: usize
  last: i32
  samples: i32
  loss: i32
  y: usize
  firstPrediction: usize
  workspace: usize
  steps: i32
  rate: f64
  tolerance: f64
  /** How many times itself F may become in a step, by rounding. */
  rounding: f64
  /** The largest change in the last step. */
  residual: f64
  meanLoss: f64
}

// @ts-ignore: decorator
@inline
function nodesOf(all: Inference, l: i32): Nodes {
  return changetype<Nodes>(all.nodes + usize(l) * offsetof<Nodes>())
}

// @ts-ignore: decorator
@inline
function sizeOf(all: Inference, nodes: Nodes): i32 {
  return all.samples * i32(nodes.units)
}

/** At most `steps` steps, from nodes whose errors are known, until nothing changes by more than the tolerance. */
export function infer<T>(all: Inference, steps: i32): void {
  let energy = freeEnergy<T>(all)
  while (all.steps < steps && !(all.residual <= all.tolerance)) {
    all.steps++
    all.residual = pull<T>(all)
    move<T>(all, <T>1)
    let next = freeEnergy<T>(all)
    for (let halvings = 0; !(next <= energy * all.rounding) && halvings < MOST_HALVINGS; halvings++) {
      all.rate /= 2
      all.residual /= 2
      for (let l = 1; l < all.last; l++) {
        const nodes = nodesOf(all, l)
        combine<T>(<T>0.5, nodes.change, <T>0, nodes.change, sizeOf(all, nodes))
      }
      move<T>(all, <T>-1)
      next = freeEnergy<T>(all)
    }
    energy = next
  }
}

function freeEnergy<T>(all: Inference): f64 {
  let energy = nodesOf(all, all.last).precision * all.meanLoss * f64(all.samples)
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l)
    energy += dot<T>(nodes.eps, nodes.eps, sizeOf(all, nodes)) / (2 * nodes.precision)
  }
  return energy
}

/** change_l = rate ( -eps_l + f'_l (eps_{l+1} W_{l+1}) ); returns the largest. */
function pull<T>(all: Inference): f64 {
  let largest: f64 = 0
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l), above = nodesOf(all, l + 1)
    const units = nodes.units, change = nodes.change, size = sizeOf(all, nodes)
    gemmPacked<T>(all.samples, units, above.units, <T>1, above.eps, above.units, nodes.fromAbove, false, change, units, all.workspace)
    multiplySlope<T>(nodes.code, nodes.h, change, size)
    combine<T>(<T>-all.rate, nodes.eps, <T>all.rate, change, size)
    largest = max(largest, maxAbsolute<T>(change, size))
  }
  return largest
}

/** x_l <- x_l + times change_l, and the errors there. */
function move<T>(all: Inference, times: T): void {
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l), size = sizeOf(all, nodes)
    combine<T>(times, nodes.change, <T>1, nodes.x, size)
    activate<T>(nodes.code, nodes.x, nodes.h, size)
  }
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l), size = sizeOf(all, nodes)
    if (l == 1) memory.copy(nodes.eps, all.firstPrediction, usize(size) * sizeof<T>())
    else predict<T>(all, l, nodes.eps)
    const precision = <T>nodes.precision
    combine<T>(precision, nodes.x, -precision, nodes.eps, size)
  }
  const top = nodesOf(all, all.last), size = sizeOf(all, top)
  if (all.last > 1) predict<T>(all, all.last, top.x)
  activate<T>(top.code, top.x, top.h, size)
  all.meanLoss = losses<T>(all.loss, top.h, all.y, all.samples, i32(top.units), top.eps, 0) / f64(all.samples)
  multiplySlope<T>(top.code, top.h, top.eps, size)
  combine<T>(<T>-top.precision, top.eps, <T>0, top.eps, size)
}

/** mu_l = W_l h_{l-1} + b_l. */
function predict<T>(all: Inference, l: i32, mu: usize): void {
  const nodes = nodesOf(all, l), below = nodesOf(all, l - 1)
  const units = nodes.units
  gemmPacked<T>(all.samples, units, below.units, <T>1, below.h, below.units, nodes.fromBelow, false, mu, units, all.workspace)
  activateRows<T>(IDENTITY, nodes.bias, mu, all.samples, i32(units))
}
