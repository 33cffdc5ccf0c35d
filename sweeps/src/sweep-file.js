// A sweep as data: what FILE says, checked, and the jobs that it means.
//
//   {
//     "data": "digits",                    or mnist:DIR, fashion:DIR
//     "seeds": 20,                         0 to 19
//     "dtype": "f32",                      default
//     "validation": 0.2,                   the share of the training images that options are chosen on
//     "runs": [
//       { "rule": "*" },                   every rule that classifies, by its recipe
//       { "rule": "kolenPollack", "options": { "decay": 1e-3 }, "hidden": [64], "epochs": 10, "batchSize": 32,
//         "optimizer": { "kind": "sgd", "learningRate": 0.1, "momentum": 0.9 },
//         "grid": { "optimizer.learningRate": [0.03, 0.1, 0.3], "options.decay": [1e-4, 1e-3] } }
//     ],
//     "choose": { "seeds": 3 }             of each grid the cell of the least mean error on the validation part, over so many seeds, the
//   }                                      first of equal ones; that cell alone is then scored on the test images, with all seeds
//
// Without "choose", every cell of a grid is scored on the test images, and the table says so.
import { readFileSync } from 'node:fs'
import { classifiers } from 'ngrad/registry'

/** What the file says cannot be understood: one line, and exit code 2. */
export class UsageError extends Error {}

const known = {
  file: ['data', 'seeds', 'dtype', 'validation', 'runs', 'choose'],
  run: ['rule', 'options', 'hidden', 'epochs', 'batchSize', 'optimizer', 'grid'],
  choose: ['seeds'],
}

function requireKnown(where, value, names) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError(`${where}: expected an object`)
  for (const name of Object.keys(value))
    if (!names.includes(name)) throw new UsageError(`${where}: expected one of ${names.join(', ')}, got ${JSON.stringify(name)}`)
}

function requireCount(where, value, least = 1) {
  if (!Number.isSafeInteger(value) || value < least || value > 1e6)
    throw new UsageError(`${where}: expected an integer from ${least} to 1000000, got ${JSON.stringify(value)}`)
  return value
}

/** The sweep of a file. Throws UsageError. */
export function readSweep(path) {
  let said
  try {
    said = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path}: ${error.message}`)
  }
  requireKnown(path, said, known.file)
  const { data = 'digits', seeds = 20, dtype = 'f32', validation = 0.2, runs, choose } = said
  if (!/^(digits|(mnist|fashion):.+)$/.test(data)) throw new UsageError(`${path}: data: expected digits, mnist:DIR or fashion:DIR`)
  requireCount(`${path}: seeds`, seeds)
  if (dtype !== 'f32' && dtype !== 'f64') throw new UsageError(`${path}: dtype: expected f32 or f64, got ${JSON.stringify(dtype)}`)
  if (!(validation > 0 && validation < 1)) throw new UsageError(`${path}: validation: expected a share in (0, 1)`)
  if (!Array.isArray(runs) || runs.length === 0) throw new UsageError(`${path}: runs: expected a list of runs`)
  if (choose !== undefined) {
    requireKnown(`${path}: choose`, choose, known.choose)
    requireCount(`${path}: choose.seeds`, choose.seeds)
  }
  const groups = runs.flatMap((run, i) => groupsOf(`${path}: runs[${i}]`, run))
  return { data, seeds, dtype, validation, choose, groups }
}

/** A run with its cells; of `*`, one for each rule. */
function groupsOf(where, run) {
  requireKnown(where, run, known.run)
  const rows = run.rule === '*' ? classifiers : classifiers.filter(({ name }) => name === run.rule)
  if (rows.length === 0) throw new UsageError(`${where}: no rule ${JSON.stringify(run.rule)} that classifies`)
  return rows.map(({ name, recipe: { plan } }) => {
    const { options = {}, hidden = [32], epochs = plan.epochs, batchSize = plan.batchSize, optimizer = plan.optimizer, grid = {} } = run
    if (!Array.isArray(hidden)) throw new UsageError(`${where}: hidden: expected a list of numbers`)
    hidden.forEach((units, layer) => requireCount(`${where}: hidden[${layer}]`, units))
    requireCount(`${where}: epochs`, epochs)
    requireCount(`${where}: batchSize`, batchSize)
    const base = { rule: name, options: { ...plan.options, ...options }, hidden, epochs, batchSize, optimizer }
    return { rule: name, cells: cellsOf(where, base, Object.entries(grid)) }
  })
}

/** Every combination of a grid's values, in order. */
function cellsOf(where, base, [first, ...others]) {
  if (first === undefined) return [base]
  const [path, values] = first
  if (!Array.isArray(values) || values.length === 0) throw new UsageError(`${where}: grid: ${path}: expected a list of values`)
  return values.flatMap((value) => cellsOf(where, changed(where, base, path.split('.'), value), others))
}

function changed(where, object, [name, ...rest], value) {
  if (rest.length === 0) return { ...object, [name]: value }
  if (typeof object[name] !== 'object' || object[name] === null) throw new UsageError(`${where}: grid: there is no ${name} with ${rest[0]}`)
  return { ...object, [name]: changed(where, object[name], rest, value) }
}

/**
 * The jobs of the first round (all, or those that options are chosen by), and how the second follows from what came of them.
 *
 * @param digest of the data
 * @param meanError of a list of jobs: their mean error, infinite where one diverged; undefined where one has no result yet
 */
export function plan({ data, seeds, dtype, validation, choose, groups }, digest, version) {
  const jobs = (cell, part, count) =>
    Array.from({ length: count }, (_, seed) => ({
      ...cell,
      data,
      digest,
      part,
      validation: part === 'test' ? 0 : validation,
      dtype,
      seed,
      version,
    }))
  const isOpen = ({ cells }) => choose !== undefined && cells.length > 1
  return {
    first: groups.flatMap((group) =>
      group.cells.flatMap((cell) => (isOpen(group) ? jobs(cell, 'validation', choose.seeds) : jobs(cell, 'test', seeds))),
    ),
    /** Of each grid that is chosen from: its cells with their mean errors, and the chosen one, once all are known. */
    chosen: (meanError) =>
      groups.filter(isOpen).map(({ rule, cells }) => {
        const tried = cells.map((cell) => ({ cell, error: meanError(jobs(cell, 'validation', choose.seeds)) }))
        if (tried.some(({ error }) => error === undefined)) return { rule, tried, jobs: [] }
        const best = tried.reduce((least, one) => (one.error < least.error ? one : least))
        return { rule, tried, best, jobs: jobs(best.cell, 'test', seeds) }
      }),
  }
}
