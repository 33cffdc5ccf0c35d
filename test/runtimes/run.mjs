// `npm run test:runtimes [-- --only deno,bun]`: packs the library as it would be published, and runs it on every runtime
// and through every bundler. Each must give the digests of ../digests.json. Prints a table; a runtime that is not here is
// a row that says so, and a failure. README.md beside this file says what has to be installed.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
process.chdir(fileURLToPath(new URL('.', import.meta.url)))
const out = join(process.cwd(), 'out')
const expected = JSON.parse(readFileSync('../digests.json', 'utf8'))
const milliseconds = 300_000

// Not `npm ci`, which wants the binaries of every other platform in the lock file, where npm does not always put them.
execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'inherit' })
rmSync(out, { recursive: true, force: true })
mkdirSync(out)
const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', out, '../..'], {
  encoding: 'utf8',
}).trim()
rmSync('node_modules/ngrad', { recursive: true, force: true })
mkdirSync('node_modules/ngrad')
execFileSync('tar', ['-xzf', join(out, packed), '-C', 'node_modules/ngrad', '--strip-components=1'])

// These need what was just installed.
const { inBrowser, underWorkerd } = await import('./hosts.mjs')
const { bundlers } = await import('./bundlers.mjs')
const { examples } = await import('./examples.mjs')
const versionOfNgrad = () => versionOfPackage('ngrad')

const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'
const bin = (name) => join('node_modules/.bin', name)
const run = (command, args) => execFileSync(command, args, { encoding: 'utf8', timeout: milliseconds, stdio: ['ignore', 'pipe', 'pipe'] })
const versionOf = (command) => run(command, ['--version']).split('\n')[0].trim()
const versionOfPackage = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const onConsole = (name, command, ...args) => ({
  name,
  version: () => versionOf(command),
  digests: () => run(command, [...args, 'main.js']),
})

const runtimes = [
  ...[20, 22, 24, 26].map((version) => onConsole(`Node ${version}`, `node_modules/node${version}/bin/node`)),
  onConsole('Deno', bin('deno'), 'run', '--allow-read', '--node-modules-dir=manual'),
  onConsole('Bun', bin('bun'), 'run'),
  {
    name: 'Cloudflare workerd',
    version: () => versionOf(bin('workerd')),
    digests: () =>
      underWorkerd({ workerd: bin('workerd'), entry: 'worker.js', folder: out, name: 'digests' }, async (url) => (await fetch(url)).text()),
  },
  {
    name: 'Vercel edge-runtime',
    version: () => versionOfPackage('edge-runtime'),
    digests: async () => {
      const { EdgeRuntime } = await import('edge-runtime')
      const { build } = await import('esbuild')
      const program = { contents: "export { digests } from 'ngrad/digests'", resolveDir: '.' }
      const { outputFiles } = await build({ stdin: program, bundle: true, format: 'iife', globalName: 'program', write: false })
      return JSON.stringify(await new EdgeRuntime().evaluate(`${outputFiles[0].text}; program.digests()`))
    },
  },
  {
    name: 'Chromium',
    version: () => versionOf('chromium'),
    digests: () =>
      inBrowser(
        'chromium',
        (profile) => [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          `--user-data-dir=${profile}`,
        ],
        milliseconds,
      ),
  },
  {
    name: 'Firefox ESR',
    version: () => versionOf('firefox-esr'),
    digests: () => inBrowser('firefox-esr', (profile) => ['--headless', '--no-remote', '--profile', profile], milliseconds),
  },
  {
    // The engine of Safari, in the small browser that comes with it; it wants a screen.
    name: 'WebKitGTK',
    version: () => run('dpkg-query', ['-W', '-f', '${Version}', 'libwebkit2gtk-4.1-0']),
    digests: () => inBrowser('xvfb-run', () => ['-a', miniBrowser, '--private'], milliseconds),
  },
  ...Object.entries(bundlers).map(([name, bundle]) => ({
    name: `${name} bundle`,
    version: () => versionOfPackage(name),
    digests: async () => run(process.execPath, [await bundle(out)]),
  })),
]

const wanted = values.only?.toLowerCase().split(',')
const isWanted = (name) => !wanted || wanted.some((part) => name.toLowerCase().includes(part))
let failed = 0
const row = (name, release, began, verdict) =>
  console.log(
    `${name.padEnd(20)} ${release.replace(/^.*?(\d[\w.-]*).*$/, '$1').padEnd(16)} ${`${((Date.now() - began) / 1000).toFixed(1)} s`.padStart(8)}  ${verdict}`,
  )
for (const { name, version, digests } of runtimes) {
  if (!isWanted(name)) continue
  const began = Date.now()
  let release = '-'
  let verdict
  try {
    release = version()
    const found = JSON.parse(await digests())
    const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])]
    const differing = names.filter((rule) => found[rule] !== expected[rule])
    if (differing.length > 0) failed++
    verdict = differing.length === 0 ? `all ${names.length} digests equal` : `DIFFERS: ${differing.join(', ')}`
  } catch (error) {
    failed++
    verdict = failure(release, error)
  }
  row(name, release, began, verdict)
}
for (const [name, version, check] of [
  ['examples/worker, taught', () => versionOf(bin('workerd')), teachExample],
  ...Object.entries(examples(out)).map(([name, check]) => [name, versionOfNgrad, check]),
  ['core.wasm in wabt', () => versionOf('spectest-interp'), async () => (await import('./embedding.mjs')).trainInInterpreter(out)],
  ['@huggingface/hub', () => versionOfPackage('@huggingface/hub'), async () => (await import('./hub.mjs')).readCheckpoint()],
]) {
  if (!isWanted(name)) continue
  const began = Date.now()
  let release = '-'
  let verdict
  try {
    release = version()
    verdict = await check()
  } catch (error) {
    failed++
    verdict = failure(release, error)
  }
  row(name, release, began, verdict)
}
console.log(failed === 0 ? 'every runtime gives the same bits' : `${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

/** Teaches the worker exclusive or, by requests; it must learn, and refuse what is no example. */
async function teachExample() {
  copyFileSync('../../examples/worker/worker.js', 'out/example-entry.js')
  return underWorkerd({ workerd: bin('workerd'), entry: 'out/example-entry.js', folder: out, name: 'example' }, async (url) => {
    const post = (path, body) => fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
    const examples = [0, 1, 2, 3].map((i) => ({ x: [i & 1, i >> 1], y: [(i & 1) ^ (i >> 1)] }))
    for (let step = 0; step < 1200; step++) await (await post('observe', examples[step % 4])).json()
    for (const { x, y } of examples) {
      const believed = (await (await post('predict', { x })).json()).y[0]
      if (!(Math.abs(believed - y[0]) < 0.2)) throw new Error(`for ${x} it believes ${believed}`)
    }
    if ((await post('observe', { x: [1], y: [1] })).status !== 400) throw new Error('it took half an example')
    const checkpoint = (await (await fetch(`${url}checkpoint`)).arrayBuffer()).byteLength
    return `learned exclusive or from 1200 requests; checkpoint of ${checkpoint} bytes`
  })
}

/** What went wrong: a version that could not be had means that the thing is not there. */
function failure(release, error) {
  return `${release === '-' ? 'NOT INSTALLED' : 'FAILED'}: ${firstLine(error)}`
}

function firstLine(error) {
  return String(error.stderr || error.message || error)
    .trim()
    .split('\n')
    .slice(0, 3)
    .join(' | ')
    .slice(0, 300)
}
