import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built command line, its output into pipes; `meanwhile` may do something to it. */
export function ngrad(words: readonly string[], meanwhile: (child: ChildProcess) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words])
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => (stdout += text))
  child.stderr.on('data', (text) => (stderr += text))
  meanwhile(child)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}
