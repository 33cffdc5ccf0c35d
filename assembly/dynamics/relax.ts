// The relaxation of a layered network whose neighbouring layers drive each other, a whole phase in one call:
//
//   s_l <- s_l + step ( f_l( W_l s_{l-1} + gamma W_{l+1}^T s_{l+1} + b_l ) - s_l ),        W_1 s_0 = drive, which stays
//
// layer by layer, each from the newest states of its neighbours: upwards from the inputs, or downwards from the
// outputs. The outputs hear the targets, or are held (see the modes). Weights are packed once for all sweeps.
//
// Samples are settled each by itself: with a step of its own, until its states are no farther from the fixed point than the
// tolerance, in units of the strength with which layers are pulled between phases. Then it steps aside, and the sweeps go on
// over the others. What becomes of a sample does not depend on the rest of its batch.
//
// The step. Layers that hear only their neighbours make the sweep consistently ordered (Young 1954, Trans. AMS 76:92):
// near a fixed point the residuals shrink by lambda a sweep, (lambda + step - 1)^2 = lambda step^2 mu^2 with mu the rate
// of the synchronous iteration, and the best step is 2 / (1 + sqrt(1 - mu^2)). An adaptive step takes lambda from the last
// two residuals and goes there, after Hageman & Young 1981, Applied Iterative Methods, ch. 9. How far the fixed point is
// follows from lambda likewise, step lambda / (1 - lambda) times the residual: src/numerics/fixed-point.ts.
//
// src/dynamics/relaxation-in-core.ts writes the two records, field by field.
import { double } from './column'
import { combine } from '../linalg/elementwise'
import { gemmPacked } from '../linalg/gemm'
import { maxDifference } from '../linalg/reduce'
import { activateRows } from '../nn/activation'
import { link, lossErrors } from '../nn/losses'
import { settle } from './settle'
import { swap } from './swap'

/** What the outputs hear: nothing, or they are */
/** pulled down the loss, -beta dC/ds_L added to their potential; */
// @ts-ignore: decorator
@inline
const NUDGED: i32 = 1
/** held where they are; */
// @ts-ignore: decorator
@inline
const CLAMPED: i32 = 2
/** free, and their state is link(h_L), h_L kept beside it. */
// @ts-ignore: decorator
@inline
const LINKED: i32 = 3

/** What samples are measured by. */
const RESIDUAL: i32 = 1
const AMPLIFIED: i32 = 2
/** The ratio of the first residual to one before. */
const UNKNOWN: f64 = -1
/** What a residual may be made of by rounding alone. */
const ROUNDINGS: f64 = 4
/** How fast an adaptive step may grow from one sweep to the next, and up to where. */
const GROWTH: f64 = 0.25
const LARGEST_STEP: f64 = 1.75

// @ts-ignore: decorator
@unmanaged
class Layer {
  units: usize
  code: i32
  /** Samples x units, both. */
  s: usize
  potential: usize
  bias: usize
  /** W_l as `gemmPacked` takes it for the way up, and W_{l+1} for the way down. */
  fromBelow: usize
  fromAbove: usize
  spare: i32
  /** What its residuals are multiplied by: 1 over the strength of the pull. */
  scale: f64
}

// @ts-ignore: decorator
@unmanaged
export class Phase {
  /** Layer 0 is the inputs. */
  layers: usize
  last: i32
  samples: i32
  drive: usize
  /** Outputs: 0 hear nothing but their layer, 1 the loss too (nudged by beta), 2 are held, 3 stand at link(h_L). */
  mode: i32
  /** Whether sweeps go from the outputs down; whether steps adapt. */
  downwards: i32
  adaptive: i32
  /** 0 squared error, 1 cross-entropy, 2 binary cross-entropy. */
  loss: i32
  /** The targets of a nudged phase. */
  y: usize
  /** Errors of a nudged phase; h_L of a linked one. */
  outputs: usize
  /** Of each sample, doubles: its step; by how much it was off in its last sweep, and in the one at hand; by what factor */
  steps: usize
  residuals: usize
  worst: usize
  /** that shrank; and how far it is from its fixed point. */
  rates: usize
  errors: usize
  /** Which sample stands where, while some have stepped aside. */
  order: usize
  /** How many have not. */
  active: i32
  workspace: usize
  sweeps: i32
  /** How far a sample is: the distance of its fixed point, the residual, or that distance amplified. */
  measure: i32
  gamma: f64
  beta: f64
  tolerance: f64
  /** How far apart neighbouring numbers are, in units of residuals. */
  floor: f64
}

// @ts-ignore: decorator
@inline
function layerOf(phase: Phase, l: i32): Layer {
  return changetype<Layer>(phase.layers + usize(l) * offsetof<Layer>())
}

/** s_l = f_l(W_l s_{l-1} + b_l) for all layers: where a free phase starts. */
export function feedforward<T>(phase: Phase): void {
  phase.active = phase.samples
  for (let l = 1; l <= phase.last; l++) {
    const layer = layerOf(phase, l)
    potentialFromBelow<T>(phase, l, layer.s)
    activateRows<T>(layer.code, layer.bias, layer.s, phase.samples, i32(layer.units))
  }
  if (phase.mode != LINKED) return
  const top = layerOf(phase, phase.last)
  memory.copy(phase.outputs, top.s, usize(phase.samples) * top.units * sizeof<T>())
  link<T>(phase.loss, phase.outputs, phase.samples, i32(top.units), top.s)
}

/** At most `sweeps` sweeps more, until no sample is off by more than the tolerance. */
export function relax<T>(phase: Phase, sweeps: i32): void {
  phase.active = phase.samples
  for (let i = 0; i < phase.samples; i++) store<u32>(phase.order + (usize(i) << 2), i)
  while (true) {
    stepAside<T>(phase)
    if (phase.active == 0 || sweeps-- <= 0) break
    memory.fill(phase.worst, 0, usize(phase.active) << 3)
    const last = phase.mode == CLAMPED ? phase.last - 1 : phase.last
    for (let i = 1; i <= last; i++) update<T>(phase, phase.downwards ? last + 1 - i : i)
    phase.sweeps++
    for (let i = 0; i < phase.active; i++) {
      const step = double(phase.steps, i), residual = double(phase.residuals, i), rate = double(phase.rates, i)
      const now = load<f64>(double(phase.worst, i)), before = load<f64>(residual)
      const lambda = now / before, last = load<f64>(rate), slower = last == UNKNOWN ? sqrt(lambda) : max(lambda, last)
      store<f64>(double(phase.errors, i), phase.measure == RESIDUAL ? now : distance(now, load<f64>(step), slower, phase.floor, phase.measure == AMPLIFIED))
      store<f64>(rate, before == Infinity ? UNKNOWN : lambda)
      if (phase.adaptive) store<f64>(step, nextStep(load<f64>(step), lambda))
      store<f64>(residual, now)
    }
  }
  // Back to where they came from.
  for (let i = 0; i < phase.samples; i++)
    while (true) {
      const home = load<u32>(phase.order + (usize(i) << 2))
      if (home == i) break
      exchange<T>(phase, i, home)
    }
}

/** Moves those that have settled behind the others. */
function stepAside<T>(phase: Phase): void {
  for (let i = phase.active - 1; i >= 0; i--)
    if (load<f64>(double(phase.errors, i)) <= phase.tolerance) {
      phase.active--
      if (i < phase.active) exchange<T>(phase, i, phase.active)
    }
}

/** All that is known of two samples changes places. */
function exchange<T>(phase: Phase, i: i32, j: i32): void {
  for (let l = 1; l <= phase.last; l++) {
    const layer = layerOf(phase, l)
    swap(layer.s, i, j, layer.units * sizeof<T>())
  }
  swap(phase.drive, i, j, layerOf(phase, 1).units * sizeof<T>())
  const outputs = layerOf(phase, phase.last).units * sizeof<T>()
  if (phase.mode == NUDGED) swap(phase.y, i, j, outputs)
  if (phase.mode == LINKED) swap(phase.outputs, i, j, outputs)
  swap(phase.steps, i, j, 8)
  swap(phase.residuals, i, j, 8)
  swap(phase.rates, i, j, 8)
  swap(phase.errors, i, j, 8)
  swap(phase.order, i, j, 4)
}

/** Updates s_l of the active samples from its neighbours; `worst` <- by how much they were off. */
function update<T>(phase: Phase, l: i32): void {
  const layer = layerOf(phase, l)
  const active = phase.active, units = layer.units, potential = layer.potential
  potentialFromBelow<T>(phase, l, potential)
  if (l < phase.last) {
    const above = layerOf(phase, l + 1)
    gemmPacked<T>(active, units, above.units, <T>phase.gamma, above.s, above.units, layer.fromAbove, true, potential, units, phase.workspace)
  } else if (phase.mode == NUDGED) {
    lossErrors<T>(phase.loss, layer.s, phase.y, active, i32(units), phase.outputs)
    combine<T>(<T>-phase.beta, phase.outputs, <T>1, potential, active * i32(units))
  } else if (phase.mode == LINKED) return updateLinked<T>(phase, layer)
  settle<T>(layer.code, layer.bias, phase.steps, potential, layer.s, active, 1, i32(units), layer.scale, phase.worst)
}

/** potential <- W_l s_{l-1}. */
// @ts-ignore: decorator
@inline
function potentialFromBelow<T>(phase: Phase, l: i32, potential: usize): void {
  const layer = layerOf(phase, l), below = layerOf(phase, l - 1)
  const active = usize(phase.active), units = layer.units
  if (l == 1) memory.copy(potential, phase.drive, active * units * sizeof<T>())
  else gemmPacked<T>(active, units, below.units, <T>1, below.s, below.units, layer.fromBelow, false, potential, units, phase.workspace)
}

/** h_L <- f_L(potential + b_L), s_L <- link(h_L). */
function updateLinked<T>(phase: Phase, layer: Layer): void {
  const active = phase.active, units = i32(layer.units)
  const size = layer.units * sizeof<T>()
  memory.copy(phase.outputs, layer.potential, usize(active) * size)
  activateRows<T>(layer.code, layer.bias, phase.outputs, active, units)
  link<T>(phase.loss, phase.outputs, active, units, layer.potential)
  for (let i = 0; i < active; i++) {
    const at = usize(i) * size, worst = double(phase.worst, i)
    store<f64>(worst, max(load<f64>(worst), layer.scale * maxDifference<T>(layer.potential + at, layer.s + at, units)))
  }
  memory.copy(layer.s, layer.potential, usize(active) * size)
}

/**
 * How far the fixed point is after a step that shrank the residual by `lambda`, to `residual`: the sum of the steps to come. Modes
 * that are over-relaxed shrink by step - 1.
 */
function distance(residual: f64, step: f64, lambda: f64, floor: f64, amplified: bool): f64 {
  if (residual <= ROUNDINGS * floor) return floor
  const slowest = max(lambda, step - 1)
  if (!(slowest < 1)) return Infinity
  const far = (step * residual * slowest) / (1 - slowest)
  return amplified ? far / (1 - slowest) : far
}

/** The step after one that shrank the residual by `lambda`. Where it did not shrink it goes back towards 1. */
function nextStep(step: f64, lambda: f64): f64 {
  if (!(lambda < 1)) return 1 + (step - 1) / 2
  if (!(lambda > step - 1)) return step
  const mu = (lambda + step - 1) / (step * sqrt(lambda))
  return min(2 / (1 + sqrt(max(0, 1 - mu * mu))), min(step + GROWTH, LARGEST_STEP))
}
