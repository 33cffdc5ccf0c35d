// `ngrad rules`: the list of rules, with what each claims.
import { describeClaim } from '../learners/claim.js'
import { type ModelRow, models, registry, type Row } from '../learners/registry.js'
import { tasks } from '../learners/tasks.js'
import { command, entries, UsageError } from './command.js'
import { flag } from './options.js'
import { rowOrModelNamed } from './named-rule.js'
import { forms, printResult } from './results.js'
import { documentOf, optionLines } from './rule-options.js'
import { type Column, markdownTable, textTable } from './table.js'
import { print } from './terminal.js'

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

const modelColumns: readonly Column<ModelRow>[] = [
  { title: 'model', text: ({ name }) => name },
  { title: 'taught by', text: ({ make }) => teachersOf(make.model).join(', ') },
  { title: 'claims', text: ({ claims }) => claims.map(describeClaim).join('; ') },
  { title: 'paper', text: ({ paper }) => paper },
]

/** The rules whose task is of that model. */
const teachersOf = (model: string): string[] => registry.filter(({ task }) => tasks[task].model.name === model).map(({ name }) => name)

/** What the row and the file of a rule or a model say alike. */
function describeRow({ name, paper, make }: Row | ModelRow) {
  const { file = paper, head = '', options: meanings = {} } = documentOf(name) ?? {}
  const options = Object.entries(make.options).filter(([, { internal }]) => !internal)
  return {
    paper,
    file,
    equations: head,
    options: Object.fromEntries(options.map(([option, entry]) => [option, { ...entry, meaning: meanings[option] }])),
  }
}

/** All that there is to say about one model. */
const describeModel = (row: ModelRow) => ({
  model: row.name,
  ...describeRow(row),
  claims: row.claims.map(describeClaim),
  taughtBy: teachersOf(row.name),
})

/** All that there is to say about one rule. */
function describeRule(row: Row) {
  const { name, family, variants, recipe } = row
  return {
    rule: name,
    family,
    feedback: variants[0].learner.feedback,
    ...describeRow(row),
    claims: variants[0].learner.claims.map(describeClaim),
    variants: variants.map(({ label, options, learner }) => ({ label, options, claims: learner.claims.map(describeClaim) })),
    recipe: recipe?.plan ?? null,
  }
}

function modelText(row: ModelRow): string {
  const { model, paper, equations, claims, taughtBy } = describeModel(row)
  return [
    `${model}: a model, taught by ${taughtBy.join(', ')}`,
    paper,
    '',
    equations,
    '',
    ...(claims.length > 0 ? ['Claims, which `ngrad verify` measures:', ...claims.map((claim) => `  ${claim}`), ''] : []),
    `Options of ${model}({ ... }):`,
    entries(optionLines(row.make)),
  ].join('\n')
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

/** The page of a rule or a model, in Markdown. */
export function page(row: Row | ModelRow): string {
  const { paper, file, equations, options } = describeRow(row)
  const claims = row.kind === 'model' ? row.claims : row.variants[0].learner.claims
  const forms = row.kind === 'model' ? [] : row.variants.slice(1)
  const what =
    row.kind === 'model'
      ? `a model, taught by ${teachersOf(row.name).join(', ')}`
      : `${row.family}, feedback ${row.variants[0].learner.feedback}`
  const listed = Object.entries(options)
  return [
    `# ${row.name}`,
    `${what}. ${paper}. [Source](../../${file})`,
    `\`\`\`text\n${equations}\n\`\`\``,
    ...(claims.length > 0 ? ['## Claims', claims.map((claim) => `- ${describeClaim(claim)}`).join('\n')] : []),
    ...(forms.length > 0
      ? ['## Other forms', forms.map(({ label, learner }) => `- ${label}: ${learner.claims.map(describeClaim).join('; ')}`).join('\n')]
      : []),
    ...(listed.length > 0
      ? [
          '## Options',
          markdownTable(
            [
              { title: 'option', text: ([name]: (typeof listed)[number]) => `\`${name}\`` },
              {
                title: 'default',
                text: ([, option]) =>
                  option.required ? 'needed' : option.default === undefined ? '' : (JSON.stringify(option.default) ?? 'all'),
              },
              { title: 'meaning', text: ([, option]) => option.meaning ?? '' },
            ],
            listed,
          ).trim(),
        ]
      : []),
  ].join('\n\n')
}

export const rules = command({
  name: 'rules',
  summary: 'Lists the rules: how much each is told about its errors, what it claims, its papers; or says all about a rule or a model.',
  argument: 'RULE|MODEL',
  optional: true,
  options: {
    families: flag('a line for each family instead'),
    models: flag('the models that are no networks instead'),
    ...forms,
    markdown: flag('print the table, or the page of a rule, as Markdown'),
  },
  examples: [
    ['rules', 'the table'],
    ['rules equilibriumPropagation', 'its equations, claims, options and papers'],
    ['rules rbm', 'the same of a model'],
    ['rules --families', 'at a glance'],
    ['rules --json', 'with the claims of each form of a rule'],
  ],
  run: async ({ families: glance, models: onlyModels, json, csv, markdown }, name) => {
    if (name !== '') {
      if (glance || onlyModels) throw new UsageError('--families and --models are of all')
      const row = await rowOrModelNamed(name)
      const [said, text] = row.kind === 'model' ? [describeModel(row), modelText(row)] : [describeRule(row), ruleText(row)]
      printResult(
        { json, csv },
        {
          document: said,
          rows: () =>
            Object.entries(said.options).map(([option, { kind, default: otherwise, meaning }]) => ({
              option,
              kind,
              default: otherwise,
              meaning,
            })),
          text: () => print(markdown ? page(row) : text),
        },
      )
      return 0
    }
    const table = markdown ? markdownTable : textTable
    const described = () => models.map(describeModel)
    printResult(
      { json, csv },
      {
        document: glance ? { families } : onlyModels ? { models: described() } : { rules: rows },
        rows: () => {
          if (glance) return families
          if (onlyModels) return described().map(({ model, taughtBy, claims, paper, file }) => ({ model, taughtBy, claims, paper, file }))
          return rows.map(({ variants: _, ...row }) => row)
        },
        text: () => print(glance ? table(familyColumns, families) : onlyModels ? table(modelColumns, models) : table(columns, rows)),
      },
    )
    return 0
  },
})
