// The bare core.wasm in a host that is not JavaScript: wabt's interpreter, a C++ program, runs xor.wat, which trains by
// calling the exports of the core. The loss and the parameters must have the bits that the library gives for the
// same network, the same beginning and the same steps.
import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backprop, createTrainer, dense, sequential, sgd, squaredError } from 'ngrad'

const steps = 1500
const rate = 0.5

/** What it learned, in words; throws where a bit differs. */
export function trainInInterpreter(folder) {
  copyFileSync('node_modules/ngrad/dist/core/core.wasm', join(folder, 'core.wasm'))
  execFileSync('wat2wasm', ['../../docs/xor.wat', '-o', join(folder, 'xor.wasm')])
  const { loss, digest } = byTheLibrary(folder)
  if (!(loss < 1e-3)) throw new Error(`the library itself learned no exclusive or: loss ${loss}`)
  const invoke = (field, args, expected) => ({
    type: 'assert_return',
    line: 1,
    action: { type: 'invoke', module: '$xor', field, args },
    expected,
  })
  const i32 = (value) => ({ type: 'i32', value: String(value >>> 0) })
  const f64 = (value) => ({ type: 'f64', value: String(new BigUint64Array(Float64Array.of(value).buffer)[0]) })
  const commands = [
    { type: 'module', line: 1, name: '$core', filename: 'core.wasm' },
    { type: 'register', line: 1, name: '$core', as: 'core' },
    { type: 'module', line: 1, name: '$xor', filename: 'xor.wasm' },
    { type: 'action', line: 1, action: { type: 'invoke', module: '$xor', field: 'begin', args: [] }, expected: [{ type: 'i32' }] },
    invoke('train', [i32(steps), f64(rate)], [f64(loss)]),
    invoke('digest', [], [i32(digest)]),
    invoke('end', [], [i32(0)]),
  ]
  writeFileSync(join(folder, 'xor.json'), JSON.stringify({ source_filename: 'xor.wat', commands }))
  const printed = execFileSync('spectest-interp', ['--enable-all', join(folder, 'xor.json')], { encoding: 'utf8' })
  if (!/\b(\d+)\/\1 tests passed/.test(printed)) throw new Error(printed)
  return `learned exclusive or with the library's bits: loss ${loss.toExponential(2)} after ${steps} steps`
}

/** The same network, from the parameters that xor.wat begins with. */
function byTheLibrary(folder) {
  const compiled = (name) => new WebAssembly.Module(readFileSync(join(folder, name)))
  const core = new WebAssembly.Instance(compiled('core.wasm')).exports
  const pointer = new WebAssembly.Instance(compiled('xor.wasm'), { core }).exports.begin()
  const parameters = new Float64Array(core.memory.buffer, pointer, 33)
  const network = sequential(2, [dense(8, 'tanh'), dense(1)]).build({ dtype: 'f64' })
  let at = 0
  for (const parameter of network.parameters) {
    const { length } = parameter.read()
    parameter.write(parameters.subarray(at, (at += length)))
  }
  const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: rate }) })
  const batch = { x: [0, 0, 1, 0, 0, 1, 1, 1], y: [0, 1, 1, 0], size: 4 }
  let loss = NaN
  for (let step = 0; step < steps; step++) loss = trainer.step(batch)
  let digest = 0x811c9dc5
  for (const parameter of network.parameters)
    for (const word of new Uint32Array(parameter.read().buffer)) digest = Math.imul(0x01000193, digest ^ word)
  trainer.dispose()
  network.dispose()
  return { loss, digest }
}
