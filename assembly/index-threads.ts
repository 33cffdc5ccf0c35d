// The export list of core-threads.wasm: that of core.wasm, and what its crew of threads needs.
export * from './index'
export { assemble, dismiss, leave, serve } from './linalg/parallel'
