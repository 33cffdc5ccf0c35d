// A page for each rule and each model, docs/rules/NAME.md: what `ngrad rules NAME --markdown` prints.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { models, registry } from '../dist/learners/registry.js'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
mkdirSync('docs/rules', { recursive: true })
for (const { name } of [...registry, ...models])
  writeFileSync(`docs/rules/${name}.md`, execFileSync(process.execPath, ['dist/cli/main.js', 'rules', name, '--markdown']))
console.log(`${registry.length + models.length} pages in docs/rules`)
