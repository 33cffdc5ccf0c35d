import type { Claim } from './learner.js'

/** Values of a knob that goes to 0, where its asymptote shows and rounding does not. */
export const halvings: readonly number[] = [0.016, 0.008, 0.004, 0.002, 0.001]

/** The claim in a line, as tables show it. */
export function describeClaim(claim: Claim | { readonly kind: 'closedForm' | 'monotone'; readonly of: string }): string {
  return `${relationOf(claim)}: ${claim.of}`
}

/** What kind of claim it is, with its figures: `limit(beta, 2)`. */
export function relationOf(claim: Claim): string {
  if (claim.kind === 'limit') {
    const knob = claim.to === undefined ? claim.knob : `${claim.to} - ${claim.knob}`
    return `limit(${knob}${claim.order === undefined ? '' : `, ${claim.order}`})`
  }
  if (claim.kind === 'aligned') return `aligned(${claim.degrees} deg)`
  return claim.kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
