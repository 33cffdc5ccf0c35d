// Jobs on this machine, so many at a time, each in a process of its own. What a job comes to is kept as it ends. What fails for other
// reasons than its numbers is tried again, three times in all, after a longer wait each time.
import { spawn } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { keyOf } from './job.js'
import { Contradiction } from './store.js'

const program = fileURLToPath(new URL('run-job.js', import.meta.url))
const attempts = 3
const firstWait = 250

const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', node: process.version, platform: `${process.platform} ${process.arch}` }

/** What a process came to. */
function inProcess(job, store, every, children) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] })
    children.add(child)
    let [out, said] = ['', '']
    child.stdout.on('data', (text) => (out += text))
    child.stderr.on('data', (text) => (said += text))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      children.delete(child)
      if (code === 0 || code === 2) {
        try {
          return resolve(JSON.parse(out))
        } catch {
          // it ended in the middle of what it said
        }
      }
      reject(new Error(signal ? `ended by ${signal}` : said.trim().split('\n').slice(-8).join('\n') || `exit code ${code}`))
    })
    child.stdin.on('error', () => {}) // a child that is gone says so by its code
    child.stdin.end(JSON.stringify({ job, store: store.folder, every }))
  })
}

/**
 * Runs the jobs that the store has no result of.
 *
 * @param {{ jobs?: number, every?: number, signal?: AbortSignal, note?: (done: number, all: number, job: object, outcome: string) => void }} options
 * @returns {Promise<{ failed: { job: object, reason: string }[] }>} those that failed three times
 */
export async function runAll(all, store, { jobs = availableParallelism(), every = 3, signal, note = () => {} } = {}) {
  const missing = all.filter((job) => store.get(keyOf(job)) === undefined)
  const children = new Set()
  const failed = []
  let ended = false
  let done = all.length - missing.length
  const stop = () => children.forEach((child) => child.kill('SIGKILL'))
  signal?.addEventListener('abort', stop)
  const worker = async () => {
    for (let job = missing.shift(); job !== undefined && !ended && !signal?.aborted; job = missing.shift())
      for (let attempt = 1; ; attempt++) {
        try {
          const began = performance.now()
          const result = await inProcess(job, store, every, children)
          store.put({ job, ...result, found: { at: new Date().toISOString(), seconds: (performance.now() - began) / 1000, machine } })
          note(++done, all.length, job, result.outcome)
          break
        } catch (error) {
          if (ended || signal?.aborted) return
          if (error instanceof Contradiction) throw error
          if (attempt === attempts) {
            failed.push({ job, reason: error.message })
            break
          }
          await new Promise((resolve) => setTimeout(resolve, firstWait * 4 ** (attempt - 1)))
        }
      }
  }
  try {
    await Promise.all(Array.from({ length: jobs }, worker))
  } finally {
    ended = true
    stop()
    signal?.removeEventListener('abort', stop)
  }
  return { failed }
}
