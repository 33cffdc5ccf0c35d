// The core with relaxed SIMD: fused multiply-adds in the matrix products, which are faster and whose last bits may
// differ from one processor to another. A module of its own, so that a program which does not ask for it does
// not carry it.
import { decodeText } from './bytes-text.js'
import { common, text } from './wasm-bytes-relaxed.js'
import { compile } from './wasm.js'

/**
 * The compiled core with relaxed SIMD, to be handed to `init` before the first network is built:
 * `init(relaxed())`. Where only compiled files may be imported, hand over `ngrad/core-relaxed.wasm` instead.
 *
 * @throws NgradError `UNSUPPORTED` where the host lacks relaxed SIMD, as Node 20 does
 */
export const relaxed = (): object => compile('relaxed()', 'a host with relaxed WebAssembly SIMD', decodeText(common, text))
