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
  /** Ends the other threads; products are computed on the caller's from then on. Twice is nothing. */
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
 * @param options.threads from 1 to 64
 * @throws NgradError `RANGE` or `TYPE` for another number, `STATE` when the core is already running, `UNSUPPORTED` where the
 *   host shares no memory or starts no workers, `OUT_OF_MEMORY`
 */
export async function initThreads(options: { readonly threads: number }): Promise<Threads> {
  const where = 'initThreads({ threads })'
  const { threads } = requireOptions(where, options)
  requireInteger(where, threads, 1, mostThreads)
  requireNotRunning(where)
  const start = workers(where)
  const memory = sharedMemory(where)
  const module = compile(where, 'a host that compiles WebAssembly with SIMD and threads', decodeText(common, text))
  const core = sharing(module, memory)
  const dismiss = (): void => void core.kernels.dismiss!()
  const crew = core.kernels.assemble!(threads - 1) >>> 0
  if (crew === 0) throw new NgradError('OUT_OF_MEMORY', where, `memory for ${threads} threads`, 'no more memory')
  try {
    await Promise.all(Array.from({ length: threads - 1 }, (_, i) => start({ module, memory, crew, index: i + 1 })))
    run(where, core)
  } catch (error) {
    dismiss() // those that did start
    if (error instanceof NgradError) throw error
    throw new NgradError('UNSUPPORTED', where, 'a host that starts workers', String(error))
  }
  return { count: threads, dismiss }
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

/** Starts a worker; resolves when it is about to serve. */
type Start = (post: Post) => Promise<void>

/** A helper's life: it serves until nothing comes for a while, and sleeps until the count of products moves on. */
const serving = `
  const { serve } = new WebAssembly.Instance(module, { env: { memory } }).exports
  const turn = new Int32Array(memory.buffer, crew, 1)
  for (let seen = 0; (seen = serve(crew, index, seen)) >= 0; ) Atomics.wait(turn, 0, seen)`

interface NodeWorker {
  once(event: 'message' | 'error', listener: (value: unknown) => void): void
  unref(): void
}

interface WebWorker {
  onmessage: (() => void) | null
  onerror: ((event: { message?: string }) => void) | null
  postMessage(post: Post): void
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
    return (workerData) =>
      new Promise((resolve, reject) => {
        const worker = new node.Worker(
          `const { parentPort, workerData: { module, memory, crew, index } } = require('node:worker_threads')
          parentPort.postMessage('ready')
          ${serving}`,
          { eval: true, execArgv: [], workerData }, // whatever the process was started with, this is no module
        )
        worker.once('message', () => {
          worker.unref()
          resolve()
        })
        worker.once('error', reject)
      })
  if (Worker && URL && Blob)
    return (post) =>
      new Promise((resolve, reject) => {
        const code = `onmessage = ({ data: { module, memory, crew, index } }) => {
          postMessage('ready')
          ${serving}
          close()
        }`
        const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
        const worker = new Worker(url, { type: 'module' })
        worker.onmessage = () => {
          URL.revokeObjectURL(url)
          resolve()
        }
        worker.onerror = ({ message }) => reject(new Error(message ?? 'a worker failed'))
        worker.postMessage(post)
      })
  throw new NgradError('UNSUPPORTED', where, 'a host that starts workers', 'none')
}
