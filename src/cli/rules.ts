// `ngrad rules`: the list of rules, with what each claims.
import { describeClaim } from '../learners/claim.js'
import { registry } from '../learners/registry.js'
import { command } from './command.js'
import { flag, json } from './options.js'
import { type Column, markdownTable, textTable } from './table.js'
import { print, printJson } from './terminal.js'

const rows = registry.map(({ name, paper, variants }) => ({
  rule: name,
  feedback: variants[0].learner.feedback,
  claim: describeClaim(variants[0].learner.claim),
  paper,
  variants: variants.map(({ label, learner }) => ({ label, claim: describeClaim(learner.claim) })),
}))

const columns: readonly Column<(typeof rows)[number]>[] = [
  { title: 'rule', text: ({ rule }) => rule },
  { title: 'feedback', text: ({ feedback }) => feedback },
  { title: 'claim', text: ({ claim }) => claim },
  { title: 'paper', text: ({ paper }) => paper },
]

export const rules = command({
  name: 'rules',
  summary: 'Lists the rules: how much each is told about its errors, what it claims, its papers.',
  options: { json, markdown: flag('print the table as Markdown') },
  examples: [
    ['rules', 'the table'],
    ['rules --json', 'with the claim of each form of a rule'],
  ],
  run: ({ json, markdown }) => {
    if (json) printJson({ rules: rows })
    else print((markdown ? markdownTable : textTable)(columns, rows))
    return 0
  },
})
