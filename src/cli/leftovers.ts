// Names of the files that a save writes before it renames them, and what becomes of those whose process was killed
// meanwhile. A name says which file it was to become, and who writes it: nobody can foresee it, and the next save to the
// same file can tell what a dead process left from what a living one is writing.
//
//   .ngrad-<file>-<system>-<process>-<since>-<random>.tmp
import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Processes are told apart where the system says since when each runs, within one boot and one namespace of numbers. */
interface Process {
  readonly system: string
  readonly id: number
  readonly since: string
}

/** Nobody writes this long. */
const aDay = 24 * 60 * 60 * 1000

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

const prefixOf = (target: string): string => `.ngrad-${hash(basename(target))}-`

const self = ((): Process => {
  try {
    const system = hash(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + readlinkSync('/proc/self/ns/pid'))
    return { system, id: process.pid, since: startOf(process.pid) ?? '0' }
  } catch {
    return { system: '0', id: process.pid, since: '0' } // a system without /proc
  }
})()

/** When a process began, in ticks since the system did; undefined where there is none. */
function startOf(id: number): string | undefined {
  try {
    // After the name, in parentheses, which may hold anything: the 20th field.
    return readFileSync(`/proc/${id}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')[19]
  } catch {
    return undefined
  }
}

/** A name beside `target` that nothing has. */
export const temporaryName = (target: string): string =>
  join(dirname(target), `${prefixOf(target)}${self.system}-${self.id}-${self.since}-${randomBytes(12).toString('hex')}.tmp`)

const cleaned = new Set<string>()

/** Removes what processes that are no more left of their saves to `target`; once in a process is enough. */
export function removeLeftovers(target: string): void {
  if (cleaned.has(target)) return
  cleaned.add(target)
  const [folder, prefix] = [dirname(target), prefixOf(target)]
  for (const name of readdirSync(folder)) if (name.startsWith(prefix)) removeIfLeft(join(folder, name), name.slice(prefix.length))
}

function removeIfLeft(path: string, rest: string): void {
  const [, system, id, since] = /^([0-9a-f]+)-(\d+)-(\d+)-[0-9a-f]{24}\.tmp$/.exec(rest) ?? []
  if (system === undefined || id === undefined || since === undefined) return
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found?.isFile() || found.uid !== (process.getuid?.() ?? found.uid)) return
  const known = system === self.system && system !== '0'
  const dead = known ? startOf(Number(id)) !== since : Date.now() - found.mtimeMs > aDay
  if (dead) rmSync(path, { force: true })
}
