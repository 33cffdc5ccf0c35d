#!/usr/bin/env node
// The program. A thread of its own does the work, work.ts, since a step may take minutes in which its thread hears
// nothing: this one is always free to hear a signal, and to end the process soon after it.
import { Worker } from 'node:worker_threads'
import { ask, interrupted, shared, type Signal } from './interrupt.js'
import { complain, endProgress } from './terminal.js'

/** Milliseconds that what a command puts away may take; then, that its thread may take to stop. */
const [toPutAway, toStop] = [1300, 400]

const worker = new Worker(new URL('./work.js', import.meta.url), {
  argv: process.argv.slice(2),
  workerData: { interrupts: shared, columns: process.stderr.columns, width: process.stdout.columns },
})

worker.on('exit', (code) => process.exit(interrupted() || code))
worker.on('error', (error: NodeJS.ErrnoException) => {
  endProgress()
  complain(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : String(error.stack ?? error), 'lines')
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (ask(signal)) setTimeout(() => end(signal), toPutAway)
    else end(signal)
  })

function end(signal: Signal): void {
  endProgress()
  void worker.terminate()
  // Where the system holds the thread, as it does in a read that waits, the signal does what it would without us.
  setTimeout(() => {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }, toStop)
}
