// MNIST, Fashion-MNIST and EMNIST, read from a folder, or from bytes where there are no files.
//
// Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
// Proceedings of the IEEE 86, 1998. H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset
// for benchmarking machine learning algorithms", arXiv:1708.07747, 2017. G. Cohen, S. Afshar, J. Tapson and A. van Schaik,
// "EMNIST: extending MNIST to handwritten letters", IJCNN 2017.

import { describe, NgradError, requireInteger, requireOneOf, requireOptions } from '../errors.js'
import { Dataset } from './dataset.js'
import { readMaybeGzipped } from './files.js'
import { parseIdx } from './idx.js'
import { oneHot, scaled } from './rows.js'

const WHITE = 255
/** More than the 47,040,016 bytes of the largest file of MNIST, and little enough to refuse a gzip bomb. */
const MAX_BYTES = 64 << 20
/** The same for the 547,233,520 bytes of EMNIST. */
const MAX_EMNIST_BYTES = 640 << 20
/** A label of a byte becomes a row of as many numbers as there are classes. */
const MAX_IMAGES = 1 << 20
/** A label is a byte. */
const MAX_CLASSES = 256

/** Examples to train on, and others to test with. */
export interface TrainAndTest {
  readonly train: Dataset
  readonly test: Dataset
}

/** The bytes of the four files of MNIST, decompressed. */
export interface MnistFiles {
  readonly trainImages: Uint8Array
  readonly trainLabels: Uint8Array
  readonly testImages: Uint8Array
  readonly testLabels: Uint8Array
}

/** What {@link mnistFromBytes} is told of the files. */
export interface MnistOptions {
  /** How many classes the labels count, from 1 to 256; default 10. */
  readonly classes?: number
}

/**
 * MNIST from the folder `directory`, with its four files by their canonical names (`train-images-idx3-ubyte`, or with the dot that some
 * programs put there, `train-images.idx3-ubyte`, ...), gzipped or not: 60,000 images of 28 x 28 to train on and 10,000 to test with.
 *
 * `x` is `[size, height * width]`, pixels from 0 (background) to 1 (ink) in steps of 1/255; `y` is `[size, 10]`, one-hot; the shape is
 * `[height, width, 1]`; both Float32Array, in the order of the files. Throws UNSUPPORTED where the host has no files, IO for a file that
 * is missing, FORMAT for one that is broken, or where images and labels do not fit together.
 */
export function mnist(directory: string): TrainAndTest {
  if (typeof directory !== 'string') throw new NgradError('TYPE', 'mnist: directory', 'a path', describe(directory))
  return fromFolder(directory, '', MAX_BYTES, 10)
}

/** Fashion-MNIST, as `mnist`; from where Debian's package `dataset-fashion-mnist` puts it unless told otherwise. */
export function fashionMnist(directory = '/usr/share/datasets/fashion-mnist'): TrainAndTest {
  return mnist(directory)
}

/** The parts of EMNIST, and how many classes each has. */
const parts = { byclass: 62, bymerge: 47, balanced: 47, letters: 26, digits: 10, mnist: 10 } as const

/**
 * A part of EMNIST from the folder `directory`, with its files by their names (`emnist-letters-train-images-idx3-ubyte`, ...), gzipped or
 * not. Its images lie on their side in the files: here they stand as those of MNIST do. The labels of `letters` count from 1 there,
 * from 0 here: a is 0.
 *
 * `x`, `y` and the shape as `mnist` has them, with 62 classes (`byclass`), 47 (`bymerge`, `balanced`), 26 (`letters`) or 10
 * (`digits`, `mnist`). Throws as `mnist` does, RANGE for another part.
 */
export function emnist(directory: string, part: keyof typeof parts): TrainAndTest {
  if (typeof directory !== 'string') throw new NgradError('TYPE', 'emnist: directory', 'a path', describe(directory))
  requireOneOf('emnist: part', part, Object.keys(parts))
  const { train, test } = fromFolder(directory, `emnist-${part}-`, MAX_EMNIST_BYTES, parts[part], part === 'letters' ? 1 : 0)
  return { train: upright(train), test: upright(test) }
}

/**
 * MNIST, or what has the same format, from the bytes of its four files: where there are no files, as in a browser.
 *
 * ```ts
 * const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer())
 * const { train, test } = mnistFromBytes({ trainImages: await bytes('train-images-idx3-ubyte'), ... })
 * ```
 *
 * @param files decompressed: `new Response(response.body.pipeThrough(new DecompressionStream('gzip')))` does that
 * @throws NgradError `TYPE`; `FORMAT` for what is broken, still gzipped, or does not fit together; `RANGE`
 */
export function mnistFromBytes(files: MnistFiles, options: MnistOptions = {}): TrainAndTest {
  const where = 'mnistFromBytes(files)'
  const { trainImages, trainLabels, testImages, testLabels } = requireOptions(where, files, {
    trainImages: true,
    trainLabels: true,
    testImages: true,
    testLabels: true,
  })
  const { classes = 10 } = requireOptions(`${where}: options`, options, { classes: true })
  requireInteger(`${where}: classes`, classes, 1, MAX_CLASSES)
  const read = (name: string, bytes: Uint8Array, rank: number): File => parsed(`${where}: ${name}`, bytes, rank)
  return fitting(
    examples(read('trainImages', trainImages, 3), read('trainLabels', trainLabels, 1), classes),
    examples(read('testImages', testImages, 3), read('testLabels', testLabels, 1), classes),
    `${where}: testImages`,
  )
}

function fromFolder(directory: string, prefix: string, maxBytes: number, classes: number, firstLabel = 0): TrainAndTest {
  const path = (set: string, kind: string): string => `${directory}/${prefix}${set}-${kind}`
  const read = (set: string, kind: string, type: string, rank: number): File => {
    const [dashed, dotted] = [`${path(set, kind)}-${type}`, `${path(set, kind)}.${type}`]
    const { path: found, bytes } = readMaybeGzipped([dashed, dotted], maxBytes)
    return parsed(found, bytes, rank)
  }
  const testing = prefix === '' ? 't10k' : 'test'
  const set = (name: string): Dataset =>
    examples(read(name, 'images', 'idx3-ubyte', 3), read(name, 'labels', 'idx1-ubyte', 1), classes, firstLabel)
  return fitting(set('train'), set(testing), `${path(testing, 'images')}-idx3-ubyte`)
}

function fitting(train: Dataset, test: Dataset, where: string): TrainAndTest {
  if (train.shape.join() !== test.shape.join())
    throw new NgradError('FORMAT', where, `images of [${train.shape}], as those to train on`, `[${test.shape}]`)
  return { train, test }
}

/** An idx file of bytes. */
interface File {
  readonly where: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

function examples(images: File, labels: File, classes: number, firstLabel = 0): Dataset {
  const [size, rows, columns] = images.shape
  if (size > MAX_IMAGES) throw new NgradError('FORMAT', images.where, `at most ${MAX_IMAGES} images`, size)
  if (labels.shape[0] !== size) throw new NgradError('FORMAT', labels.where, `${size} labels, one an image`, labels.shape[0])
  const last = firstLabel + classes - 1
  const stray = labels.bytes.findIndex((label) => label < firstLabel || label > last)
  if (stray >= 0) throw new NgradError('FORMAT', `${labels.where}, label ${stray}`, `one of ${firstLabel} .. ${last}`, labels.bytes[stray])
  const known = labels.bytes.map((label) => label - firstLabel)
  return new Dataset(scaled(images.bytes, WHITE), oneHot(known, classes), size, [rows, columns, 1])
}

function parsed(where: string, bytes: Uint8Array, rank: number): File {
  const { shape, values } = parseIdx(bytes, where)
  if (!(values instanceof Uint8Array)) throw new NgradError('FORMAT', where, 'elements of type 8, bytes', describe(values))
  if (shape.length !== rank) throw new NgradError('FORMAT', where, `rank ${rank}`, shape.length)
  return { where, shape, bytes: values }
}

/** Rows and columns of each image exchanged. */
function upright({ x, y, size, shape: [rows, columns] }: Dataset): Dataset {
  const turned = new Float32Array(x.length)
  for (let image = 0; image < x.length; image += rows * columns)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) turned[image + column * rows + row] = x[image + row * columns + column]
  return new Dataset(turned, y, size, [columns, rows, 1])
}
