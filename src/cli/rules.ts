// `ngrad rules`: the list of rules, with what each claims.
import { describeClaim } from '../learners/claim.js'
import { registry, type Row } from '../learners/registry.js'
import { command, entries, UsageError } from './command.js'
import { flag, json } from './options.js'
import { rowNamed } from './named-rule.js'
import { documentOf, optionLines } from './rule-options.js'
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

/** All that there is to say about one rule. */
function describeRule({ name, family, paper, make, variants, recipe }: Row) {
  const { file = paper, head = '', options: meanings = {} } = documentOf(name) ?? {}
  const options = Object.entries(make.options).filter(([, { internal }]) => !internal)
  return {
    rule: name,
    family,
    feedback: variants[0].learner.feedback,
    paper,
    file,
    equations: head,
    claims: variants[0].learner.claims.map(describeClaim),
    options: Object.fromEntries(options.map(([option, entry]) => [option, { ...entry, meaning: meanings[option] }])),
    variants: variants.map(({ label, options, learner }) => ({ label, options, claims: learner.claims.map(describeClaim) })),
    recipe: recipe?.plan ?? null,
  }
}

function ruleText(row: Row): string {
  const { rule, family, feedback, paper, equations, claims, variants, recipe } = describeRule(row)
  const forms = variants.slice(1).map(({ label, claims }) => [label, claims.join('; ')])
  const options = optionLines(row.make)
  return [
    `${rule}: ${family}, feedback ${feedback}`,
    paper,
    '',
    equations,
    '',
    'Claims, which `ngrad verify` measures:',
    ...claims.map((claim) => `  ${claim}`),
    ...(forms.length > 0 ? ['', 'Other forms, and what they claim:', entries(forms)] : []),
    '',
    ...(options.length > 0
      ? [`Options of ${rule}({ ... }), as flags of \`ngrad train\`:`, entries(options)]
      : [`${rule}() takes no options.`]),
    ...(recipe === null ? [] : ['', `Recipe on the digits: ${JSON.stringify(recipe)}`]),
  ].join('\n')
}

export const rules = command({
  name: 'rules',
  summary: 'Lists the rules: how much each is told about its errors, what it claims, its papers; or says all about one.',
  argument: 'RULE',
  optional: true,
  options: {
    families: flag('a line for each family instead'),
    json,
    markdown: flag('print the table as Markdown'),
  },
  examples: [
    ['rules', 'the table'],
    ['rules equilibriumPropagation', 'its equations, claims, options and papers'],
    ['rules --families', 'at a glance'],
    ['rules --json', 'with the claims of each form of a rule'],
  ],
  run: async ({ families: glance, json, markdown }, name) => {
    if (name !== '') {
      if (glance || markdown) throw new UsageError('--families and --markdown are of all rules')
      const row = await rowNamed(name)
      if (json) printJson(describeRule(row))
      else print(ruleText(row))
      return 0
    }
    const table = markdown ? markdownTable : textTable
    if (json) printJson(glance ? { families } : { rules: rows })
    else print(glance ? table(familyColumns, families) : table(columns, rows))
    return 0
  },
})
