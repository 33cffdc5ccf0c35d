// A thread of `ngrad verify`: measures one claim at a time.
import { claimsOf } from '../../verify/verify-rules.js'
import { rowOrModelNamed, withOptions } from '../named-rule.js'
import { serve } from '../serve.js'

/** A claim by its rule, and which of the rule's it is; with what to measure it on. */
export interface Piece {
  /** The name of a rule or of a model; or the path of a module. */
  readonly rule: string
  /** Of the form to measure, instead of all. */
  readonly options: Readonly<Record<string, unknown>>
  readonly claim: number
  readonly cases: number
  readonly seed: number
}

serve(async ({ rule, options, claim, cases, seed }: Piece) => {
  const row = withOptions(await rowOrModelNamed(rule), options)
  return claimsOf(row)[claim](cases, seed)
})
