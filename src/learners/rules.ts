// What it takes to write a rule outside of the library: `ngrad/rules`, beside what 'ngrad' exports. docs/your-own-rule.md shows how.
export type { Matrix, Region, Views } from '../core/memory.js'
export type { Operations } from '../core/operations.js'
export type { Random } from '../core/random.js'
export type { Validity } from '../core/validity.js'
export { equilibrium, type EquilibriumKind } from '../dynamics/equilibrium.js'
export { feedforward, type Forward } from '../dynamics/forward.js'
export { backward, outputDelta, statistics } from '../dynamics/passes.js'
export { Relaxation, type RelaxationKind, type RelaxationOptions, relaxationTable } from '../dynamics/relaxation.js'
export type { Ground, Workspace } from '../dynamics/workspace.js'
export { Source, type Stream } from '../environments/source.js'
export type { Layer, LayerParameters, LinearMap } from '../layers/layer.js'
export type { ParameterGroup, ParameterSpec } from '../layers/parameter.js'
export type { Loss, Objective } from '../losses/loss.js'
export type {
  ChoiceOption,
  FlagOption,
  FunctionOption,
  NoOptions,
  NumberOption,
  NumbersOption,
  Option,
  OptionTable,
  Resolved,
  When,
} from '../options.js'
export { backwardRule } from './_backward-rule.js'
export { describeClaim } from './claim.js'
export { defineRule, type RuleMaker } from './define-rule.js'
export { randomFeedback } from './feedback/_feedback-weights.js'
export type {
  AlignedClaim,
  Attached,
  Auxiliary,
  Claim,
  ContractsClaim,
  Cost,
  CostSite,
  EqualsClaim,
  ExactClaim,
  Feedback,
  Learner,
  LimitClaim,
  NetworkSite,
  PropertyClaim,
  Purpose,
  Reference,
  Rule,
  Setting,
  Settling,
  Site,
  SiteOf,
  State,
  Taught,
  TargetSite,
  Told,
  UnbiasedClaim,
} from './learner.js'
export type { AnyMaker, OptimizerPlan, Plan } from './row.js'
