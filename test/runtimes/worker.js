// For workerd, whose import condition makes the core a module that the host compiled.
import { digests } from './program.js'

export default { fetch: async () => Response.json(await digests()) }
