// What every runtime with a console runs. It imports nothing but the library, so that it runs wherever the library does.
import { digests } from 'ngrad/digests'

console.log(JSON.stringify(digests()))
