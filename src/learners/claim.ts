import type { Claim } from './learner.js'

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
