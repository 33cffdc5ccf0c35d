// Products shared by threads: only in the build with shared memory, core-threads.wasm.
//
// The crew is the main thread and its helpers: instances of the same module over the same memory, each in a worker of
// its own, which it spends in `serve`. The main thread writes a product down in the crew's record, counts `turn` up,
// computes its own share, and waits until all helpers are done. A share is a range of columns of C or, where there are
// more rows or B was packed beforehand, of rows. What an element is made of depends on k alone (see gemm.ts), so that
// the bits are those of one thread, whatever the number of shares.
//
// Neighbouring products follow one another within microseconds, so that a helper looks for the next one for a while
// before it sleeps. The main thread never sleeps: browsers do not let it.

import { allocate } from '../memory'
import { gemmWorkspace, roundUp } from './blocks'
import { MR, NR } from './micro-kernel'
import { product } from './product'

/** Below this many multiplications a product is not worth the company. */
// @ts-ignore: decorator
@inline
const WORTH: u64 = 256 * 256 * 256
/** How often a helper looks before it sleeps: some 100 microseconds. */
// @ts-ignore: decorator
@inline
const LOOKS: i32 = 1 << 14

/** The product at hand; all threads read it. */
@unmanaged
class Crew {
  /** Counts the products. */
  turn: i32
  /** How many helpers have finished their share. */
  done: i32
  /** How many helpers there are; negative once they have been dismissed. */
  helpers: i32
  double: bool
  accumulate: bool
  m: usize
  n: usize
  k: usize
  alpha: f64
  a: usize
  aRow: usize
  aStep: usize
  b: usize
  bColumn: usize
  bStep: usize
  packed: usize
  c: usize
  ldc: usize
  /** Scratch of the helpers, one after the other. */
  scratch: usize
}

/** The crew of the main thread. */
let crew: usize = 0

/** Makes a crew with room for `helpers`, each of which is to call `serve`; 0 when there is no memory left. */
export function assemble(helpers: i32): usize {
  const record = allocate(offsetof<Crew>() + 64)
  const scratch = allocate(usize(helpers) * gemmWorkspace())
  if (record == 0 || scratch == 0) return 0
  const made = changetype<Crew>(record)
  made.helpers = helpers
  made.scratch = scratch
  crew = record
  return record
}

/** Sends the helpers home: products are computed on one thread again. */
export function dismiss(): void {
  if (crew == 0) return
  changetype<Crew>(crew).helpers = -1
  announce(crew)
  crew = 0
}

/**
 * What helper `index`, from 1, does after `seen` products. Returns how many it has seen when none came for a while: then
 * it may sleep until `turn` differs; or -1 when it is dismissed. (Node 20's baseline compiler loses locals across
 * memory.atomic.wait32, so that the worker sleeps in JavaScript.)
 */
export function serve(record: usize, index: i32, seen: i32): i32 {
  const crew = changetype<Crew>(record)
  const workspace = crew.scratch + usize(index - 1) * gemmWorkspace()
  const turn = record + offsetof<Crew>('turn')
  while (true) {
    for (let looks = 0; atomic.load<i32>(turn) == seen; looks++) {
      if (looks == LOOKS) return seen
    }
    if (crew.helpers < 0) return -1
    if (crew.double) share<f64>(crew, index, workspace)
    else share<f32>(crew, index, workspace)
    seen++
    atomic.add<i32>(record + offsetof<Crew>('done'), 1)
  }
}

/** The product by all threads; false, and nothing done, where one does it better. */
export function shared<T>(
  m: usize, n: usize, k: usize, alpha: T, a: usize, aRow: usize, aStep: usize,
  b: usize, bColumn: usize, bStep: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize,
): bool {
  if (crew == 0 || u64(m) * u64(n) * u64(k) < WORTH) return false
  const job = changetype<Crew>(crew)
  job.double = sizeof<T>() == 8
  job.accumulate = accumulate
  job.m = m
  job.n = n
  job.k = k
  job.alpha = alpha
  job.a = a
  job.aRow = aRow
  job.aStep = aStep
  job.b = b
  job.bColumn = bColumn
  job.bStep = bStep
  job.packed = packed
  job.c = c
  job.ldc = ldc
  const done = crew + offsetof<Crew>('done')
  atomic.store<i32>(done, 0)
  announce(crew)
  share<T>(job, 0, workspace)
  while (atomic.load<i32>(done) < job.helpers) {}
  return true
}

/** Counts the turn up, and wakes who sleeps. */
function announce(record: usize): void {
  const turn = record + offsetof<Crew>('turn')
  atomic.add<i32>(turn, 1)
  atomic.notify(turn, -1)
}

/** Share `index` of the product: even ranges, in units of the micro-kernel's tile. */
function share<T>(job: Crew, index: i32, workspace: usize): void {
  const byRows = job.packed != 0 || job.m > job.n
  const whole = byRows ? job.m : job.n
  const unit = byRows ? MR : NR<T>()
  const shares = usize(job.helpers + 1)
  const part = roundUp((whole + shares - 1) / shares, unit)
  const start = min(usize(index) * part, whole)
  const count = min(part, whole - start)
  const c = job.c + (byRows ? start * job.ldc : start * sizeof<T>())
  product<T>(
    byRows ? count : job.m, byRows ? job.n : count, job.k, <T>job.alpha,
    byRows ? job.a + start * job.aRow : job.a, job.aRow, job.aStep,
    byRows ? job.b : job.b + start * job.bColumn, job.bColumn, job.bStep, job.packed, job.accumulate, c, job.ldc, workspace,
  )
}
