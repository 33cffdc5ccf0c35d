import * as ngrad from '../../src/index.js'

/** The names of all exported functions that make a learner, of networks or of models. */
export const everyRule = (): string[] =>
  Object.values(ngrad).flatMap((make) => {
    if (typeof make !== 'function') return []
    try {
      const made = (make as () => { attach?: unknown; name?: unknown } | undefined)()
      return typeof made?.attach === 'function' ? [String(made.name)] : []
    } catch {
      return []
    }
  })
