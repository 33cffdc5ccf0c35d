// dist/ngrad.js: the library in one file, for pages that have neither a bundler nor an import map.
//
//   <script type="module">
//     import { dense, sequential, data, linalg } from './ngrad.js'
//   </script>
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const contents = `export * from './index.js'\nexport * as data from './data/index.js'\nexport * as linalg from './linalg/index.js'\n`
const dist = fileURLToPath(new URL('../dist/', import.meta.url))
await build({
  stdin: { contents, resolveDir: dist },
  outfile: `${dist}ngrad.js`,
  bundle: true,
  minify: true,
  keepNames: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
})
writeFileSync(`${dist}ngrad.d.ts`, contents)
