// Wake-sleep: each of the two networks of a Helmholtz machine learns by the delta rule from states that the other made.
//
//   wake    v ~ data, h_k ~ Q(h_k | h_{k-1}):         G_{G_k} = -(h_{k-1} - sigmoid(G_k h_k + g_{k-1})) h_k^T, top: -(h_K - sigmoid(g_K))
//   sleep   h_K ~ P, h_{k-1} ~ P(h_{k-1} | h_k):      G_{R_k} = -(h_k - sigmoid(R_k h_{k-1} + r_k)) h_{k-1}^T
//
// Hinton, Dayan, Frey & Neal 1995, Science 268:1158.
// Claims: the expected wake direction is the gradient of F = <ln Q(h | v) - ln P(v, h)> for the generative parameters,
// exactly; the expected sleep direction that of <KL(P(h | v) || Q(h | v))> over fantasies v ~ P for the recognition
// ones, exactly; and it is *not* that of F, whose divergence is the other way round. `expected` enumerates both phases.
import { defineRule } from '../define-rule.js'
import type { Matrix } from '../../core/memory.js'
import { enumerateStates, normalizer, requireEnumerable } from '../../dynamics/enumerate.js'
import { sigmoid } from '../../dynamics/gibbs.js'
import type { Connection, HelmholtzMachine } from '../../models/helmholtz-machine.js'
import type { Site } from '../learner.js'

/** Options of {@link wakeSleep}. */
export interface WakeSleepOptions {
  /** Whether to take expectations by enumeration (12 hidden units, 12 units in all) instead of sampling; default false. */
  readonly expected?: boolean
}

/** States of all layers, the visible one first, row by row, and the probability of each row (doubles). */
interface Ensemble {
  readonly layers: readonly Matrix[]
  readonly weights: Matrix
}

/** Wake-sleep learning of a Helmholtz machine. With `expected`, attaching to too many units throws `UNSUPPORTED`. */
export const wakeSleep = defineRule<WakeSleepOptions, never, HelmholtzMachine>(
  'wakeSleep',
  { expected: { kind: 'flag', default: false } },
  ({ expected }) => ({
    feedback: 'none',
    weighs: true,
    ...(!expected && { noise: 'step' as const }),
    claims: [{ kind: expected ? 'exact' : 'unbiased', of: 'wake for F, sleep for the reversed KL under fantasies' }],
    attach: (site) => {
      const { model, directions, region, x } = site
      const to = model.connections(directions)
      const { generative, recognition } = model.connections()
      const wake = expected ? enumeratedWake(site) : sampledWake(site, recognition)
      const sleep = expected ? enumeratedSleep(site) : sampledSleep(site, generative)
      const errors = model.layers.map((units) => region.matrix(model.dtype, 1, units))
      const teach = (from: Connection, direction: Connection, post: Matrix, pre: Matrix | null, weights: Matrix, k: number): void => {
        region.resize(errors[k], post.rows)
        deltaRule(site, from, direction, post, pre, weights, errors[k])
      }
      return {
        estimate: () => {
          const awake = wake(x)
          for (let k = 0; k < generative.length; k++)
            teach(generative[k], to.generative[k], awake.layers[k], awake.layers[k + 1] ?? null, awake.weights, k)
          const asleep = sleep()
          for (let k = 1; k < recognition.length; k++)
            // the visible layer is not recognized
            teach(recognition[k]!, to.recognition[k]!, asleep.layers[k], asleep.layers[k - 1], asleep.weights, k)
        },
      }
    },
  }),
)

/** direction <- -<(post - sigmoid(W pre + b)) pre^T>, and for the bias -<post - sigmoid(W pre + b)>. */
function deltaRule(
  { model, ops }: Site<HelmholtzMachine>,
  from: Connection,
  direction: Connection,
  post: Matrix,
  pre: Matrix | null,
  weights: Matrix,
  errors: Matrix,
): void {
  model.drive(from, pre, errors)
  ops.activate(sigmoid, errors, errors)
  ops.combine(-1, post, 1, errors)
  ops.scaleRows(weights, errors)
  if (direction.weight && pre) ops.multiplyTN(errors, pre, direction.weight)
  ops.columnSums(errors, direction.bias)
}

/** p <- the probabilities of a layer given the one before it; out <- states drawn from them. */
type SampleLayer = (from: Connection, pre: Matrix | null, p: Matrix, out: Matrix) => void

function sampler({ model, ops, random }: Site<HelmholtzMachine>): SampleLayer {
  const noise = random('noise')
  return (from, pre, p, out) => {
    model.drive(from, pre, p)
    ops.activate(sigmoid, p, p)
    noise.bernoulliOf(p, out)
  }
}

function sampledWake(site: Site<HelmholtzMachine>, recognition: readonly (Connection | null)[]): (x: Matrix) => Ensemble {
  const { model, batch, weights } = site
  const layers = model.layers.map((units) => batch(units))
  const p = model.layers.map((units) => batch(units))
  const sampleLayer = sampler(site)
  const ensemble = { layers, weights }
  return (x) => {
    layers[0].copy(x)
    for (let k = 1; k < layers.length; k++) sampleLayer(recognition[k]!, layers[k - 1], p[k], layers[k])
    return ensemble
  }
}

/** As many fantasies as there are examples. */
function sampledSleep(site: Site<HelmholtzMachine>, generative: readonly Connection[]): () => Ensemble {
  const { model, batch, batchDoubles } = site
  const layers = model.layers.map((units) => batch(units))
  const p = model.layers.map((units) => batch(units))
  const weights = batchDoubles()
  const sampleLayer = sampler(site)
  const ensemble = { layers, weights }
  return () => {
    weights.fill(1 / weights.rows)
    for (let k = layers.length - 1; k >= 0; k--) sampleLayer(generative[k], layers[k + 1] ?? null, p[k], layers[k])
    return ensemble
  }
}

/** All hidden states beside each example, with Q(h | v). */
function enumeratedWake({ model, ops, batch, batchDoubles, weights }: Site<HelmholtzMachine>): (x: Matrix) => Ensemble {
  const hidden = model.layers.slice(1).reduce((sum, units) => sum + units, 0)
  const copies = requireEnumerable('wakeSleep: hidden units', hidden)
  const layers = model.layers.map((units) => batch(units, copies))
  const drives = model.layers.map((units) => batch(units, copies))
  const logs = batchDoubles(copies)
  const probabilities = batchDoubles(copies)
  const { recognition } = model.connections()
  const normalize = normalizer(ops, probabilities, copies, weights)
  const ensemble = { layers, weights: probabilities }
  return (x) => {
    enumerateStates(x, model.visible, layers)
    probabilities.fill(0)
    for (let k = 1; k < layers.length; k++) {
      model.drive(recognition[k]!, layers[k - 1], drives[k])
      ops.binaryCrossEntropy(drives[k], layers[k], null, logs)
      ops.doubles.combine(-1, logs, 1, probabilities)
    }
    normalize(x.rows)
    return ensemble
  }
}

/** All states of all units, with P(v, h). */
function enumeratedSleep({ model, ops, region }: Site<HelmholtzMachine>): () => Ensemble {
  const rows = requireEnumerable(
    'wakeSleep: units',
    model.layers.reduce((sum, units) => sum + units, 0),
  )
  const layers = model.layers.map((units) => region.matrix(model.dtype, rows, units))
  const drives = model.layers.map((units) => region.matrix(model.dtype, rows, units))
  const logs = region.matrix('f64', rows, 1)
  const weights = region.matrix('f64', rows, 1)
  enumerateStates(null, 0, layers)
  const normalize = normalizer(ops, weights, rows, null)
  const ensemble = { layers, weights }
  return () => {
    model.logJoint(layers, drives, logs, weights)
    normalize(1)
    return ensemble
  }
}
