// Large products on several threads, by a build of the core whose memory is shared. A module of its own, so that a
// program which does not ask for it does not carry it.
import { NgradError, requireInteger, requireOptions } from '../errors.js'
import { builtin } from './builtin.js'
import { decodeText } from './bytes-text.js'
import { compile, requireNotRunning, run, type SharedMemory, sharing, webAssembly } from './wasm.js'
import { common, text } from './wasm-bytes-threads.js'

/** The limits of core-threads.wasm, in pages of 64 KiB. */
const pages = { initial: 16, maximum: 32768 }
const mostThreads = 64

/** Threads at work. */
export interface Threads {
  /** How many compute a large product, the caller's own included. */
  readonly count: number
  /** Sends the other threads home; products are computed on the caller's from then on. Twice is nothing. */
  dismiss(): void
}

/**
 * Splits large matrix products (from 256^3 multiplications on) over `threads` threads: the caller's, and workers that share
 * its memory. All numbers have the same bits as on one thread, for any number of threads. To be called before the first
 * network is built; one thread is the default of the library, and the right choice wherever cores are shared.
 *
 * ```ts
 * import { initThreads } from 'ngrad/threads'
 * const { dismiss } = await initThreads({ threads: 4 })
 * ```
 *
 * The workers do not keep a process of Node's alive. In a browser the page must be cross-origin isolated.
 *
 * A worker that ends is missed by nobody: the other threads do its work. One that ends or hangs in the middle of a product
 * makes whatever asked for that product throw `STATE`, some seconds later; all workers are then ended, and everything goes on
 * with the caller's thread alone.
 *
 * @param options.threads from 1 to 64
 * @throws NgradError `RANGE` or `TYPE` for another number, `STATE` when the core is already running, `UNSUPPORTED` where the
 *   host shares no memory or starts no workers, `OUT_OF_MEMORY`
 */
export async function initThreads(options: { readonly threads: number }): Promise<Threads> {
  const where = 'initThreads({ threads })'
  const { threads } = requireOptions(where, options, { threads: true })
  requireInteger(where, threads, 1, mostThreads)
  requireNotRunning(where)
  const start = workers(where)
  const memory = sharedMemory(where)
  const module = compile(where, 'a host that compiles WebAssembly with SIMD and threads', decodeText(common, text))
  const ends: (() => void)[] = []
  const lost = (): never => {
    for (const end of ends) end() // one that merely stood still would go on writing
    throw new NgradError('STATE', 'a product on several threads', 'all of them to do their share', 'one that ended or hangs')
  }
  const core = sharing(module, { memory, lost })
  const { assemble, dismiss, leave } = core.kernels
  const crew = assemble(threads - 1) >>> 0
  if (crew === 0) throw new NgradError('OUT_OF_MEMORY', where, `memory for ${threads} threads`, 'no more memory')
  try {
    const posts = Array.from({ length: threads - 1 }, (_, i) => ({ module, memory, crew, index: i + 1 }))
    await Promise.all(posts.map((post) => start(post, ends, () => leave())))
    run(where, core)
  } catch (error) {
    dismiss() // those that did start
    if (error instanceof NgradError) throw error
    throw new NgradError('UNSUPPORTED', where, 'a host that starts workers', String(error))
  }
  return { count: threads, dismiss: () => void dismiss() }
}

function sharedMemory(where: string): SharedMemory {
  const expected = 'a host with shared WebAssembly memory (a browser has it on cross-origin isolated pages)'
  if (typeof SharedArrayBuffer === 'undefined') throw new NgradError('UNSUPPORTED', where, expected, 'no SharedArrayBuffer')
  try {
    return new (webAssembly().Memory)({ ...pages, shared: true })
  } catch (error) {
    throw new NgradError('UNSUPPORTED', where, expected, String(error))
  }
}

/** What a worker is told. */
interface Post {
  readonly module: object
  readonly memory: SharedMemory
  readonly crew: number
  readonly index: number
}

/**
 * Starts a worker; resolves when it has instantiated the core, and rejects when it fails before. `ends` gains what ends it;
 * `left` is called when it has ended.
 */
type Start = (post: Post, ends: (() => void)[], left: () => void) => Promise<void>

/**
 * A helper's life: it serves until nothing comes for a while, and sleeps until there are shares to take. It is ready only
 * once it has instantiated the core, which is the last that it does to the memory unasked.
 */
const serving = (ready: string) => `
  const { serve } = new WebAssembly.Instance(module, { env: { memory, lost() {} } }).exports
  const left = new Int32Array(memory.buffer, crew, 1)
  ${ready}
  while (!serve(crew, index)) Atomics.wait(left, 0, 0)`

interface NodeWorker {
  once(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void
  terminate(): unknown
  unref(): void
}

interface WebWorker {
  onmessage: (() => void) | null
  onerror: ((event: { message?: string }) => void) | null
  postMessage(post: Post): void
  terminate(): void
}

interface Host {
  readonly Worker?: new (url: string, options: { type: 'module' }) => WebWorker
  readonly URL?: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void }
  readonly Blob?: new (parts: string[], options: { type: string }) => object
}

/** How this host starts workers: Node's own, which Deno and Bun have too, or the web's. */
function workers(where: string): Start {
  const { Worker, URL, Blob } = globalThis as unknown as Host
  const node = builtin<{ Worker: new (code: string, options: object) => NodeWorker }>('node:worker_threads')
  if (node)
    return (workerData, ends, left) =>
      new Promise((resolve, reject) => {
        const worker = new node.Worker(
          // in a block: to Deno and Bun, module is declared around it
          `{
            const { parentPort, workerData: { module, memory, crew, index } } = require('node:worker_threads')
            ${serving("parentPort.postMessage('ready')")}
          }`,
          { eval: true, execArgv: [], workerData }, // whatever the process was started with, this is no module
        )
        ends.push(() => void worker.terminate())
        worker.once('message', () => {
          worker.unref()
          resolve()
        })
        worker.once('error', reject)
        worker.once('exit', (code) => {
          reject(new Error(`a worker ended with ${String(code)}`))
          left()
        })
      })
  if (Worker && URL && Blob)
    return (post, ends, left) =>
      new Promise((resolve, reject) => {
        const code = `onmessage = ({ data: { module, memory, crew, index } }) => {
          ${serving("postMessage('ready')")}
          close()
        }
        onmessageerror = () => { throw new Error('a worker was not given the memory') }`
        const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
        const worker = new Worker(url, { type: 'module' })
        ends.push(() => worker.terminate())
        worker.onmessage = () => {
          URL.revokeObjectURL(url)
          resolve()
        }
        worker.onerror = ({ message }) => {
          reject(new Error(message ?? 'a worker failed'))
          left()
        }
        worker.postMessage(post)
      })
  throw new NgradError('UNSUPPORTED', where, 'a host that starts workers', 'none')
}
