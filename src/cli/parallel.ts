// Independent pieces of a command's work, each done by the next thread that is free. What a thread is given and gives back are
// plain data: rules go by their names.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** How many threads work where nobody says. */
export const processors = availableParallelism()

interface Message<Result> {
  /** What the piece came to, or a line on where it is. */
  readonly result?: Result
  readonly note?: string
}

/**
 * Yields the number and the result of each piece as it ends. The module at `worker` answers, by `serve`, one message of a piece
 * with one of its result. What fails ends all.
 *
 * @param note hears what a piece says of itself meanwhile
 */
export async function* inParallel<Piece, Result>(
  worker: URL,
  pieces: readonly Piece[],
  threads: number,
  note: (text: string) => void = () => {},
): AsyncGenerator<readonly [number: number, result: Result], void> {
  const ended: [number, Result][] = []
  let failure: Error | undefined
  let wake = (): void => {}
  let next = 0
  const begin = (thread: Worker): void => {
    const number = next++
    if (number >= pieces.length) return
    thread.removeAllListeners('message')
    thread.on('message', ({ result, note: text }: Message<Result>) => {
      if (text !== undefined) return note(text)
      ended.push([number, result as Result])
      wake()
      begin(thread)
    })
    thread.postMessage(pieces[number])
  }
  const workers = Array.from({ length: Math.min(threads, pieces.length) }, () => {
    const thread = new Worker(worker)
    thread.on('error', (error) => {
      failure = error
      wake()
    })
    begin(thread)
    return thread
  })
  try {
    for (let count = 0; count < pieces.length;) {
      if (failure) throw failure
      const one = ended.shift()
      if (one) {
        count++
        yield one
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    await Promise.all(workers.map((thread) => thread.terminate()))
  }
}
