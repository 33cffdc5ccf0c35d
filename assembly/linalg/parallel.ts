// Products shared by threads: only in the build with shared memory, core-threads.wasm.
//
// The crew is the main thread and its helpers: instances of the same module over the same memory, each in a worker of
// its own, which it spends in `serve`. The main thread writes a product down in the crew's record and sets `left` to the
// number of its shares. Whoever has nothing to do, the main thread too, takes the next share by counting `left` down (by
// compare and exchange), until none is left; then the main thread waits until those that helpers took are done. So a helper
// that is late, asleep or dead takes no share, and the others do its work; and none can take a share of a product that
// is over. A share is a range of columns of C or, where there are more rows or B was packed beforehand, of rows. What an
// element is made of depends on k alone (see gemm.ts), so that the bits are those of one thread, whoever computes it.
//
// A helper that has taken a share and does not finish it gives no sign of life (beat.ts). Then nobody can tell what it
// has written, or will: the main thread sends all helpers home for good, and leaves the product by calling `lost`, which throws.
//
// Globals are an instance's own, such as those of the allocator: a helper allocates nothing.
//
// Neighbouring products follow one another within microseconds, so that a helper looks for the next one for a while
// before it sleeps. The main thread never sleeps: browsers do not let it.

import { allocate } from '../memory'
import { beatAt } from './beat'
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
/** How often the main thread looks for a sign of life, which helpers give within microseconds: some seconds. */
// @ts-ignore: decorator
@inline
const PATIENCE: i64 = 1 << 30

/** Throws an error of the host's. */
@external("env", "lost")
declare function lost(): void

/** The product at hand; all threads read it. */
@unmanaged
class Crew {
  /** How many shares nobody has taken yet; -1 once the helpers have been dismissed. */
  left: i32
  /** How many shares helpers have finished. */
  done: i32
  /** Counted up by helpers at work. */
  beats: u32
  /** Into how many shares the product is cut: one for each thread. */
  shares: i32
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
  made.shares = helpers + 1
  made.scratch = scratch
  crew = record
  return record
}

/** Sends the helpers home: products are computed on one thread again. */
export function dismiss(): void {
  if (crew == 0) return
  announce(crew, -1)
  crew = 0
}

/** One helper less: cuts products into fewer shares. */
export function leave(): void {
  if (crew != 0) changetype<Crew>(crew).shares--
}

/**
 * What helper `index`, from 1, does. Returns false when nothing came for a while: then it may sleep while `left` is 0; or
 * true when it is dismissed. (Node 20's baseline compiler loses locals across memory.atomic.wait32, so that the worker
 * sleeps in JavaScript.)
 */
export function serve(record: usize, index: i32): bool {
  const crew = changetype<Crew>(record)
  const workspace = crew.scratch + usize(index - 1) * gemmWorkspace()
  beatAt(record + offsetof<Crew>('beats'))
  for (let looks = 0; looks < LOOKS; looks++) {
    if (atomic.load<i32>(record) < 0) return true
    const taken = take(record)
    if (taken < 0) continue
    if (crew.double) share<f64>(crew, taken, workspace)
    else share<f32>(crew, taken, workspace)
    atomic.add<i32>(record + offsetof<Crew>('done'), 1)
    looks = 0
  }
  return false
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
  atomic.store<i32>(crew + offsetof<Crew>('done'), 0)
  announce(crew, job.shares)
  let helped = job.shares
  for (let taken = take(crew); taken >= 0; taken = take(crew)) {
    share<T>(job, taken, workspace)
    helped--
  }
  if (!finished(crew, helped)) {
    dismiss()
    lost()
  }
  return true
}

/** Waits until helpers have done that many shares; false when none of them gives a sign of life any more. */
function finished(record: usize, shares: i32): bool {
  let seen: u32 = 0
  for (let looks: i64 = 0; looks < PATIENCE; looks++) {
    if (atomic.load<i32>(record + offsetof<Crew>('done')) == shares) return true
    const beats = atomic.load<u32>(record + offsetof<Crew>('beats'))
    if (beats != seen) looks = 0
    seen = beats
  }
  return false
}

/** Takes a share, counted from 0; -1 where none is left. */
function take(record: usize): i32 {
  while (true) {
    const left = atomic.load<i32>(record)
    if (left <= 0) return -1
    if (atomic.cmpxchg<i32>(record, left, left - 1) == left) return left - 1
  }
}

/** Says how many shares there are, and wakes who sleeps. */
function announce(record: usize, left: i32): void {
  atomic.store<i32>(record, left)
  atomic.notify(record, -1)
}

/** Share `index` of the product: even ranges, in units of the micro-kernel's tile. */
function share<T>(job: Crew, index: i32, workspace: usize): void {
  const byRows = job.packed != 0 || job.m > job.n
  const whole = byRows ? job.m : job.n
  const unit = byRows ? MR : NR<T>()
  const shares = usize(job.shares)
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
