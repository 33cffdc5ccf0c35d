// For workerd, whose import condition makes the core a module that the host compiled.
import { digests } from 'ngrad/digests'

export default { fetch: () => Response.json(digests()) }
