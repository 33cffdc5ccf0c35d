// Wake-sleep on the bars of Hinton, Dayan, Frey & Neal 1995 (Science 268:1158): a 16-8-1 Helmholtz machine on 4 x 4
// images of vertical bars (2/3 of the time) or horizontal ones, each of the four on with probability 0.2.
//
//   node bench/bars.mjs [--seeds 12] [--millions 2] [--batch 8] [--rate 1] [--json bench/results/bars.json]
//
// KL(data || model) in bits is exact: all 30 images, all 512 hidden states. The paper reports about 0.10 bits
// (after), which is not reached here: bench/results/bars.json has .27 for the best of 12 seeds and .59 for the median.
// The settings were chosen among eight by seeds 1 to 5, which are among the 12. Where a run ends depends on its seed; why
// is not measured.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { createTrainer, helmholtzMachine, sgd, wakeSleep } from '../dist/index.js'
import { philox } from '../dist/core/philox.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '12' },
    first: { type: 'string', default: '1' },
    millions: { type: 'string', default: '2' },
    batch: { type: 'string', default: '8' },
    rate: { type: 'string', default: '1' },
    end: { type: 'string', default: '0.002' },
    spread: { type: 'string', default: '0.01' },
    bias: { type: 'string', default: '-1' },
    momentum: { type: 'string', default: '0' },
    json: { type: 'string' },
  },
})
const settings = Object.fromEntries(
  Object.entries(values)
    .filter(([name]) => name !== 'json')
    .map(([name, text]) => [name, Number(text)]),
)
const { seeds, first, millions, batch: batchSize, rate, end, spread, bias, momentum } = settings

/** Each image once, with its probability. */
function bars() {
  const images = new Map()
  for (const vertical of [true, false])
    for (let on = 0; on < 16; on++) {
      const bars = [0, 1, 2, 3].map((i) => (on >> i) & 1)
      const image = Array.from({ length: 16 }, (_, at) => bars[vertical ? at % 4 : at >> 2])
      const count = bars.reduce((a, b) => a + b)
      const p = (vertical ? 2 / 3 : 1 / 3) * 0.2 ** count * 0.8 ** (4 - count)
      const key = image.join('')
      images.set(key, { image, p: (images.get(key)?.p ?? 0) + p })
    }
  return [...images.values()]
}

const images = bars()
const entropy = -images.reduce((sum, { p }) => sum + p * Math.log2(p), 0)
const divergence = (machine) => {
  const logs = machine.logLikelihood(images.flatMap(({ image }) => image))
  return images.reduce((sum, { p }, i) => sum - (p * logs[i]) / Math.LN2, -entropy)
}

/** Images as they are drawn, by a search in the cumulative distribution. */
function* draws(seed) {
  const cumulative = images.map(
    (
      (sum) =>
      ({ p }) =>
        (sum += p)
    )(0),
  )
  for (let block = 0; ; block++)
    for (const word of philox([block, 0, 0, 0], [seed, 0x62617273])) {
      const at = cumulative.findIndex((bound) => word / 2 ** 32 < bound)
      yield images[at < 0 ? images.length - 1 : at].image
    }
}

function run(seed) {
  const steps = Math.round((millions * 1e6) / batchSize)
  const machine = helmholtzMachine({ layers: [16, 8, 1], spread, visibleBias: bias }).build({ dtype: 'f32', seed })
  // Constant for a third of the time, then down geometrically.
  const learningRate = (step) => rate * (end / rate) ** Math.max(0, (step / steps - 1 / 3) * 1.5)
  const trainer = createTrainer(machine, { learner: wakeSleep(), optimizer: sgd({ learningRate, momentum }), seed })
  const source = draws(seed)
  const x = new Float32Array(batchSize * 16)
  const curve = [{ step: 0, bits: divergence(machine) }]
  const began = performance.now()
  for (let step = 1; step <= steps; step++) {
    for (let row = 0; row < batchSize; row++) x.set(source.next().value, row * 16)
    trainer.step({ x, size: batchSize })
    if (step % Math.ceil(steps / 10) === 0 || step === steps) curve.push({ step, bits: divergence(machine) })
  }
  const seconds = (performance.now() - began) / 1000
  trainer.dispose()
  machine.dispose()
  return { seed, bits: curve.at(-1).bits, seconds, curve }
}

const runs = []
for (let seed = first; seed < first + seeds; seed++) {
  runs.push(run(seed))
  const { bits, seconds, curve } = runs.at(-1)
  console.log(`seed ${seed}: ${bits.toFixed(3)} bits, ${seconds.toFixed(0)} s  (${curve.map((point) => point.bits.toFixed(2)).join(' ')})`)
}
const sorted = runs.map(({ bits }) => bits).sort((a, b) => a - b)
const summary = { best: sorted[0], median: sorted[sorted.length >> 1], worst: sorted.at(-1), entropyBits: entropy, images: images.length }
console.log(
  `best ${summary.best.toFixed(3)}, median ${summary.median.toFixed(3)}, worst ${summary.worst.toFixed(3)} bits of ${seeds} seeds`,
)
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true })
  writeFileSync(values.json, `${JSON.stringify({ machine: cpus()[0].model, node: process.version, settings, summary, runs }, null, 1)}\n`)
}
