// For runtimes with a console.
import { digests } from './program.js'

console.log(JSON.stringify(await digests()))
