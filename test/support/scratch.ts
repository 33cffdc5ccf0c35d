// Folders for what tests write.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder that is removed when the tests of its file, or of the group that asks for it, are over. */
export function scratchFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'scratch-'))
  afterAll(() => rmSync(path, { recursive: true }))
  return path
}

/** What makes folders within one, each new and empty. */
export function emptyFolders(): () => string {
  const scratch = scratchFolder()
  let count = 0
  return () => {
    const path = join(scratch, String(count++))
    mkdirSync(path)
    return path
  }
}
