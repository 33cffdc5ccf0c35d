// `ngrad rules`: the list of rules, with what each claims.
import { describeClaim } from '../learners/claim.js'
import { registry } from '../learners/registry.js'
import { command } from './command.js'
import { flag, json } from './options.js'
import { type Column, markdownTable, textTable } from './table.js'
import { print, printJson } from './terminal.js'

const rows = registry.map(({ name, family, paper, variants }) => ({
  family,
  rule: name,
  feedback: variants[0].learner.feedback,
  claims: variants[0].learner.claims.map(describeClaim),
  paper,
  variants: variants.map(({ label, learner }) => ({ label, options: learner.options, claims: learner.claims.map(describeClaim) })),
}))

const columns: readonly Column<(typeof rows)[number]>[] = [
  { title: 'family', text: ({ family }) => family },
  { title: 'rule', text: ({ rule }) => rule },
  { title: 'feedback', text: ({ feedback }) => feedback },
  { title: 'claims', text: ({ claims }) => claims.join('; ') },
  { title: 'paper', text: ({ paper }) => paper },
]

const families = [...new Set(rows.map(({ family }) => family))].map((family) => {
  const own = rows.filter((row) => row.family === family)
  return { family, feedback: [...new Set(own.map(({ feedback }) => feedback))], rules: own.map(({ rule }) => rule) }
})

const familyColumns: readonly Column<(typeof families)[number]>[] = [
  { title: 'family', text: ({ family }) => family },
  { title: 'feedback', text: ({ feedback }) => feedback.join(', ') },
  { title: 'rules', text: ({ rules }) => rules.join(', ') },
]

export const rules = command({
  name: 'rules',
  summary: 'Lists the rules: how much each is told about its errors, what it claims, its papers.',
  options: {
    families: flag('a line for each family instead'),
    json,
    markdown: flag('print the table as Markdown'),
  },
  examples: [
    ['rules', 'the table'],
    ['rules --families', 'at a glance'],
    ['rules --json', 'with the claim of each form of a rule'],
  ],
  run: ({ families: glance, json, markdown }) => {
    const table = markdown ? markdownTable : textTable
    if (json) printJson(glance ? { families } : { rules: rows })
    else print(glance ? table(familyColumns, families) : table(columns, rows))
    return 0
  },
})
