import type { RegistryRow } from '../row.js'
import { pairStdp } from './pair-stdp.js'

export const rows: readonly RegistryRow[] = [
  {
    make: pairStdp,
    paper: 'Gerstner et al. 1996; Markram et al. 1997',
    variants: [
      { label: 'pairStdp', options: {} },
      { label: 'pairStdp (nearest)', options: { pairing: 'nearest' } },
    ],
    task: 'trains',
  },
]
