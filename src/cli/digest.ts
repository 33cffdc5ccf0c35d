// `ngrad digest`: all bits of a training in one number, to be compared with those of another machine.
import { readSafetensors } from '../io/safetensors.js'
import type { Row } from '../learners/row.js'
import { tasks } from '../learners/tasks.js'
import { digestOf, digests, hashOf } from '../verify/digests.js'
import { command } from './command.js'
import { aboutFile, readBytes } from './files.js'
import { version } from './host.js'
import { flagsOf, rowNamed, withOptions } from './named-rule.js'
import { givenOptions } from './rule-options.js'
import { forms, printResult } from './results.js'
import { textTable } from './table.js'
import { print } from './terminal.js'

/** Far more than a checkpoint that is worth comparing. */
const mostBytes = 2 ** 32

export const digest = command({
  name: 'digest',
  summary: 'Prints one number for all bits of a training: the same on every machine.',
  details:
    'Of a RULE: of each of its forms, or of the one that its options say, after 200 steps on a small task of its own, in both\n'
    + 'precisions. Of a FILE that `ngrad train --save` or `save` wrote: of all that is in it. Without argument: all that there are,\n'
    + 'which test/digests.json holds.',
  argument: 'RULE|FILE',
  optional: true,
  more: flagsOf,
  options: forms,
  examples: [
    ['digest', 'of every rule'],
    ['digest equilibriumPropagation --beta 0.5', 'of one rule, with an option of its own'],
    ['digest b.safetensors', 'of a training that was saved'],
  ],
  run: async ({ json, csv, ...typed }, name) => {
    const all = name === '' ? digests() : /\.safetensors$/.test(name) ? ofFile(name) : ofRule(await rowNamed(name), typed)
    printResult(
      { json, csv },
      {
        document: { version, digests: all },
        rows: () => Object.entries(all).map(([of, digest]) => ({ of, digest })),
        text: () =>
          print(
            textTable(
              [
                { title: 'digest', text: ([, digest]) => digest },
                { title: 'of', text: ([of]) => of },
              ],
              Object.entries(all),
            ),
          ),
      },
    )
    return 0
  },
})

function ofRule(row: Row, typed: Readonly<Record<string, unknown>>): Record<string, string> {
  const { task, variants: forms } = withOptions(row, givenOptions(row.make, typed))
  return Object.fromEntries(
    forms.flatMap(({ label, learner, ...form }) =>
      (['f32', 'f64'] as const).map((dtype) => {
        const on = 'task' in form && form.task !== undefined ? form.task : task
        return [`${label}/${dtype}`, digestOf(learner, dtype, tasks[on])]
      }),
    ),
  )
}

function ofFile(path: string): Record<string, string> {
  const { tensors, metadata } = aboutFile(path, () => readSafetensors(readBytes(path, mostBytes)))
  const names = [...tensors.keys()].sort()
  const texts = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`)
  const said = new TextEncoder().encode(texts.join('\n'))
  return { [path]: hashOf([...names.map((tensor) => tensors.get(tensor)!.bytes), said]) }
}
