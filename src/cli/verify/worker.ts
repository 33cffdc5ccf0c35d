// A thread of `ngrad verify`: measures one claim at a time.
import { models, registry } from '../../learners/registry.js'
import { claimsOf } from '../../verify/verify-rules.js'
import { serve } from '../serve.js'

/** A claim by its rule, and which of the rule's it is; with what to measure it on. */
export interface Piece {
  readonly rule: string
  readonly claim: number
  readonly cases: number
  readonly seed: number
}

serve(({ rule, claim, cases, seed }: Piece) => claimsOf([...registry, ...models].find(({ name }) => name === rule)!)[claim](cases, seed))
