// Reading a file, gzipped or plain, where the host has files: Node from 20.16, Deno and Bun. Every bundler and edge worker
// can load this module.

import { builtin } from '../core/builtin.js'
import { NgradError } from '../errors.js'

interface FileSystem {
  statSync(path: string, options: { throwIfNoEntry: false }): { isFile(): boolean; readonly size: number } | undefined
  readFileSync(path: string): Uint8Array
}

interface Zlib {
  gunzipSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array
}

/**
 * The bytes of the first file that is there of `paths`, or of their .gz, decompressed; plain files before others.
 * Throws UNSUPPORTED where the host has no files, IO when neither can be read, FORMAT for a broken gzip file
 * and for more than `maxBytes` bytes, in the file or out of it.
 */
export function readMaybeGzipped(paths: readonly string[], maxBytes: number): { path: string; bytes: Uint8Array } {
  const [path] = paths
  const fs = required<FileSystem>('node:fs', path)
  const zlib = required<Zlib>('node:zlib', path)
  for (const candidate of [...paths, ...paths.map((plain) => `${plain}.gz`)]) {
    const bytes = readIfThere(fs, candidate, maxBytes)
    if (bytes === undefined) continue
    if (paths.includes(candidate)) return { path: candidate, bytes }
    try {
      return { path: candidate, bytes: zlib.gunzipSync(bytes, { maxOutputLength: maxBytes }) }
    } catch (cause) {
      throw new NgradError('FORMAT', candidate, `gzip data of at most ${maxBytes} bytes`, messageOf(cause), { cause })
    }
  }
  throw new NgradError(
    'IO',
    path,
    `a file of this name${paths.length > 1 ? `, or ${paths.slice(1).join(', ')},` : ''} or with .gz after it`,
    'none',
  )
}

function readIfThere(fs: FileSystem, path: string, maxBytes: number): Uint8Array | undefined {
  try {
    const found = fs.statSync(path, { throwIfNoEntry: false })
    if (found === undefined || !found.isFile()) return undefined
    if (found.size > maxBytes) throw new NgradError('FORMAT', path, `at most ${maxBytes} bytes`, found.size)
    return fs.readFileSync(path)
  } catch (cause) {
    if (cause instanceof NgradError) throw cause
    throw new NgradError('IO', path, 'a file that can be read', messageOf(cause), { cause })
  }
}

function required<Module>(name: string, path: string): Module {
  const found = builtin<Module>(name)
  if (found) return found
  throw new NgradError('UNSUPPORTED', path, `a host with ${name} (Node >= 20.16, Deno, Bun)`, 'a host without files')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
