// The programs in examples/, each where it is meant to run, with the packed package.
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { inBrowser } from './hosts.mjs'

const bin = (name) => resolve('node_modules/.bin', name)
const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] })

/** A copy of an example with the packed package in it. */
function copyOf(name, out) {
  const folder = join(out, `example-${name}`)
  rmSync(folder, { recursive: true, force: true })
  cpSync(`../../examples/${name}`, folder, { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  return folder
}

/** The last percentage in a text. Throws where it is below `least`. */
function percentage(text, least) {
  const [last] = text.match(/[\d.]+(?= %)/g).slice(-1)
  if (!(Number(last) >= least)) throw new Error(`only ${last} %`)
  return last
}

export const examples = (out) => ({
  'examples/node': () => {
    const folder = copyOf('node', out)
    const right = percentage(run(folder, process.execPath, 'train.js'), 88)
    const read = run(folder, process.execPath, 'predict.js').trim().split('\n').length
    return `${right} % of the test images; ${read} read by the predictor`
  },
  'examples/deno': () => `${percentage(run(copyOf('deno', out), bin('deno'), 'run', '--allow-read', 'main.ts'), 90)} % of the test images`,
  'examples/bun': () => {
    const lines = run(copyOf('bun', out), bin('bun'), 'run', 'main.ts').trim().split('\n')
    if (lines.length !== 3 || !lines.every((line) => line.endsWith(' holds'))) throw new Error(lines.join('; '))
    return '3 claims hold'
  },
  'examples/vite': async () => {
    const folder = copyOf('vite', out)
    await build({ root: folder, logLevel: 'error' })
    const page = join(folder, 'dist/index.html')
    writeFileSync(
      page,
      readFileSync(page, 'utf8').replace(
        '</html>',
        `<script type="module">
          document.getElementById('train').click()
          const status = document.getElementById('status')
          new MutationObserver(() => {
            if (!document.getElementById('train').disabled) fetch('/result', { method: 'POST', body: status.textContent })
          }).observe(document.body, { subtree: true, childList: true, attributes: true })
        </script></html>`,
      ),
    )
    const headless = (profile) => ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`]
    return `${percentage(await inBrowser('chromium', headless, 120_000, page), 90)} % of the test images, in a worker of a page`
  },
  'examples/worker': () => {
    const folder = copyOf('worker', out)
    const said = run(folder, bin('wrangler'), 'deploy', '--dry-run', '--outdir', 'built')
    return `wrangler bundles it: ${/gzip: [\d.]+ KiB/.exec(said)[0]}`
  },
})
