// What training asks of its host, and which no number depends on: the time, and a turn of the event loop.

import { bytesInUse } from '../core/memory.js'

interface Host {
  readonly performance?: { now(): number }
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown
}

const host = globalThis as unknown as Host

/** Milliseconds since some fixed moment. */
export const now = (): number => host.performance?.now() ?? Date.now()

/** After this many milliseconds, or bytes more in use, the event loop gets a turn. It changes no number. */
const patience = 50
const growth = 1 << 28

/** When the last turn was, of whatever training, and how much was in use. */
const last = { time: now(), bytes: 0 }

/** Whether the event loop has not had a turn from here for long. */
export const isTurnDue = (): boolean => now() - last.time > patience || bytesInUse() - last.bytes > growth

/** Lets the event loop do what is waiting: events, and the freeing of what was forgotten. A host without timers has none. */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => void (host.setTimeout ? host.setTimeout(resolve, 0) : resolve()))
  last.time = now()
  last.bytes = bytesInUse()
}
