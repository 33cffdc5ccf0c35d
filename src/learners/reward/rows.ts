import type { RegistryRow } from '../row.js'
import { reinforce } from './reinforce.js'

export const rows: readonly RegistryRow[] = [{ make: reinforce, paper: 'Williams 1992', task: 'payoffs' }]
