import { writeFileSync } from 'node:fs'
import { NgradError } from '../errors.js'

/** Writes a file of text. Throws NgradError `IO`. */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (cause) {
    throw new NgradError('IO', path, 'a file that can be written', (cause as Error).message, { cause })
  }
}
