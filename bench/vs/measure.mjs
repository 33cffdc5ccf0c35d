// Ratios on a machine that others use as well. In each round every peer runs once between two runs of ngrad, and its
// ratio is its time over the mean of these two; reported are medians over the rounds. Times are of the processor, as
// a neighbour changes them least; ratios of wall times are kept beside them.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

/** Processor time (ms). What is interpreted at first, as the calls of most peers, is compiled within it. */
const warmUpTime = 400
/** What takes longer than this (ms) gets fewer rounds: as many as take about 4 s. */
const slow = 300
const roundsFor = (took, rounds) => (took > slow ? Math.max(1, Math.min(rounds, Math.round(4000 / took))) : rounds)

/** Times `repeats` runs of a trial, in ms a run. What others left on the young heap is collected before. */
async function time(trial, repeats) {
  if (trial.time) return trial.time(repeats)
  collect({ type: 'minor' })
  const start = process.cpuUsage()
  const began = performance.now()
  const value = trial.run(repeats)
  if (value instanceof Promise) await value
  const wall = (performance.now() - began) / repeats
  const { user, system } = process.cpuUsage(start)
  return { cpu: (user + system) / 1000 / repeats, wall }
}

/** Runs a trial until engines have compiled it; returns its time, and how many runs take `milliseconds`. */
async function warmUp(trial, milliseconds) {
  let repeats = 1
  for (let spent = 0; ;) {
    const { cpu } = await time(trial, repeats)
    spent += cpu * repeats
    if (spent > warmUpTime) return { took: cpu, repeats: Math.max(1, Math.ceil(milliseconds / cpu)) }
    repeats = Math.min(10 * repeats, Math.max(1, Math.ceil(milliseconds / Math.max(cpu, 1e-6))))
  }
}

/** In its turn: a run first that is not timed, as who was before has left the caches full of its own. */
async function timeInTurn({ trial, took, repeats }) {
  if (took < slow) await trial.run(1)
  return time(trial, repeats)
}

export async function race(ours, theirs, { rounds, milliseconds }) {
  const own = { trial: ours, ...(await warmUp(ours, milliseconds)), times: [] }
  const entries = []
  for (const [name, trial] of theirs) entries.push({ name, trial, ...(await warmUp(trial, milliseconds)), measured: [] })
  for (let round = 0; round < rounds; round++) {
    let before = await timeInTurn(own)
    own.times.push(before.cpu)
    for (const entry of entries) {
      const { took, measured } = entry
      if (round >= roundsFor(took, rounds)) continue
      const { cpu, wall } = await timeInTurn(entry)
      const after = await timeInTurn(own)
      own.times.push(after.cpu)
      measured.push({ cpu, ratio: (2 * cpu) / (before.cpu + after.cpu), ratioOfWall: (2 * wall) / (before.wall + after.wall) })
      before = after
    }
  }
  return {
    microseconds: significant(1000 * quantile(own.times, 0.5)),
    peers: Object.fromEntries(
      entries.map(({ name, measured }) => {
        const of = (key) => measured.map((one) => one[key])
        return [
          name,
          {
            microseconds: significant(1000 * quantile(of('cpu'), 0.5)),
            ratio: significant(quantile(of('ratio'), 0.5)),
            quartiles: [0.25, 0.75].map((share) => significant(quantile(of('ratio'), share))),
            ratioOfWall: significant(quantile(of('ratioOfWall'), 0.5)),
            rounds: measured.length,
          },
        ]
      }),
    ),
  }
}

const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1) + 0.5)]
const significant = (value) => Number(value.toPrecision(4))
