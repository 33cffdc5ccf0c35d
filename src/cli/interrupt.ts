// Signals that ask a command to end, heard by the main thread and obeyed by the one that works: it ends at once, or, where
// it has something to put away, as soon as it has. What the two share are two numbers.
import { workerData } from 'node:worker_threads'

export const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
export type Signal = keyof typeof codes

const [asked, waiting] = [0, 1]

export const shared: Int32Array = (workerData as { interrupts?: Int32Array } | null)?.interrupts ?? new Int32Array(new SharedArrayBuffer(8))

/** From here on a signal waits until the worker has asked whether it is `interrupted`; though not for long. */
export const deferInterrupts = (): void => void Atomics.store(shared, waiting, 1)

/** From here on a signal ends the command at once. */
export const allowInterrupts = (): void => void Atomics.store(shared, waiting, 0)

/** The exit code that a signal asks for, or 0. */
export const interrupted = (): number => Atomics.load(shared, asked)

/** Says that a signal came. Whether it is the first, and the worker wants to put something away. */
export const ask = (signal: Signal): boolean =>
  Atomics.compareExchange(shared, asked, 0, codes[signal]) === 0 && Atomics.load(shared, waiting) === 1
