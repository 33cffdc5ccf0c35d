// Files, and what can be wrong with them said as NgradError `IO`.
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { NgradError } from '../errors.js'
import { removeLeftovers, temporaryName } from './leftovers.js'
import { stderr, stdout, writeAll } from './terminal.js'

const { O_CREAT, O_EXCL, O_WRONLY } = constants
/** Not every system has it; with O_EXCL it changes nothing but what is meant. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0

/** The bytes of a regular file of at most `mostBytes`: what else there is might wait, or have no end. */
export function readBytes(path: string, mostBytes: number): Uint8Array {
  return orIO(path, 'a file that can be read', () => {
    const found = statSync(path)
    if (!found.isFile()) throw new NgradError('IO', path, 'a regular file', 'something else')
    if (found.size > mostBytes) throw new NgradError('FORMAT', path, `at most ${mostBytes} bytes`, found.size)
    return readFileSync(path)
  })
}

/** Throws `IO` where a file could not be written: before work whose result it is to have. */
export function requireWritable(path: string): void {
  orIO(path, 'a file that can be written', () => {
    const old = statSync(path, { throwIfNoEntry: false })
    if (old?.isDirectory()) throw new NgradError('IO', path, 'a file', 'a folder')
    accessSync(old ? path : dirname(resolve(path)), constants.W_OK)
    if (!old && !statSync(dirname(resolve(path))).isDirectory()) throw new NgradError('IO', dirname(path), 'a folder', 'a file')
  })
}

/** What is done with what a file holds: what is wrong with that is said of the file. */
export function aboutFile<T>(path: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    if (!(error instanceof NgradError) || error.where.startsWith(path)) throw error
    throw new NgradError(error.code, `${path}: ${error.where}`, error.expected, error.got, { cause: error })
  }
}

/**
 * Writes a file that is there whole or not at all, whatever ends this process or the machine meanwhile: into a new file
 * beside it, onto the disk, and by renaming over the old one, whose mode and owner it has. A symbolic link stays, and leads
 * to the new file; what is no regular file, such as /dev/stdout, is written to as it is.
 */
export function replaceFile(path: string, data: string | Uint8Array): void {
  orIO(path, 'a file that can be written', () => {
    const old = statSync(path, { throwIfNoEntry: false })
    const output = old && outputOf(old)
    if (output !== undefined) return writeAll(output, data)
    if (old && !old.isFile()) return writeInto(path, data)
    const target = targetOf(path)
    if (old) accessSync(target, constants.W_OK)
    replace(target, old, data)
  })
}

/** Which of our own outputs a file is, if any: under another name it would be another. */
const outputOf = ({ dev, ino }: Stats): number | undefined =>
  [stdout.file, stderr.file].find((file) => {
    const open = fstatSync(file)
    return open.dev === dev && open.ino === ino
  })

function writeInto(path: string, data: string | Uint8Array): void {
  const file = openSync(path, O_WRONLY)
  try {
    writeAll(file, data)
  } finally {
    closeSync(file)
  }
}

function replace(target: string, old: Stats | undefined, data: string | Uint8Array): void {
  removeLeftovers(target)
  const temporary = temporaryName(target)
  // Nobody else's while it is written.
  const file = openNew(temporary, old ? 0o600 : 0o666)
  try {
    try {
      writeFileSync(file, data)
      if (old) inherit(file, old)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(target))
}

/** A file that was not there: what another process planted under its name is not followed, nor written to. */
export const openNew = (path: string, mode: number): number => openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)

/** Gives a file the owner, where we may, and the mode of another. */
function inherit(file: number, { uid, gid, mode }: Stats): void {
  try {
    fchownSync(file, uid, gid)
  } catch {
    // It stays ours, as it would if we had made the old one.
  }
  fchmodSync(file, mode & 0o777)
}

/** A new name is on the disk once its folder is; not every system lets a folder be opened, or synced. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {
    // see above
  }
}

/** As many as Linux follows. */
const mostLinks = 40

/** What a path leads to, through links, whether it is there or not. */
function targetOf(path: string, links = 0): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path
  if (links === mostLinks) throw new NgradError('IO', path, `at most ${mostLinks} links`, 'more')
  return targetOf(resolve(dirname(path), readlinkSync(path)), links + 1)
}

function orIO<T>(path: string, expected: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (cause instanceof NgradError) throw cause
    throw new NgradError('IO', path, expected, (cause as Error).message, { cause })
  }
}
