// A process that tries cases, and may be ended by its parent at any of them: the number of the one at hand is in a file.
import { openSync, writeSync } from 'node:fs'
import { caseOf, tryCase } from './trial.mjs'

const [seed, placeFile] = process.argv.slice(2)
const place = openSync(placeFile, 'r+')
const mark = Buffer.alloc(8)

process.on('message', ({ from, to, mostBytes, mostMilliseconds }) => {
  let outcomes = {}
  const peak = () => process.resourceUsage().maxRSS * 1024
  // Of this process's own, however busy the machine is.
  const milliseconds = () => process.cpuUsage().user / 1000
  for (let number = from; number < to; number++) {
    mark.writeDoubleLE(number)
    writeSync(place, mark, 0, 8, 0)
    const one = caseOf(Number(seed), number)
    const began = milliseconds()
    try {
      const outcome = tryCase(one)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    } catch (error) {
      process.send({
        number,
        combination: one.combination.name,
        what: String(error.message),
        kind: error.constructor.name,
        stack: error.stack,
      })
      outcomes.broken = (outcomes.broken ?? 0) + 1
    }
    if ((number - from) % 50 === 49) {
      process.send({ counted: outcomes })
      outcomes = {}
    }
    if (milliseconds() - began > mostMilliseconds)
      process.send({ number, combination: one.combination.name, what: 'took over 2 s', kind: 'slow', suspect: true })
    if (peak() > mostBytes) {
      process.send({ number, combination: one.combination.name, what: 'took over 500 MB', kind: 'large', suspect: true })
      process.send({ outcomes, done: number + 1 })
      process.exit()
    }
  }
  process.send({ outcomes, done: to })
})
process.send({ ready: true })
