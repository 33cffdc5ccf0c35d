// The other end of parallel.ts: what a thread does with the pieces that it is given.
import { parentPort } from 'node:worker_threads'

/** Answers every piece with its result. */
export function serve<Piece, Result>(work: (piece: Piece, note: (text: string) => void) => Result | Promise<Result>): void {
  const port = parentPort!
  port.on('message', (piece: Piece) => {
    void Promise.resolve()
      .then(() => work(piece, (note) => port.postMessage({ note })))
      .then(
        (result) => port.postMessage({ result }),
        (error: unknown) => {
          // Thrown outside of any promise, it ends the thread, whose owner hears of it.
          setImmediate(() => {
            throw error
          })
        },
      )
  })
}
