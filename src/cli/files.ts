// Files, and what can be wrong with them said as NgradError `IO`.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { NgradError } from '../errors.js'

/** Writes a file of text. */
export function writeText(path: string, text: string): void {
  orIO(path, 'a file that can be written', () => writeFileSync(path, text))
}

/** The bytes of a file of at most `mostBytes`. */
export function readBytes(path: string, mostBytes: number): Uint8Array {
  return orIO(path, 'a file that can be read', () => {
    const { size } = statSync(path)
    if (size > mostBytes) throw new NgradError('FORMAT', path, `at most ${mostBytes} bytes`, size)
    return new Uint8Array(readFileSync(path))
  })
}

/**
 * Writes a file that is there whole or not at all, whatever ends this process or the machine meanwhile: into a new file
 * beside it, onto the disk, and by renaming over the old one.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`
  orIO(path, 'a file that can be written', () => {
    try {
      synced(temporary, 'w', (file) => writeFileSync(file, bytes))
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    // The new name is on the disk once its folder is; not every system lets a folder be opened.
    if (process.platform !== 'win32') synced(dirname(path), 'r', () => {})
  })
}

function synced(path: string, flags: string, use: (file: number) => void): void {
  const file = openSync(path, flags)
  try {
    use(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function orIO<T>(path: string, expected: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (cause instanceof NgradError) throw cause
    throw new NgradError('IO', path, expected, (cause as Error).message, { cause })
  }
}
