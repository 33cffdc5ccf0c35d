/**
 * A module of Node's own, which Deno and Bun have too; undefined elsewhere. Nothing here imports `node:`, so that every
 * bundler takes the library as it is.
 */
export function builtin<Module>(name: string): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  return process?.getBuiltinModule?.(name) as Module | undefined
}
