// A property that a rule promises beside the relation of its direction to a gradient, and how it is measured on cases
// drawn at random.
import type { Setting } from '../../learners/learner.js'
import { Draws, randomSetting, type RandomSettingOptions } from '../random-setting.js'
import type { VerifiedClaim } from '../verified-claim.js'

export interface Property {
  /** The name of the function that makes the rule. */
  readonly rule: string
  readonly kind: VerifiedClaim['kind']
  readonly claim: string
  readonly expected: string
  readonly conditions: string
  /** The figure that decides, in one random case. */
  readonly measure: (draws: Draws) => number
  readonly holds: (figure: number) => boolean
  /** The figure as tables show it; default two digits. */
  readonly text?: (figure: number) => string
}

/** The most random cases of a measurement; each is remembered. */
export const mostCases = 100_000

/** Measures a property on the cases of seed, seed + 1, ... */
export function verifyProperty(property: Property, cases: number, seed: number): VerifiedClaim {
  const { rule, kind, claim, expected, conditions, measure, holds, text = (figure) => figure.toPrecision(2) } = property
  const measured = Array.from({ length: cases }, (_, i) => {
    const at = (seed + i) >>> 0
    return { seed: at, figure: measure(new Draws(at)) }
  })
  const failed = measured.filter(({ figure }) => !holds(figure))
  const worst = (failed.length > 0 ? failed : measured).reduce((a, b) => (b.figure > a.figure ? b : a)).figure
  return {
    rule,
    variant: rule,
    kind,
    claim,
    expected,
    measured: text(worst),
    slope: NaN,
    worst,
    passed: failed.length === 0,
    cases,
    conditions,
    failedSeeds: failed.map((one) => one.seed),
  }
}

/** The rounding of double precision, and of sixth-order differences in it. */
const exactness = 1e-9

/** What is so up to rounding. */
export const exact = {
  kind: 'exact',
  expected: `relative error <= ${exactness}`,
  holds: (error: number): boolean => error <= exactness,
  text: (error: number): string => error.toExponential(1),
} as const

/** What a knob brings about to an order; the figure is how far the slope of log error is from that. */
export const ofOrder = (order: number) =>
  ({
    kind: 'limit',
    expected: `slope within 0.15 of ${order}`,
    holds: (off: number): boolean => off <= 0.15,
    text: (off: number): string => `off by ${off.toFixed(3)}`,
  }) as const

/** What is not so: the figure is how far it is from being so, negated, since the largest figure is the worst. */
export const farFrom = (least: number) =>
  ({
    kind: 'not',
    expected: `error >= ${least}`,
    holds: (figure: number): boolean => figure <= -least,
    text: (figure: number): string => `error ${(-figure).toPrecision(2)}`,
  }) as const

/** The figure on the random network of a case's seed. */
export const onNetworks =
  (options: RandomSettingOptions, figure: (setting: Setting, draws: Draws) => number) =>
  (draws: Draws): number => {
    const setting = randomSetting(draws.seed, options)
    try {
      return figure(setting, draws)
    } finally {
      setting.network.dispose()
    }
  }
