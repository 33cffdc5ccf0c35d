// Loading the core: compiled once, on first use, synchronously.
import { source } from '#wasm'
import { describe, NgradError } from '../errors.js'
import { version } from './version.js'

type Kernel = (...operands: number[]) => number

/** What core.wasm exports. */
export interface Core {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly kernels: Readonly<Record<string, Kernel>>
}

// The WebAssembly namespace is in every host, but not in every host's types.
interface WebAssemblyNamespace {
  Module: {
    new (bytes: Uint8Array): object
    exports(module: object): { name: string; kind: string }[]
    imports(module: object): object[]
  }
  Instance: new (module: object, imports?: object) => { exports: Record<string, unknown> }
  Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => SharedMemory
}

/** @internal Memory that several threads see. */
export interface SharedMemory {
  readonly buffer: ArrayBuffer
}

let core: Core | undefined

/**
 * Hands over the compiled core, for hosts that neither compile bytes nor import `.wasm` files. Elsewhere it
 * need not be called: the core is ready on first use. It also selects the build with relaxed SIMD:
 * `init(relaxed())`, with `relaxed` from `ngrad/relaxed`.
 *
 * @param module a `WebAssembly.Module` compiled from `ngrad/core.wasm` or `ngrad/core-relaxed.wasm`
 * @throws NgradError `TYPE` for anything but a module of this version's core, `STATE` when the core is already running,
 *   `UNSUPPORTED` where it cannot be instantiated, after which another may be handed over
 */
export function init(module: object): void {
  requireCore('init(module)', module)
  requireNotRunning('init(module)')
  core = instantiate(module)
}

/** @internal A core over memory that it shares with other threads; it calls `lost` in a product that one of them left unfinished. */
export const sharing = (module: object, env: { memory: SharedMemory; lost: () => never }): Core => ({
  ...instantiate(module, { env }),
  memory: env.memory,
})

/** @internal Makes a core the running one. */
export function run(where: string, chosen: Core): void {
  requireNotRunning(where)
  core = chosen
}

/** @internal A core is chosen once. */
export function requireNotRunning(where: string): void {
  if (core !== undefined) throw new NgradError('STATE', where, 'to be called before the first network is built', 'a running core')
}

/** The running core; compiled on the first call. */
export function getCore(): Core {
  core ??= instantiate(source())
  return core
}

/** A module from its bytes; `expected` says what a host must have that compiles them. */
export function compile(where: string, expected: string, bytes: Uint8Array): object {
  try {
    return new (webAssembly().Module)(bytes)
  } catch (error) {
    if (error instanceof NgradError) throw error
    throw new NgradError('UNSUPPORTED', where, expected, String(error))
  }
}

/** @internal The host's own. */
export function webAssembly(): WebAssemblyNamespace {
  const wasm = (globalThis as { WebAssembly?: WebAssemblyNamespace }).WebAssembly
  if (wasm === undefined) throw new NgradError('UNSUPPORTED', 'ngrad', 'a host with WebAssembly', 'none')
  return wasm
}

const thisCore = "a WebAssembly.Module of this version's core"

/** Whether it is a module, needs nothing, and has what tells a core from other modules: before anything in it runs. */
function requireCore(where: string, module: object): void {
  const { Module } = webAssembly()
  let exports: string[]
  let imports: number
  try {
    exports = Module.exports(module).map(({ name, kind }) => `${kind} ${name}`)
    imports = Module.imports(module).length
  } catch {
    throw new NgradError('TYPE', where, thisCore, describe(module)) // `instanceof` fails across realms, and tags can lie
  }
  if (imports > 0 || !['memory memory', 'function allocate', 'function version'].every((one) => exports.includes(one)))
    throw new NgradError('TYPE', where, thisCore, 'another module')
}

function instantiate(from: Uint8Array | object, imports: object = {}): Core {
  const expected =
    "a host that compiles WebAssembly with SIMD, in a page whose content security policy allows 'wasm-unsafe-eval' (or init(module) called first)"
  const module = from instanceof Uint8Array ? compile('ngrad', expected, from) : from
  let exports: Record<string, unknown>
  let found: number
  try {
    exports = new (webAssembly().Instance)(module, imports).exports
    found = (exports.version as Kernel)()
  } catch (error) {
    throw new NgradError('UNSUPPORTED', 'ngrad', expected, String(error))
  }
  if (found !== version) throw new NgradError('TYPE', 'ngrad', thisCore, 'that of another version')
  return { memory: exports.memory as Core['memory'], kernels: exports as Record<string, Kernel> }
}
