// Starts the library on several threads again and again, each time in a process of its own that draws weights at once and
// multiplies: do all have the bits of one thread? One core under load is where a race would show:
//   node -e 'for (;;);' & taskset -c 0 node scripts/thread-starts.mjs 1000 4        exit 1 where one differs
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [starts = 100, threads = 4] = process.argv.slice(2).map(Number)

function digest(threads) {
  const program = `
    import { createHash } from 'node:crypto'
    import { dense, sequential } from 'ngrad'
    import { initThreads } from 'ngrad/threads'
    if (${threads} > 0) await initThreads({ threads: ${threads} })
    const hash = createHash('sha256')
    for (const dtype of ['f32', 'f64']) {
      const network = sequential(400, [dense(700)]).build({ dtype, seed: 3 })
      for (const parameter of network.parameters) hash.update(parameter.read())
      hash.update(network.predict(Float32Array.from({ length: 400 * 120 }, (_, i) => (i % 100) / 50 - 1)))
    }
    process.stdout.write(hash.digest('hex'))`
  const { stdout, stderr, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    timeout: 60_000,
  })
  return signal ?? (stdout || stderr)
}

const right = digest(0)
let wrong = 0
for (let i = 0; i < starts; i++) {
  const got = digest(threads)
  if (got === right) continue
  wrong++
  console.log(`start ${i}: ${got}`)
}
console.log(`${starts} starts of ${threads} threads, ${wrong} wrong`)
process.exitCode = wrong > 0 ? 1 : 0
