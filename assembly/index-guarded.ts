// The export list of core-guarded.wasm: that of core.wasm, and a look at all guards. Only for tests.
import { paint, paintAround, touched, touchedAround } from './guards'
import { touchedBlock } from './memory'
import { CHUNK, chunk } from './random/fill'
import { buffer } from './random/permutation'
import { GROUP } from './random/philox'

export * from './index'

/** Where address 0 is; static data begins behind it. */
const LOW: usize = 1024
paint(0, LOW)
paintAround(chunk, CHUNK)
paintAround(buffer, GROUP)

/** The first address that nobody was handed and that was written nevertheless, or 0; 1 stands for address 0 too. */
export function touchedGuard(): usize {
  let found = touched(0, LOW)
  if (found == 0) found = touchedAround(chunk, CHUNK)
  if (found == 0) found = touchedAround(buffer, GROUP)
  return found != 0 ? found : touchedBlock()
}
