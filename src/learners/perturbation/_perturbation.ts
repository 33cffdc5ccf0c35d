// What the perturbation rules share: their noise, and their options.
import type { Matrix } from '../../core/memory.js'
import type { Random } from '../../core/random.js'
import { mostRepeats } from '../../errors.js'
import type { OptionTable } from '../../options.js'
import type { Claim } from '../learner.js'

const laws = ['rademacher', 'gaussian'] as const
const differences = ['central', 'forward'] as const

/** Options of the perturbation rules. */
export interface PerturbationOptions {
  /** The standard deviation of the noise; default 1e-2. In f32 below 1e-3 the change of the loss drowns in rounding. */
  readonly sigma?: number
  /** Signs of one size, or normal noise; default `rademacher`, whose variance is lower. */
  readonly noise?: (typeof laws)[number]
  /** `central`: perturb both ways; `forward`: one way against the unperturbed loss. Default `central`. */
  readonly difference?: (typeof differences)[number]
  /** Independent perturbations that are averaged for one direction, up to 10^6; default 1. */
  readonly samples?: number
}

export const perturbationTable: OptionTable<PerturbationOptions> = {
  sigma: { kind: 'number', above: 0, default: 1e-2 },
  noise: { kind: 'choice', choices: laws, default: 'rademacher' },
  difference: { kind: 'choice', choices: differences, default: 'central' },
  samples: { kind: 'integer', min: 1, max: mostRepeats, default: 1 },
}

/** What they claim, with noise so small that its bias is far below the standard error. */
export const unbiased: Claim = {
  kind: 'unbiased',
  of: 'the gradient of the loss',
  reference: 'backprop',
  measured: { sigma: 1e-4, samples: 1 },
}

/** Draws noise of unit variance. */
export function drawNoise(random: Random, law: Required<PerturbationOptions>['noise'], out: Matrix): void {
  if (law === 'gaussian') random.normal(out, 1)
  else random.rademacher(out, 1)
}
