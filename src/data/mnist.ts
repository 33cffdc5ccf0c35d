// MNIST, and Fashion-MNIST in the same four files, read from a folder.
//
// Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
// Proceedings of the IEEE 86, 1998. H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset
// for benchmarking machine learning algorithms", arXiv:1708.07747, 2017.

import { NgradError, describe } from '../errors.js'
import { Dataset } from './dataset.js'
import { readMaybeGzipped } from './files.js'
import { parseIdx } from './idx.js'
import { oneHot, scaled } from './rows.js'

const CLASSES = 10
const WHITE = 255
/** More than the 47,040,016 bytes of the largest file, and little enough to refuse a gzip bomb. */
const MAX_BYTES = 64 << 20
/** A label of a byte becomes a row of ten numbers. */
const MAX_IMAGES = 1 << 20

/**
 * MNIST from the folder `directory`, with its four files by their canonical names (`train-images-idx3-ubyte`, ...),
 * gzipped or not: 60,000 images of 28 x 28 to train on and 10,000 to test with.
 *
 * `x` is `[size, rows * columns]`, pixels from 0 (background) to 1 (ink) in steps of 1/255; `y` is `[size, 10]`, one-hot;
 * both Float32Array, in the order of the files. Throws UNSUPPORTED where the host has no files, IO for a file that is
 * missing, FORMAT for one that is broken, or where images and labels do not fit together.
 */
export function mnist(directory: string): { train: Dataset; test: Dataset } {
  if (typeof directory !== 'string') throw new NgradError('TYPE', 'mnist: directory', 'a path', describe(directory))
  const [train, test] = [part(directory, 'train'), part(directory, 't10k')]
  if (train.shape.join() !== test.shape.join())
    throw new NgradError(
      'FORMAT',
      `${directory}/t10k-images-idx3-ubyte`,
      `images of [${train.shape}], as those to train on`,
      `[${test.shape}]`,
    )
  return { train, test }
}

/** Fashion-MNIST, as `mnist`; from where Debian's package `dataset-fashion-mnist` puts it unless told otherwise. */
export function fashionMnist(directory = '/usr/share/datasets/fashion-mnist'): { train: Dataset; test: Dataset } {
  return mnist(directory)
}

function part(directory: string, name: 'train' | 't10k'): Dataset {
  const images = read(`${directory}/${name}-images-idx3-ubyte`, 3)
  const labels = read(`${directory}/${name}-labels-idx1-ubyte`, 1)
  const [size, rows, columns] = images.shape
  if (size > MAX_IMAGES) throw new NgradError('FORMAT', images.path, `at most ${MAX_IMAGES} images`, size)
  if (labels.shape[0] !== size) throw new NgradError('FORMAT', labels.path, `${size} labels, one an image`, labels.shape[0])
  const stray = labels.bytes.findIndex((label) => label >= CLASSES)
  if (stray >= 0) throw new NgradError('FORMAT', `${labels.path}, label ${stray}`, 'one of 0 .. 9', labels.bytes[stray])

  return new Dataset(scaled(images.bytes, WHITE), oneHot(labels.bytes, CLASSES), size, [1, rows, columns])
}

function read(path: string, rank: number): { path: string; shape: readonly number[]; bytes: Uint8Array } {
  const { shape, values } = parseIdx(readMaybeGzipped(path, MAX_BYTES), path)
  if (!(values instanceof Uint8Array)) throw new NgradError('FORMAT', path, 'elements of type 8, bytes', describe(values))
  if (shape.length !== rank) throw new NgradError('FORMAT', path, `rank ${rank}`, shape.length)
  return { path, shape, bytes: values }
}
