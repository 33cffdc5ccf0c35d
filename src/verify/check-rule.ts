// What every rule must do, whatever it is, for those who write one: docs/your-own-rule.md.
import { bytesInUse } from '../core/memory.js'
import { describe, NgradError, requireInteger, requireOptions, requireSeed } from '../errors.js'
import type { Batch } from '../learners/batch.js'
import { describeClaim } from '../learners/claim.js'
import type { Claim, Learner, Setting } from '../learners/learner.js'
import { sgd } from '../optimizers/sgd.js'
import { createTrainer, type Trainer } from '../training/trainer.js'
import { isMeasurable, measureClaim } from './measure-claim.js'
import { firstExample, randomSetting } from './random-setting.js'

/** Something that a rule must do, and whether it does. */
export interface RuleCheck {
  /** What must be so. */
  readonly check: string
  readonly passed: boolean
  /** What was found instead, in the first setting in which it was not so. */
  readonly found: string
  /** The seeds of the settings in which it was not so. */
  readonly failedSeeds: readonly number[]
}

/** What was found of a rule. */
export interface CheckedRule {
  readonly passed: boolean
  readonly checks: readonly RuleCheck[]
}

/** Options of {@link checkRule}. */
export interface CheckRuleOptions {
  /** How many settings each check is made in, default 20. */
  readonly cases?: number
  /** Of the first setting, a u32; the others follow. Default 0. */
  readonly seed?: number
  /**
   * The setting of a seed, a network in double precision among it, of which `checkRule` disposes; default random ones: 2 to 4 dense layers
   * with smooth activations, of any loss of the library. For rules of particular networks.
   */
  readonly setting?: (seed: number) => Setting
}

const steps = 3

type SettingOf = (seed: number) => Setting
type Check = (learner: Learner, setting: Setting) => string | undefined
type NamedCheck = readonly [check: string, wrong: Check]

/** Each says what is wrong; nothing where nothing is. */
const contract: readonly NamedCheck[] = [
  [
    'equal bits of equal seeds',
    (learner, setting) => {
      const run = (): string => withTrainer(learner, setting, (trainer) => stepped(trainer, setting.batch))
      return run() === run() ? undefined : 'another training of the same seed'
    },
  ],
  [
    'noise where it says so',
    (learner, setting) => {
      const drawn = withTrainer(learner, setting, ({ estimator }) => estimator.randoms.length > 0)
      if (drawn === (learner.noise !== undefined)) return undefined
      return drawn ? "random numbers, but no noise: 'attach' or 'step'" : `noise: '${learner.noise}', but no random numbers`
    },
  ],
  [
    'a direction changes nothing',
    (learner, setting) => {
      const run = (looks: boolean): string =>
        withTrainer(learner, setting, (trainer) => stepped(trainer, setting.batch, () => looks && void trainer.direction(setting.batch)))
      return run(true) === run(false) ? undefined : 'other bits after a direction was looked at'
    },
  ],
  [
    'what it keeps is told',
    (learner, setting) =>
      withTrainer(learner, setting, (trainer) => {
        stepped(trainer, setting.batch)
        const snapshot = trainer.snapshot()
        try {
          for (const [, random] of trainer.estimator.randoms) random.mark()
          const first = stepped(trainer, setting.batch, () => {}, 1)
          snapshot.restore()
          for (const [, random] of trainer.estimator.randoms) random.rewind()
          return first === stepped(trainer, setting.batch, () => {}, 1) ? undefined : 'other bits when a step is taken again'
        } finally {
          snapshot.dispose()
        }
      }),
  ],
  [
    'batches of any size',
    (learner, setting) => {
      const { batch: part } = firstExample(setting)
      const alone = withTrainer(learner, setting, (trainer) => direction(trainer, part))
      const after = withTrainer(learner, setting, (trainer) => {
        direction(trainer, setting.batch)
        return direction(trainer, part)
      })
      return bitsOf(alone) === bitsOf(after) ? undefined : 'other bits after a larger batch'
    },
  ],
  [
    'the loss is that of its own predictions',
    (learner, setting) =>
      withTrainer(learner, setting, (trainer) => {
        if (trainer.loss === undefined || learner.noise === 'step') return undefined
        const [estimated, evaluated] = [trainer.direction(setting.batch).loss, trainer.evaluate(setting.batch).loss]
        return Math.abs(estimated - evaluated) <= 1e-9 * Math.abs(evaluated) ? undefined : `${estimated} beside ${evaluated} of evaluate`
      }),
  ],
  [
    'all memory is given back',
    (learner, setting) => {
      const before = bytesInUse()
      const taken = withTrainer(learner, setting, (trainer) => {
        trainer.direction(setting.batch)
        const had = bytesInUse()
        for (let step = 0; step < steps; step++) trainer.step(setting.batch)
        return bytesInUse() - had
      })
      if (taken > 0) return `${taken} bytes taken in steps`
      return bytesInUse() === before ? undefined : `${bytesInUse() - before} bytes kept`
    },
  ],
]

/**
 * Whether a rule does what the library expects of every rule, and whether its claims hold: for rules from outside. Claims about training
 * (`aligned`) are left to `ngrad verify ./my-rule.js`, which measures them on the digits.
 *
 * ```ts
 * const { passed, checks } = checkRule(scaledFeedback())
 * for (const { check, passed, found } of checks) console.log(passed ? 'ok' : 'NO', check, found)
 * ```
 *
 * @throws NgradError `TYPE`, `RANGE` for what is no rule or option, `UNSUPPORTED` for a rule that acts in an environment. What a rule
 * throws in a check is what was found there.
 */
export function checkRule(learner: Learner, options: CheckRuleOptions = {}): CheckedRule {
  const where = 'checkRule(learner, options)'
  const {
    cases = 20,
    seed = 0,
    setting = randomSetting,
  } = requireOptions<CheckRuleOptions>(where, options, { cases: true, seed: true, setting: true })
  requireInteger(`${where}: cases`, cases, 1, 1e6)
  requireSeed(`${where}: seed`, seed)
  if (typeof setting !== 'function') throw new NgradError('TYPE', `${where}: setting`, 'a function of a seed', describe(setting))
  if (typeof learner?.attach !== 'function' || !Array.isArray(learner.claims))
    throw new NgradError('TYPE', `${where}: learner`, 'a learner that defineRule made', describe(learner))
  if (learner.acts) throw new NgradError('UNSUPPORTED', where, 'a rule that does not act', learner.name)
  const claims = learner.told === 'nothing' ? [] : learner.claims.flatMap((claim, index) => claimCheck(learner, claim, index))
  const checks = [...contract, ...claims].map((check) => inSettings(learner, check, setting, cases, seed))
  return { passed: checks.every(({ passed }) => passed), checks }
}

/** A claim as a check. What training must bring about depends on the data: `ngrad verify` measures it on the digits. */
function claimCheck(learner: Learner, claim: Claim, index: number): [string, Check][] {
  if (!isMeasurable(claim, learner) || claim.kind === 'aligned') return []
  return [
    [
      `claim: ${describeClaim(claim)}`,
      (rule, { network, loss, batch, seed }) => {
        const { passed, measured, expected } = measureClaim(network, rule, loss, batch, { seed, claim: index })
        return passed ? undefined : `${measured}, where ${expected} was expected`
      },
    ],
  ]
}

/** A check in many settings, with what was found in the first of those in which it fails. */
function inSettings(learner: Learner, [check, wrong]: NamedCheck, setting: SettingOf, cases: number, seed: number): RuleCheck {
  const failures: { readonly seed: number; readonly found: string }[] = []
  for (let i = 0; i < cases; i++) {
    const at = setting((seed + i) >>> 0)
    try {
      const found = wrong(learner, at)
      if (found !== undefined) failures.push({ seed: at.seed, found })
    } catch (error) {
      failures.push({ seed: at.seed, found: error instanceof Error ? error.message : String(error) })
    } finally {
      at.network.dispose()
    }
  }
  return { check, passed: failures.length === 0, found: failures[0]?.found ?? '', failedSeeds: failures.map((failure) => failure.seed) }
}

/** @internal What every rule must do beside its claims, each to be checked in so many random settings from a seed on. */
export const contractOf = (learner: Learner): ((cases: number, seed: number) => RuleCheck)[] =>
  contract.map((check) => (cases, seed) => inSettings(learner, check, randomSetting, cases, seed))

/** Uses a trainer of the rule, and disposes of it. */
function withTrainer<T>(learner: Learner, { network, loss, seed }: Setting, use: (trainer: Trainer) => T): T {
  const told = learner.told === 'nothing' ? {} : { loss }
  const before = network.parameters.map((parameter) => parameter.read())
  const trainer = createTrainer(network, { learner, ...told, optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }), seed })
  try {
    return use(trainer)
  } finally {
    trainer.dispose()
    network.parameters.forEach((parameter, i) => parameter.write(before[i]))
  }
}

/** All that some steps leave behind. */
function stepped(trainer: Trainer, batch: Batch, before: () => void = () => {}, count = steps): string {
  for (let step = 0; step < count; step++) {
    before()
    trainer.step(batch)
  }
  return bitsOf([...trainer.network.parameters, ...trainer.auxiliaryParameters].flatMap((parameter) => Array.from(parameter.read())))
}

const direction = (trainer: Trainer, batch: Batch): number[] => {
  const estimate = trainer.direction(batch)
  return trainer.network.parameters.flatMap(({ name }) => Array.from(estimate.of(name)))
}

/** Numbers as text that tells any two of them apart. */
const bitsOf = (numbers: readonly number[]): string => numbers.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join(' ')
