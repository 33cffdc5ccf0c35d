// What is asked of a model that draws: how many samples, from which numbers, after how long.
import { mostRepeats, requireInteger, requireOptions, requireSeed } from '../errors.js'
import { Random, stream } from '../core/random.js'

/** Options of `sample`, of models that draw a sample at once. */
export interface SampleOptions {
  /** Seed of the samples, a u32; default 0. The same seed gives the same bits everywhere. */
  readonly seed?: number
}

/** Options of `sample`, of models whose samples are the ends of Markov chains. */
export interface ChainOptions extends SampleOptions {
  /** Sweeps over all units, from units that are 0 or 1 alike, before a sample is taken; default 1000. */
  readonly sweeps?: number
}

/** More samples than memory holds of any model. */
const mostSamples = 1 << 24

/** How many there are to be, and where their random numbers come from. */
export function requireSamples(where: string, count: number, options: SampleOptions): Random {
  requireInteger(`${where}: count`, count, 0, mostSamples)
  const { seed = 0 } = requireOptions(`${where}: options`, options, { seed: true })
  return new Random(requireSeed(`${where}: seed`, seed), stream.samples)
}

/** The same of chains, and how long these are. */
export function requireChains(where: string, count: number, options: ChainOptions): { readonly random: Random; readonly sweeps: number } {
  const { sweeps = 1000, ...rest } = requireOptions(`${where}: options`, options, { seed: true, sweeps: true })
  requireInteger(`${where}: sweeps`, sweeps, 0, mostRepeats)
  return { random: requireSamples(where, count, rest), sweeps }
}
