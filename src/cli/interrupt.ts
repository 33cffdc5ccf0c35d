// Signals that ask a command to end: it ends at once, or, where it has something to put away, as soon as it has.
import { endProgress } from './terminal.js'

const codes = { SIGINT: 130, SIGTERM: 143 } as const

let waiting = false
let asked = 0

/** Called once, when the program begins. */
export function listen(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (!waiting || asked > 0) {
        endProgress()
        process.exit(codes[signal]) // a second time, without waiting
      }
      asked = codes[signal]
    })
}

/** From here on signals wait until `interrupted` is asked. */
export const deferInterrupts = (): void => void (waiting = true)

/** The exit code that a signal asks for, or 0. */
export const interrupted = (): number => asked
