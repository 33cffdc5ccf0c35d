// The optical recognition of handwritten digits data set, its test part: 1797 images of 8 x 8 pixels,
// embedded, so that the first example of every tutorial runs where there is no file and no network.
//
// E. Alpaydin and C. Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine Learning
// Repository; CC BY 4.0, as stated on the UCI page. Changes: packed, and scaled to [0, 1] when read.

import { decodeBase64 } from '../core/base64.js'
import { base64 } from './digits-bytes.js'
import { Dataset } from './dataset.js'
import type { Contexts } from './bit-models.js'
import {
  bitModels,
  CLASSES,
  DARKEST,
  IS_DARKEST,
  IS_ZERO,
  LABEL_BITS,
  labelContexts,
  LEVEL,
  LEVEL_BITS,
  pixelContexts,
  PIXELS,
  SIDE,
} from './digit-contexts.js'
import { RangeDecoder } from './range-decoder.js'
import { oneHot, scaled } from './rows.js'

const IMAGES = 1797
const TRAIN = 1437

/** What the first call has unpacked, in the order of the split; callers get copies. */
let unpacked: { readonly x: Float32Array; readonly y: Float32Array } | undefined

/**
 * The digits: 1437 to train on and 360 to test with, disjoint.
 *
 * `x` is `[size, 64]`, pixels from 0 (white) to 1 (black) in steps of 1/16, row by row from the top left; `y` is `[size, 10]`,
 * one-hot; both Float32Array, fresh at each call. The split is fixed for ever: the file's order under the permutation of
 * seed 0, stream 0. It is not stratified, so that classes differ by some images in number, and it ignores who wrote what,
 * so that images of one writer fall on both sides: the usual split of these data, and an easier one than by writer.
 */
export function digits(): { train: Dataset; test: Dataset } {
  const { x, y } = (unpacked ??= unpack())
  const part = (from: number, to: number): Dataset =>
    new Dataset(x.slice(from * PIXELS, to * PIXELS), y.slice(from * CLASSES, to * CLASSES), to - from, [SIDE, SIDE, 1])
  return { train: part(0, TRAIN), test: part(TRAIN, IMAGES) }
}

function readLevel(decoder: RangeDecoder, contexts: Contexts): number {
  if (decoder.bit(contexts, IS_ZERO) === 1) return 0
  if (decoder.bit(contexts, IS_DARKEST) === 1) return DARKEST
  return decoder.read(contexts, LEVEL_BITS, LEVEL)
}

/** Images in the order of the split; each is its label and then its pixels, each coded by what was seen so far where it was alike. */
function unpack(): { x: Float32Array; y: Float32Array } {
  const decoder = new RangeDecoder(decodeBase64(base64), bitModels())
  const labels = new Uint8Array(IMAGES)
  const pixels = new Uint8Array(IMAGES * PIXELS)
  for (let image = 0; image < IMAGES; image++) {
    const label = (labels[image] = decoder.read(labelContexts, LABEL_BITS))
    const first = image * PIXELS
    for (let place = 0; place < PIXELS; place++) pixels[first + place] = readLevel(decoder, pixelContexts(label, place, pixels, first))
  }
  return { x: scaled(pixels, DARKEST), y: oneHot(labels, CLASSES) }
}
