// How a program is run under workerd, and a page in a browser.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { build } from 'esbuild'

/** Bundles a worker, starts workerd with it on a free port of this machine, and hands its address to `use`. */
export async function underWorkerd({ workerd, entry, folder, name }, use) {
  const bundle = join(folder, `${name}.js`)
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    external: ['*.wasm'],
    logLevel: 'error',
  })
  writeFileSync(join(folder, 'core.wasm'), readFileSync('node_modules/ngrad/dist/core/core.wasm'))
  const config = join(folder, `${name}.capnp`)
  const port = await freePort()
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${basename(bundle)}"), (name = "./core.wasm", wasm = embed "core.wasm")],
  compatibilityDate = "2026-01-01",
);
`,
  )
  const child = spawn(workerd, ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => (said += text))
  try {
    const url = `http://127.0.0.1:${port}/`
    for (let tries = 0; ; tries++) {
      try {
        return await use(url)
      } catch (error) {
        if (tries > 50 || child.exitCode !== null || error.cause?.code !== 'ECONNREFUSED')
          throw new Error(said || String(error), { cause: error })
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  } finally {
    child.kill()
  }
}

/** Serves this folder to a browser until a page of it posts a result. */
export async function inBrowser(command, args, milliseconds, page = 'page.html') {
  const profile = mkdtempSync(join(tmpdir(), 'ngrad-browser-'))
  const types = { '.js': 'text/javascript', '.html': 'text/html' }
  let child
  const server = createServer()
  try {
    return await new Promise((resolve, reject) => {
      server.on('request', (request, response) => {
        if (request.method === 'POST') {
          let text = ''
          request.on('data', (part) => (text += part)).on('end', () => (response.end(), resolve(text)))
          return
        }
        try {
          const path = relative(new URL(request.url, 'http://localhost').pathname)
          const body = readFileSync(path)
          response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(body)
        } catch {
          response.writeHead(404).end()
        }
      })
      server.listen(0, '127.0.0.1', () => {
        child = spawn(command, [...args(profile), `http://127.0.0.1:${server.address().port}/${relative(page)}`], {
          stdio: 'ignore',
          detached: true,
        })
        child.on('error', reject)
        child.on('exit', (code) => reject(new Error(`it ended with ${code}`)))
      })
      setTimeout(() => reject(new Error('it took too long')), milliseconds).unref()
    })
  } finally {
    if (child?.exitCode === null) {
      child.removeAllListeners('exit')
      const ended = new Promise((resolve) => child.on('exit', resolve))
      process.kill(-child.pid) // it and its helpers, which are a group of their own
      await ended
    }
    server.close()
    server.closeAllConnections()
    // Helpers of the browser may outlive it for a moment, and write on.
    rmSync(profile, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
  }
}

/** A path within this folder. */
const relative = (path) => (path.startsWith(process.cwd()) ? path.slice(process.cwd().length + 1) : path.replace(/^\//, ''))

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
