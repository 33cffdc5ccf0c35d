import { builtin } from './builtin.js'

interface Vm {
  createContext(globals: object, options: { microtaskMode: 'afterEvaluate' }): object
  runInContext(code: string, context: object): unknown
  runInNewContext(code: string): () => void
}

interface V8 {
  setFlagsFromString(flags: string): void
}

/**
 * Collects garbage at once, where the host lets a program ask for it: in Node. Elsewhere nothing happens.
 *
 * What a WeakRef was made for lives until the job at hand has ended, which a program without a turn of the event loop
 * never reaches. To V8 a job has ended when the microtasks of any context have run, one with a queue of its own too.
 */
export function collectGarbage(): void {
  const vm = builtin<Vm>('node:vm')
  const v8 = builtin<V8>('node:v8')
  if (!vm || !v8) return
  try {
    vm.runInContext('Promise.resolve().then(() => {})', vm.createContext({}, { microtaskMode: 'afterEvaluate' }))
    v8.setFlagsFromString('--expose-gc') // to contexts that are made from now on
    vm.runInNewContext('gc')()
    v8.setFlagsFromString('--no-expose-gc')
  } catch {
    // a host that has modules of these names, and not V8
  }
}
