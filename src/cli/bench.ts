// `ngrad bench`: how fast the core and the rules are on this machine.
import { type ProductSpeed, productSpeeds } from './bench/products.js'
import { roofline } from './bench/roofline.js'
import { type StepSpeed, stepSetting, stepSpeed } from './bench/steps.js'
import { command } from './command.js'
import { machine, version } from './host.js'
import { rules } from './options.js'
import { forms, printResult } from './results.js'
import { type Column, textTable } from './table.js'
import { endProgress, print, showProgress } from './terminal.js'

const productColumns: readonly Column<ProductSpeed>[] = [
  { title: 'product', text: ({ form }) => form },
  { title: 'type', text: ({ dtype }) => dtype },
  { title: 'm x n x k', text: ({ shape }) => shape },
  { title: 'GFLOP/s', align: 'right', text: ({ gflops }) => gflops.toFixed(1) },
  { title: 'of the roofline', align: 'right', text: ({ fraction }) => fraction.toFixed(2) },
]

const stepColumns: readonly Column<StepSpeed>[] = [
  { title: 'rule', text: ({ rule }) => rule },
  { title: 'samples/s', align: 'right', text: ({ samplesPerSecond }) => Math.round(samplesPerSecond).toLocaleString('en') },
]

export const bench = command({
  name: 'bench',
  summary: 'Measures the matrix products beside the roofline of this machine, and the pace of each rule.',
  details: 'Times are of the processor, on one core, so that other work on the machine counts little.',
  options: { rules, ...forms },
  examples: [
    ['bench', 'products, then rules'],
    ['bench --rules backprop --json', 'for another program'],
  ],
  run: ({ rules, ...form }) => {
    const roof = roofline()
    const products: ProductSpeed[] = []
    for (const dtype of ['f32', 'f64'] as const)
      for (const speed of productSpeeds(dtype, roof)) {
        products.push(speed)
        showProgress(`${dtype} ${speed.form} ${speed.shape} ...`)
      }
    const steps: StepSpeed[] = []
    for (const rule of rules) {
      showProgress(`${rule.name} ...`)
      steps.push(stepSpeed(rule))
    }
    endProgress()
    const peaks = { loop: roof.loop, f32: roof.measure('f32', 100), f64: roof.measure('f64', 100) }
    printResult(form, {
      document: { version, machine, roofline: peaks, products, steps: { setting: stepSetting, rules: steps } },
      rows: () => [
        ...products.map(({ form: of, dtype, shape, gflops }) => ({ of: `product ${of}`, dtype, shape, speed: gflops, unit: 'GFLOP/s' })),
        ...steps.map(({ rule, samplesPerSecond }) => ({
          of: rule,
          dtype: 'f32',
          shape: stepSetting,
          speed: samplesPerSecond,
          unit: 'samples/s',
        })),
      ],
      text: () => {
        print(`${machine.cpu}, Node ${machine.node}`)
        print(`roofline ${peaks.f32.toFixed(1)} GFLOP/s in f32, ${peaks.f64.toFixed(1)} in f64 (${peaks.loop})\n`)
        print(textTable(productColumns, products))
        print(`\nTraining ${stepSetting}:\n`)
        print(textTable(stepColumns, steps))
      },
    })
    return 0
  },
})
