// Inference in predictive coding, all its steps in one call. Hidden nodes x_l, with f their activations h_l, descend
//
//   F = sum_l p_l |x_l - mu_l|^2 / 2 + p_L C(mu_L),       mu_l = W_l h_{l-1} + b_l,       eps_l = p_l (x_l - mu_l)
//   x_l <- x_l + rate ( -eps_l + f'_l (eps_{l+1} W_{l+1}) ),                             eps_L = -p_L dC/dmu_L,  x_L = mu_L
//
// all layers at once, each sample by itself: with a rate of its own, until what pulls on it is small enough. Then it steps
// aside, and the steps go on over the others. What becomes of a sample does not depend on the rest of its batch. What pulls on
// nodes, at the kinks of f too, is in nodes.ts; how steps are judged, in src/numerics/descent.ts, which is the same for any layers.
// Weights are packed once for all steps; mu_1 stays, as the inputs are held.
//
// src/dynamics/inference-in-core.ts writes the two records, field by field.
import { double } from './column'
import { combine, scaleRows } from '../linalg/elementwise'
import { gemmPacked } from '../linalg/gemm'
import { dotRows } from '../linalg/reduce'
import { IDENTITY, activate, activateRows, multiplySlope } from '../nn/activation'
import { losses } from '../nn/losses'
import { move, pull } from './nodes'
import { swap } from './swap'

const MOST_HALVINGS: i32 = 30
/** By how much the square of a pull must have grown, so that it is not rounding. */
const GROWN: f64 = 1.015625

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
  /** 0 squared error, 1 cross-entropy, 2 binary cross-entropy. */
  loss: i32
  y: usize
  firstPrediction: usize
  workspace: usize
  steps: i32
  /** Of each sample, doubles: its rate, F, F after the step at hand, how much of F is rounding, the largest pull, the */
  rates: usize
  energies: usize
  trials: usize
  noises: usize
  residuals: usize
  /** sum of the squares of the pulls, and of those before the last step, where F could not judge it (else infinite). */
  squares: usize
  lastSquares: usize
  /** Which sample stands where, while some have stepped aside. */
  order: usize
  /** How many have not. */
  active: i32
  spare: i32
  rate: f64
  tolerance: f64
  /** The share of F that may be rounding. */
  rounding: f64
}

// @ts-ignore: decorator
@inline
function nodesOf(all: Inference, l: i32): Nodes {
  return changetype<Nodes>(all.nodes + usize(l) * offsetof<Nodes>())
}

// @ts-ignore: decorator
@inline
function sizeOf(all: Inference, nodes: Nodes): i32 {
  return all.active * i32(nodes.units)
}

/** At most `steps` steps, from nodes whose errors are known, until no pull exceeds the tolerance. */
export function infer<T>(all: Inference, steps: i32): void {
  all.active = all.samples
  start<T>(all)
  while (true) {
    stepAside<T>(all)
    if (all.active == 0 || all.steps == steps) break
    all.steps++
    pullAll<T>(all)
    for (let i = 0; i < all.active; i++)
      if (load<f64>(double(all.squares, i)) > GROWN * load<f64>(double(all.lastSquares, i))) halve(all.rates, i)
    moveAll<T>(all)
    for (let halvings = 0; halvings < MOST_HALVINGS && anyRose(all); halvings++) moveBack<T>(all)
    accept(all)
  }
  // Back to where they came from.
  for (let i = 0; i < all.samples; i++)
    while (true) {
      const home = load<u32>(all.order + (usize(i) << 2))
      if (home == i) break
      exchange<T>(all, i, home)
    }
}

function start<T>(all: Inference): void {
  const top = nodesOf(all, all.last)
  losses<T>(all.loss, top.h, all.y, all.samples, i32(top.units), 0, all.energies)
  freeEnergies<T>(all, all.energies)
  for (let i = 0; i < all.samples; i++) {
    store<f64>(double(all.rates, i), all.rate)
    store<f64>(double(all.residuals, i), Infinity)
    store<f64>(double(all.lastSquares, i), Infinity)
    store<f64>(double(all.noises, i), all.rounding * load<f64>(double(all.energies, i)))
    store<u32>(all.order + (usize(i) << 2), i)
  }
}

/** From the losses of the samples, their F. */
function freeEnergies<T>(all: Inference, energies: usize): void {
  combine<f64>(nodesOf(all, all.last).precision, energies, 0, energies, all.active)
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l), units = nodes.units
    dotRows<T>(1 / (2 * nodes.precision), nodes.eps, nodes.eps, units * sizeof<T>(), all.active, i32(units), 1, energies)
  }
}

/** Whether F of any sample rose by more than rounding; `trials` <- half for those, whose rates are halved, else 0. */
function anyRose(all: Inference): bool {
  let any = false
  for (let i = 0; i < all.active; i++) any = any || rose(all, i)
  if (any)
    for (let i = 0; i < all.active; i++) {
      const halved = rose(all, i)
      if (halved) halve(all.rates, i)
      store<f64>(double(all.trials, i), halved ? 0.5 : 0)
    }
  return any
}

// @ts-ignore: decorator
@inline
function rose(all: Inference, i: i32): bool {
  return !(load<f64>(double(all.trials, i)) <= load<f64>(double(all.energies, i)) + load<f64>(double(all.noises, i)))
}

function accept(all: Inference): void {
  for (let i = 0; i < all.active; i++) {
    const trial = load<f64>(double(all.trials, i)), energy = double(all.energies, i)
    const judged = abs(trial - load<f64>(energy)) > load<f64>(double(all.noises, i))
    store<f64>(double(all.lastSquares, i), judged ? Infinity : load<f64>(double(all.squares, i)))
    store<f64>(energy, trial)
  }
}

// @ts-ignore: decorator
@inline
function halve(column: usize, i: i32): void {
  store<f64>(double(column, i), load<f64>(double(column, i)) / 2)
}

/** Moves those that have come to rest behind the others. */
function stepAside<T>(all: Inference): void {
  for (let i = all.active - 1; i >= 0; i--)
    if (load<f64>(double(all.residuals, i)) <= all.tolerance) {
      all.active--
      if (i < all.active) exchange<T>(all, i, all.active)
    }
}

/** All that is known of two samples changes places. */
function exchange<T>(all: Inference, i: i32, j: i32): void {
  for (let l = 1; l <= all.last; l++) {
    const nodes = nodesOf(all, l), size = nodes.units * sizeof<T>()
    swap(nodes.x, i, j, size)
    swap(nodes.h, i, j, size)
    swap(nodes.eps, i, j, size)
    swap(nodes.change, i, j, size)
  }
  swap(all.firstPrediction, i, j, nodesOf(all, 1).units * sizeof<T>())
  swap(all.y, i, j, nodesOf(all, all.last).units * sizeof<T>())
  swap(all.rates, i, j, 8)
  swap(all.energies, i, j, 8)
  swap(all.noises, i, j, 8)
  swap(all.residuals, i, j, 8)
  swap(all.lastSquares, i, j, 8)
  swap(all.order, i, j, 4)
}

function pullAll<T>(all: Inference): void {
  memory.fill(all.residuals, 0, usize(all.active) << 3)
  memory.fill(all.squares, 0, usize(all.active) << 3)
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l), above = nodesOf(all, l + 1)
    const units = nodes.units
    gemmPacked<T>(all.active, units, above.units, <T>1, above.eps, above.units, nodes.fromAbove, false, nodes.change, units, all.workspace)
    pull<T>(nodes.code, all.rates, all.rate, nodes.x, nodes.h, nodes.eps, nodes.change, all.active, i32(units), all.residuals, all.squares)
  }
}

function moveAll<T>(all: Inference): void {
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l)
    move<T>(nodes.code, 1, nodes.x, nodes.change, nodes.h, sizeOf(all, nodes))
  }
  errors<T>(all)
}

/** Takes the share in `trials` of the last move back. */
function moveBack<T>(all: Inference): void {
  for (let l = 1; l < all.last; l++) {
    const nodes = nodesOf(all, l)
    scaleRows<T>(all.trials, nodes.change, all.active, i32(nodes.units))
    combine<T>(<T>-1, nodes.change, <T>1, nodes.x, sizeOf(all, nodes))
    activate<T>(nodes.code, nodes.x, nodes.h, sizeOf(all, nodes))
  }
  errors<T>(all)
}

/** The errors where the nodes are, and `trials` <- F. */
function errors<T>(all: Inference): void {
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
  losses<T>(all.loss, top.h, all.y, all.active, i32(top.units), top.eps, all.trials)
  multiplySlope<T>(top.code, top.h, top.eps, size)
  combine<T>(<T>-top.precision, top.eps, <T>0, top.eps, size)
  freeEnergies<T>(all, all.trials)
}

/** mu_l = W_l h_{l-1} + b_l. */
function predict<T>(all: Inference, l: i32, mu: usize): void {
  const nodes = nodesOf(all, l), below = nodesOf(all, l - 1)
  const units = nodes.units
  gemmPacked<T>(all.active, units, below.units, <T>1, below.h, below.units, nodes.fromBelow, false, mu, units, all.workspace)
  activateRows<T>(IDENTITY, nodes.bias, mu, all.active, i32(units))
}
