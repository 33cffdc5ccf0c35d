import type { Claim } from './learner.js'

/** The claim in a line, as tables show it. */
export function describeClaim(claim: Claim): string {
  switch (claim.kind) {
    case 'stated':
      return claim.text
    case 'exact':
      return 'exact'
    case 'equals':
      return `equals(${claim.other})`
    case 'limit':
      return `limit(${claim.knob}, ${claim.order})`
    case 'unbiased':
      return 'unbiased'
    case 'contracts':
      return `contracts(${claim.quantity})`
    case 'aligned':
      return `aligned(${claim.degrees} deg)`
    case 'none':
      return `none (${claim.because})`
  }
}
