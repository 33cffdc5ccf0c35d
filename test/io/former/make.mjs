// What this folder holds was written by the library at ce72b32, before learners and models had one checkpoint:
//
//   git worktree add OTHER ce72b32 && (cd OTHER && npm ci) && node test/io/former/make.mjs OTHER
//
// For each: the checkpoint, and in expected.json the parameters then, and, of rules whose numbers have not changed since, after
// three further steps.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { modelsOf, networksOf, digestOf } from './trainings.mjs'

const ngrad = await import(new URL('dist/index.js', pathToFileURL(`${resolve(process.argv[2])}/`)))
const expected = {}
const here = new URL('./', import.meta.url)
mkdirSync(here, { recursive: true })

function record(name, trained, trainer, batch, save) {
  trainer.step(batch)
  trainer.step(batch)
  writeFileSync(new URL(`${name}.safetensors`, here), save(trainer))
  const then = digestOf(createHash, trained)
  for (let i = 0; i < 3; i++) trainer.step(batch)
  expected[name] = { then, later: digestOf(createHash, trained) }
}

for (const [name, { description, options, batch }] of Object.entries(networksOf(ngrad))) {
  const network = description.build({ seed: 5 })
  record(name, network, ngrad.createTrainer(network, { ...options, seed: 7 }), batch, ngrad.save)
}
for (const [name, { description, options, batch }] of Object.entries(modelsOf(ngrad))) {
  const model = description.build({ seed: 5 })
  record(name, model, ngrad.createModelTrainer(model, { ...options, seed: 7 }), batch, ngrad.saveModel)
}
writeFileSync(new URL('expected.json', here), `${JSON.stringify(expected, null, 2)}\n`)
