// A page for each rule and each model, docs/rules/NAME.md: what `ngrad rules NAME --markdown` prints.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { page } from '../dist/cli/rules.js'
import { models, registry } from '../dist/learners/registry.js'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
mkdirSync('docs/rules', { recursive: true })
for (const row of [...registry, ...models]) writeFileSync(`docs/rules/${row.name}.md`, `${page(row)}\n`)
console.log(`${registry.length + models.length} pages in docs/rules`)
