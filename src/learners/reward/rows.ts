import type { RegistryRow } from '../row.js'
import { reinforce } from './reinforce.js'

export const rows: readonly RegistryRow[] = [
  { name: 'reinforce', paper: 'Williams 1992', variants: [{ label: 'reinforce', learner: reinforce() }], task: 'payoffs' },
]
