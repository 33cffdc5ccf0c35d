import type { Synapses } from '../../models/synapses.js'
import type { RegistryRow } from '../row.js'
import { pairStdp } from './pair-stdp.js'

export const rows: readonly RegistryRow<Synapses>[] = [
  {
    name: 'pairStdp',
    paper: 'Gerstner et al. 1996; Markram et al. 1997',
    variants: [
      { label: 'pairStdp', learner: pairStdp() },
      { label: 'pairStdp (nearest)', learner: pairStdp({ pairing: 'nearest' }) },
    ],
    task: 'trains',
  },
]
