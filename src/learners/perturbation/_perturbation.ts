// What the perturbation rules share: their noise, and their options.
import type { Matrix } from '../../core/memory.js'
import type { Random } from '../../core/random.js'
import { mostRepeats, requireInteger, requireOneOf, requireOptions, requirePositive } from '../../errors.js'

const laws = ['rademacher', 'gaussian'] as const
const differences = ['central', 'forward'] as const

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

/** Checks the options of a perturbation rule, and fills in what is left out. */
export function perturbationOptions(where: string, options: PerturbationOptions): Required<PerturbationOptions> {
  const {
    sigma = 1e-2,
    noise = 'rademacher',
    difference = 'central',
    samples = 1,
  } = requireOptions(where, options, { sigma: true, noise: true, difference: true, samples: true })
  requirePositive(`${where}: sigma`, sigma)
  requireOneOf(`${where}: noise`, noise, laws)
  requireOneOf(`${where}: difference`, difference, differences)
  requireInteger(`${where}: samples`, samples, 1, mostRepeats)
  return { sigma, noise, difference, samples }
}

/** Draws noise of unit variance. */
export function drawNoise(random: Random, law: Required<PerturbationOptions>['noise'], out: Matrix): void {
  if (law === 'gaussian') random.normal(out, 1)
  else random.rademacher(out, 1)
}
