// Shares the cases among processes, ends one whose case goes on for too long, and collects what broke. A case that was slow
// or large is tried again in a process of its own, with time to end: a busy machine, or the cases before it, may have been the cause.
import { fork } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mostMilliseconds = 2000
const mostBytes = 500 * 2 ** 20
const chunk = 1000
const childFile = new URL('child.mjs', import.meta.url)

class Child {
  #place
  #process
  #seen = { number: -1, since: 0 }

  constructor(seed, folder, name) {
    const path = join(folder, name)
    writeFileSync(path, Buffer.alloc(8))
    this.#place = openSync(path, 'r')
    this.#process = fork(childFile, [String(seed), path], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.stderr = ''
    this.#process.stderr.on('data', (text) => (this.stderr = (this.stderr + text).slice(-4000)))
  }

  get at() {
    const bytes = Buffer.alloc(8)
    readSync(this.#place, bytes, 0, 8, 0)
    return bytes.readDoubleLE()
  }

  /** Runs cases [from, to): what it said, and where it stopped. A case that takes `patience` milliseconds ends the process. */
  run(from, to, patience, onMessage) {
    return new Promise((resolve) => {
      let ended
      const finish = (result) => {
        clearInterval(watch)
        this.#process.off('exit', onExit)
        this.#process.off('message', onOne)
        resolve(result)
      }
      const watch = setInterval(() => {
        if (!this.started) return
        const number = this.at
        if (number !== this.#seen.number) this.#seen = { number, since: performance.now() }
        else if (performance.now() - this.#seen.since > patience) {
          ended = number
          this.#process.kill('SIGKILL')
        }
      }, 100)
      const onExit = (code, signal) =>
        finish({
          dead: true,
          at: this.at,
          why: ended === undefined ? `ended by ${signal ?? code}: ${this.stderr.slice(0, 300)}` : 'took over 2 s',
          slow: ended !== undefined,
        })
      const onOne = (message) => {
        if (message.ready) {
          this.started = true
          this.#seen = { number: -1, since: performance.now() }
          this.#process.send({ from, to, mostBytes, mostMilliseconds })
        } else if (message.outcomes) finish({ outcomes: message.outcomes, done: message.done })
        else onMessage(message)
      }
      this.#process.on('exit', onExit)
      this.#process.on('message', onOne)
      if (this.started) {
        this.#seen = { number: -1, since: performance.now() }
        this.#process.send({ from, to, mostBytes, mostMilliseconds })
      }
    })
  }

  end() {
    this.#process.removeAllListeners()
    this.#process.kill('SIGKILL')
    closeSync(this.#place)
  }
}

/** Tries `cases` cases from `first` on; gives how they went and what broke. */
export async function supervise({ seed, first, cases, workers, progress }) {
  const folder = mkdtempSync(join(tmpdir(), 'ngrad-fuzz-'))
  const outcomes = {}
  const findings = []
  let next = first
  let started = 0
  const end = first + cases
  const add = (counts) => {
    for (const [key, count] of Object.entries(counts)) outcomes[key] = (outcomes[key] ?? 0) + count
  }
  const fresh = () => new Child(seed, folder, String(started++))

  /** A case alone: whether it breaks the same limit again. */
  async function confirm(number, what) {
    const child = fresh()
    const messages = []
    const result = await child.run(number, number + 1, 10 * mostMilliseconds, (message) => messages.push(message))
    child.end()
    const found = messages.find((message) => !message.suspect) ?? messages.find((message) => message.what === what)
    if (result.dead) findings.push({ number, what: result.why, kind: result.slow ? 'slow' : 'crash' })
    else if (found) findings.push(found)
    else add(result.outcomes)
  }

  async function work() {
    let child = fresh()
    while (next < end) {
      let from = next
      const to = Math.min(end, from + chunk)
      next = to
      while (from < to) {
        const suspects = []
        const result = await child.run(from, to, mostMilliseconds, (message) => {
          if (message.counted) add(message.counted)
          else (message.suspect ? suspects : findings).push(message)
        })
        if (result.dead) {
          suspects.push({ number: result.at, what: result.why })
          add({ 'not counted, as their process ended': (result.at - from) % 50 })
          from = result.at + 1
        } else {
          add(result.outcomes)
          from = result.done
        }
        if (result.dead || from < to || suspects.some(({ kind }) => kind === 'large')) {
          child.end()
          child = fresh()
        }
        for (const { number, what } of suspects) await confirm(number, what)
      }
      progress?.(next - first, findings.length)
    }
    child.end()
  }
  await Promise.all(Array.from({ length: workers }, work))
  rmSync(folder, { recursive: true, force: true })
  return { outcomes, findings }
}
