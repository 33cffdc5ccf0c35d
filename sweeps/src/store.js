// The store is the truth: a folder with a file for each result, by the key of its job. Files are written under another name and
// renamed, so that there is a whole one or none; one that is not what its name says is put aside, and its job is run again.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { canonical, keyOf, sha256 } from './job.js'

/** A job that was run twice and gave two results, which exact arithmetic does not. */
export class Contradiction extends Error {}

/** What of a result is a function of its job: all but when and where it was found. */
const sealOf = ({ job, outcome, numbers, digest }) => sha256(canonical({ job, outcome, numbers, digest }))

export class Store {
  /** Keys of files that were put aside. */
  corrupt = []

  constructor(folder) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
  }

  path = (key) => join(this.folder, key.slice(0, 2), `${key}.json`)
  checkpoint = (key) => join(this.folder, key.slice(0, 2), `${key}.safetensors`)

  /** The result of a job, or undefined. */
  get(key) {
    let text
    try {
      text = readFileSync(this.path(key), 'utf8')
    } catch (error) {
      if (error.code === 'ENOENT') return undefined
      throw error
    }
    try {
      const result = JSON.parse(text)
      if (keyOf(result.job) === key && sealOf(result) === result.seal) return result
    } catch {
      // not JSON, or not of this form
    }
    renameSync(this.path(key), `${this.path(key)}.corrupt`)
    this.corrupt.push(key)
    return undefined
  }

  /** Keeps a result. Throws Contradiction where there is one with other numbers. */
  put(result) {
    const key = keyOf(result.job)
    const known = this.get(key)
    if (known) {
      if (known.seal === sealOf(result)) return
      throw new Contradiction(`${key}: ${canonical(result.job)} gave ${known.digest}, and now ${result.digest}`)
    }
    this.write(this.path(key), `${JSON.stringify({ ...result, seal: sealOf(result) }, null, 1)}\n`)
    rmSync(this.checkpoint(key), { force: true })
  }

  /** A file in one piece. */
  write(path, data) {
    mkdirSync(join(path, '..'), { recursive: true })
    const temporary = `${path}.${process.pid}.tmp`
    const file = openSync(temporary, 'w')
    try {
      const bytes = Buffer.from(data)
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } catch (error) {
      closeSync(file)
      rmSync(temporary, { force: true })
      throw error
    }
    closeSync(file)
    renameSync(temporary, path)
  }

  /** The bytes of a training that was stopped, or undefined. */
  unfinished(key) {
    const path = this.checkpoint(key)
    return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined
  }

  /** [key, seal] of every result, in the order of the keys: what two stores are compared by. */
  seals() {
    const folders = readdirSync(this.folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const keys = folders.flatMap(({ name }) =>
      readdirSync(join(this.folder, name)).flatMap((file) => (/^[0-9a-f]{64}\.json$/.test(file) ? file.slice(0, 64) : [])),
    )
    return keys.sort().flatMap((key) => {
      const result = this.get(key)
      return result ? [[key, result.seal]] : []
    })
  }
}
