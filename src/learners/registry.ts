// The list of rules. One row gives a rule its place in the command line, the tables, the conformance suite, the
// spectrum and the benchmark. Only tools import this: an application that imports one rule ships one rule.
import { requireArray } from '../errors.js'
import { dense } from '../layers/dense.js'
import { type NetworkDescription, sequential } from '../models/network.js'
import { adam } from '../optimizers/adam.js'
import { chain } from '../optimizers/chain.js'
import { clipNorm } from '../optimizers/clip-norm.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { linearSchedule } from '../optimizers/schedule.js'
import { sgd } from '../optimizers/sgd.js'
import { backprop } from './gradient/backprop.js'
import { contrastiveHebbian } from './contrastive/contrastive-hebbian.js'
import { differenceTargetPropagation } from './targets/difference-target-propagation.js'
import { directFeedbackAlignment } from './feedback/direct-feedback-alignment.js'
import { equilibriumPropagation } from './contrastive/equilibrium-propagation.js'
import { feedbackAlignment } from './feedback/feedback-alignment.js'
import { generec } from './contrastive/generec.js'
import { hebbian } from './hebbian/hebbian.js'
import { kolenPollack } from './feedback/kolen-pollack.js'
import type { Learner } from './learner.js'
import { nodePerturbation } from './perturbation/node-perturbation.js'
import { predictiveCoding } from './predictive/predictive-coding.js'
import { recurrentBackprop } from './gradient/recurrent-backprop.js'
import { postRateHebbian } from './contrastive/post-rate-hebbian.js'
import { weightPerturbation } from './perturbation/weight-perturbation.js'

/** A rule as the tools know it. */
export interface RegistryRow {
  /** The name of its function. */
  readonly name: string
  readonly paper: string
  /** The forms whose claims are measured; the first is the default one. */
  readonly variants: readonly { readonly label: string; readonly learner: Learner }[]
  /** Whether `ngrad verify` measures them over convolutional networks as well. */
  readonly convolutional?: boolean
  /** How it is trained on the digits by `ngrad spectrum`: chosen on a validation part of the training images. */
  readonly recipe: Recipe
}

export interface Recipe {
  readonly learner: Learner
  /** For a training of that many steps. */
  readonly optimizer: (steps: number) => Optimizer
  readonly epochs: number
  readonly batchSize: number
}

/**
 * The network that the recipes are for. Its last layer starts small: with symmetric feedback of full strength a
 * linear output layer of unit gain is at the edge of instability.
 */
export const recipeNetwork = (inputs: number, hidden: readonly number[], outputs: number): NetworkDescription =>
  sequential(inputs, [
    ...requireArray('recipeNetwork(_, hidden)', hidden).map((units) => dense(units, 'tanh')),
    dense(outputs, 'identity', { initialization: { law: 'lecunNormal', gain: 0.5 } }),
  ])

const momentum = (learningRate: number) => (): Optimizer => sgd({ learningRate, momentum: 0.9 })
const annealed =
  (learningRate: number, weightDecay = 0) =>
  (steps: number): Optimizer =>
    adam({ learningRate: linearSchedule(learningRate, 0, steps), weightDecay })

export const registry: readonly RegistryRow[] = [
  {
    name: 'hebbian',
    paper: 'Hebb 1949',
    variants: [{ label: 'hebbian', learner: hebbian() }],
    recipe: { learner: hebbian(), optimizer: () => sgd({ learningRate: 0.01, weightDecay: 0.5 }), epochs: 10, batchSize: 32 },
  },
  {
    name: 'weightPerturbation',
    paper: 'Dembo & Kailath 1990; Spall 1992',
    variants: [
      { label: 'weightPerturbation', learner: weightPerturbation() },
      { label: 'weightPerturbation (gaussian, forward)', learner: weightPerturbation({ noise: 'gaussian', difference: 'forward' }) },
    ],
    recipe: { learner: weightPerturbation({ samples: 4 }), optimizer: annealed(1e-2), epochs: 30, batchSize: 32 },
  },
  {
    name: 'nodePerturbation',
    paper: 'Le Cun, Galland & Hinton 1988; Werfel, Xie & Seung 2005',
    variants: [
      { label: 'nodePerturbation', learner: nodePerturbation() },
      { label: 'nodePerturbation (gaussian, forward)', learner: nodePerturbation({ noise: 'gaussian', difference: 'forward' }) },
    ],
    recipe: { learner: nodePerturbation(), optimizer: annealed(1e-2), epochs: 30, batchSize: 32 },
  },
  {
    name: 'directFeedbackAlignment',
    paper: 'Nokland 2016',
    variants: [{ label: 'directFeedbackAlignment', learner: directFeedbackAlignment() }],
    recipe: { learner: directFeedbackAlignment(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'feedbackAlignment',
    paper: 'Lillicrap et al. 2016',
    variants: [{ label: 'feedbackAlignment', learner: feedbackAlignment() }],
    recipe: { learner: feedbackAlignment(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'kolenPollack',
    paper: 'Kolen & Pollack 1994; Akrout et al. 2019',
    variants: [{ label: 'kolenPollack', learner: kolenPollack() }],
    recipe: { learner: kolenPollack(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'contrastiveHebbian',
    paper: 'Xie & Seung 2003',
    variants: [{ label: 'contrastiveHebbian', learner: contrastiveHebbian() }],
    convolutional: true,
    recipe: { learner: contrastiveHebbian(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'generec',
    paper: "O'Reilly 1996",
    variants: (['symmetric', 'asymmetric', 'midpoint', 'contrastive'] as const).map((variant) => ({
      label: `generec (${variant})`,
      learner: generec({ variant }),
    })),
    recipe: {
      learner: generec({ tolerance: 1e-3 }),
      optimizer: momentum(0.1),
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    name: 'equilibriumPropagation',
    paper: 'Scellier & Bengio 2017; Laborieux et al. 2021',
    variants: [
      { label: 'equilibriumPropagation (symmetric)', learner: equilibriumPropagation() },
      { label: 'equilibriumPropagation (positive)', learner: equilibriumPropagation({ nudging: 'positive' }) },
      { label: 'equilibriumPropagation (negative)', learner: equilibriumPropagation({ nudging: 'negative' }) },
      { label: 'equilibriumPropagation (readout outside)', learner: equilibriumPropagation({ readout: 'outside' }) },
      { label: 'equilibriumPropagation (potentials)', learner: equilibriumPropagation({ states: 'potentials' }) },
    ],
    convolutional: true,
    recipe: {
      learner: equilibriumPropagation({ beta: 1, tolerance: 1e-3 }),
      optimizer: annealed(2e-2, 0.1), // decay keeps the weights where the network still settles
      epochs: 30,
      batchSize: 16,
    },
  },
  {
    name: 'postRateHebbian',
    paper: 'Bengio et al. 2017',
    variants: [{ label: 'postRateHebbian', learner: postRateHebbian() }],
    recipe: {
      learner: postRateHebbian({ beta: 0.3 }),
      optimizer: annealed(2e-3), // its one-sided nudge is biased: faster, and the network leaves its fixed point
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    name: 'differenceTargetPropagation',
    paper: 'Lee et al. 2015; Meulemans et al. 2020',
    variants: [
      { label: 'differenceTargetPropagation', learner: differenceTargetPropagation() },
      {
        label: 'differenceTargetPropagation (from the outputs)',
        learner: differenceTargetPropagation({ from: 'outputs', reconstruction: 'difference' }),
      },
      {
        label: 'differenceTargetPropagation (transposed)',
        learner: differenceTargetPropagation({ from: 'outputs', decoder: 'transposed' }),
      },
    ],
    recipe: {
      learner: differenceTargetPropagation({ from: 'outputs' }), // one hidden layer: from it, the rule is backprop
      optimizer: annealed(1e-2),
      epochs: 60,
      batchSize: 32,
    },
  },
  {
    name: 'predictiveCoding',
    paper: 'Whittington & Bogacz 2017; Millidge et al. 2022; Song et al. 2020',
    variants: [
      { label: 'predictiveCoding (strict)', learner: predictiveCoding() },
      { label: 'predictiveCoding (hidden precision 2)', learner: predictiveCoding({ hiddenPrecisions: 2 }) },
      { label: 'predictiveCoding (fixedPrediction)', learner: predictiveCoding({ variant: 'fixedPrediction' }) },
      { label: 'predictiveCoding (zeroDivergence)', learner: predictiveCoding({ variant: 'zeroDivergence' }) },
    ],
    recipe: { learner: predictiveCoding(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'recurrentBackprop',
    paper: 'Almeida 1987; Pineda 1987',
    variants: [{ label: 'recurrentBackprop', learner: recurrentBackprop() }],
    convolutional: true,
    recipe: {
      learner: recurrentBackprop(),
      optimizer: (steps) => chain(clipNorm(1), annealed(5e-3)(steps)), // its exact gradient explodes near bifurcations
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    name: 'backprop',
    paper: 'Rumelhart, Hinton & Williams 1986',
    variants: [{ label: 'backprop', learner: backprop() }],
    convolutional: true,
    recipe: { learner: backprop(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
]

/** The rows of that name, or all where none is given. Unknown names are the caller's to report. */
export const rulesNamed = (names?: readonly string[]): readonly RegistryRow[] =>
  names === undefined ? registry : registry.filter(({ name }) => requireArray('rulesNamed(names)', names).includes(name))
