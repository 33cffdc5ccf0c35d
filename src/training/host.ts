// What training asks of its host, and which no number depends on: the time, and a turn of the event loop.

interface Host {
  readonly performance?: { now(): number }
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown
}

const host = globalThis as unknown as Host

/** Milliseconds since some fixed moment. */
export const now = (): number => host.performance?.now() ?? Date.now()

/** Lets the event loop do what is waiting. */
export const turn = (): Promise<void> => new Promise((resolve) => void host.setTimeout(resolve, 0))
