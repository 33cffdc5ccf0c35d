// Python's peers live in one child process, which is spoken to in lines of JSON, so that their rounds interleave with
// those of the others. They time themselves, by the time of their process.
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const modules = ['numpy', 'torch', 'jax']

/** One thread for everyone; which kernels OpenBLAS takes is its own choice, unless told with --openblas. */
function environment({ openblas }) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^OPENBLAS_(CORETYPE|L2_SIZE)$/.test(name))
  return {
    ...Object.fromEntries(inherited),
    OPENBLAS_NUM_THREADS: '1',
    OMP_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
    JAX_PLATFORMS: 'cpu',
    XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1',
    ...(openblas && { OPENBLAS_CORETYPE: openblas }),
  }
}

/** The Python that has most of the modules, and which it has. */
function findPython(env) {
  const question = `import importlib.util as u; print(*[m for m in ${JSON.stringify(modules)} if u.find_spec(m)])`
  const found = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean).map((path) => {
    const { status, stdout } = spawnSync(path, ['-c', question], { env, encoding: 'utf8' })
    return { path, has: status === 0 ? stdout.trim().split(/\s+/).filter(Boolean) : [] }
  })
  return found.reduce((best, one) => (one.has.length > best.has.length ? one : best))
}

let python
let child

function start(settings) {
  const process = spawn(python.path, [fileURLToPath(new URL('serve.py', import.meta.url))], {
    env: environment(settings),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = []
  let gone = null
  const fail = (error) => {
    gone = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  process.on('error', fail)
  process.on('exit', (code) => fail(new Error(`Python ended with ${code}`)))
  process.stdin.on('error', fail)
  createInterface({ input: process.stdout }).on('line', (line) => {
    const { resolve, reject } = waiting.shift()
    const answer = JSON.parse(line)
    if (answer.error) reject(new Error(answer.error))
    else resolve(answer)
  })
  let users = 0
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone)
        waiting.push({ resolve, reject })
        process.stdin.write(`${JSON.stringify(question, packed)}\n`)
      }),
    enter: () => users++,
    leave: () => {
      if (--users === 0) process.stdin.end()
    },
  }
}

const packed = (_, value) =>
  ArrayBuffer.isView(value)
    ? {
        type: value instanceof Float64Array ? 'f64' : 'f32',
        base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
      }
    : value

function unpacked({ type, base64 }) {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
  return type === 'f64' ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer)
}

export async function openInPython(peer, settings) {
  python ??= findPython(environment(settings))
  if (!python.has.includes(peer)) return { absent: 'no Python that has it' }
  child ??= start(settings)
  const { ask, enter, leave } = child
  const { kinds, ...about } = await ask({ op: 'open', peer })
  enter()
  if (about.absent) return { absent: about.absent, close: leave }
  const trial = async (work) => {
    const { id } = await ask({ op: 'trial', peer, work })
    if (id === null) return null
    return {
      run: async (repeats) => (await ask({ op: 'time', id, repeats })).value,
      time: (repeats) => ask({ op: 'time', id, repeats }),
      result: async () => unpacked(await ask({ op: 'result', id })),
      close: () => ask({ op: 'close', id }),
    }
  }
  return { ...about, ...Object.fromEntries(kinds.map((kind) => [kind, trial])), close: leave }
}
