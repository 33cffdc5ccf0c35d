import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { emnist, fashionMnist, mnist, mnistFromBytes } from '../../src/data/index.js'
import { writeIdx } from './write-idx.js'
import { emptyFolders } from '../support/scratch.js'

const emptyFolder = emptyFolders()

/** Three training images of 2 x 2, and one to test with. */
const files: Record<string, Uint8Array> = {
  'train-images-idx3-ubyte': writeIdx(8, [3, 2, 2], [0, 255, 51, 102, 1, 2, 3, 4, 5, 6, 7, 8]),
  'train-labels-idx1-ubyte': writeIdx(8, [3], [9, 0, 3]),
  't10k-images-idx3-ubyte': writeIdx(8, [1, 2, 2], [255, 255, 0, 0]),
  't10k-labels-idx1-ubyte': writeIdx(8, [1], [1]),
}

function folder(contents: Record<string, Uint8Array>): string {
  const path = emptyFolder()
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(path, name), bytes)
  return path
}

const gzipped = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]))

describe('mnist', () => {
  test('refuses images to test with of another size than those to train on', () => {
    const contents = { ...files, 't10k-images-idx3-ubyte': writeIdx(8, [1, 4, 1], [255, 255, 0, 0]) }
    expect(() => mnist(folder(contents))).toThrow(expect.objectContaining({ code: 'FORMAT', got: '[4,1,1]' }))
  })

  test('refuses more images than have room as rows of numbers', () => {
    const size = 2 ** 20 + 1
    const contents = {
      ...files,
      'train-images-idx3-ubyte': writeIdx(8, [size, 1, 1], new Uint8Array(size)),
      'train-labels-idx1-ubyte': writeIdx(8, [size], new Uint8Array(size)),
    }
    expect(() => mnist(folder(contents))).toThrow(expect.objectContaining({ code: 'FORMAT', got: String(size) }))
  })

  test.each([
    ['plain', files],
    ['gzipped', gzipped],
    ['plain beside a broken .gz', { ...files, 'train-labels-idx1-ubyte.gz': Uint8Array.of(1) }],
  ])('reads %s files', (_, contents) => {
    const { train, test: held } = mnist(folder(contents))
    expect(train).toMatchObject({ size: 3, inputs: 4, outputs: 10, shape: [2, 2, 1] })
    expect(train.x.subarray(0, 4)).toEqual(Float32Array.of(0, 1, 0.2, 0.4))
    expect(train.y).toEqual(Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    expect(held).toMatchObject({ size: 1, inputs: 4, outputs: 10 })
    expect(held.y.indexOf(1)).toBe(1)
  })

  test('fashionMnist reads the same files', () => {
    expect(fashionMnist(folder(files)).train.size).toBe(3)
  })

  test.each<[string, Record<string, Uint8Array>, string, RegExp]>([
    ['a folder without the files', {}, 'IO', /train-images-idx3-ubyte$/],
    [
      'a broken gzip file',
      { 'train-images-idx3-ubyte.gz': gzipSync(files['train-images-idx3-ubyte']).subarray(0, -9) },
      'FORMAT',
      /images-idx3-ubyte\.gz$/,
    ],
    ['a gzip bomb', { 'train-images-idx3-ubyte.gz': gzipSync(new Uint8Array(65 * 2 ** 20)) }, 'FORMAT', /images-idx3-ubyte\.gz$/],
    [
      'what is no idx file',
      { ...files, 'train-labels-idx1-ubyte': Uint8Array.of(60, 33, 100, 111) },
      'FORMAT',
      /labels-idx1-ubyte, magic number$/,
    ],
    [
      'images of another rank',
      { ...files, 'train-images-idx3-ubyte': writeIdx(8, [3, 4], Array(12).fill(0)) },
      'FORMAT',
      /images-idx3-ubyte$/,
    ],
    ['labels that are not bytes', { ...files, 'train-labels-idx1-ubyte': writeIdx(9, [3], [1, 2, 3]) }, 'FORMAT', /labels-idx1-ubyte$/],
    ['another number of labels', { ...files, 't10k-labels-idx1-ubyte': writeIdx(8, [2], [1, 2]) }, 'FORMAT', /t10k-labels-idx1-ubyte$/],
    ['a label above 9', { ...files, 'train-labels-idx1-ubyte': writeIdx(8, [3], [0, 1, 10]) }, 'FORMAT', /labels-idx1-ubyte, label 2$/],
  ])('refuses %s', (_, contents, code, where) => {
    expect(() => mnist(folder(contents))).toThrow(expect.objectContaining({ code, where: expect.stringMatching(where) }))
  })

  test('refuses a file that is too large, before it reads it', () => {
    const path = folder(files)
    truncateSync(join(path, 'train-images-idx3-ubyte'), 2 ** 40)
    expect(() => mnist(path)).toThrow(expect.objectContaining({ code: 'FORMAT', got: String(2 ** 40) }))
  })

  test('refuses what is no path', () => {
    expect(() => mnist(undefined as never)).toThrow(expect.objectContaining({ code: 'TYPE', where: 'mnist: directory' }))
    expect(() => mnist('a\0b')).toThrow(expect.objectContaining({ code: 'IO' }))
  })

  test('says so where the host has no files', () => {
    vi.stubGlobal('process', undefined)
    try {
      expect(() => mnist('anywhere')).toThrow(expect.objectContaining({ name: 'NgradError', code: 'UNSUPPORTED' }))
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('names', () => {
  const dotted = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.replace('-idx', '.idx'), bytes]))

  test('with a dot are read too, plain ones before gzipped ones', () => {
    expect(mnist(folder(dotted))).toEqual(mnist(folder(files)))
    const dottedAndGzipped = Object.fromEntries(Object.entries(dotted).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]))
    expect(mnist(folder(dottedAndGzipped))).toEqual(mnist(folder(files)))
  })

  test('that were looked for are said where there is no file', () => {
    expect(() => mnist(folder({}))).toThrow(/train-images-idx3-ubyte: expected a file of this name, or .*train-images\.idx3-ubyte,/)
  })
})

describe('mnistFromBytes', () => {
  const bytes = {
    trainImages: files['train-images-idx3-ubyte'],
    trainLabels: files['train-labels-idx1-ubyte'],
    testImages: files['t10k-images-idx3-ubyte'],
    testLabels: files['t10k-labels-idx1-ubyte'],
  }

  test('gives what the files give', () => {
    expect(mnistFromBytes(bytes)).toEqual(mnist(folder(files)))
    expect(mnistFromBytes(bytes, { classes: 12 }).train).toMatchObject({ outputs: 12 })
  })

  test('refuses what is no such file, and says which', () => {
    const refused = (changes: object, options?: object) => expect(() => mnistFromBytes({ ...bytes, ...changes }, options))
    refused({ testLabels: gzipSync(bytes.testLabels) }).toThrow(/testLabels, magic number/)
    refused({ trainLabels: bytes.testLabels }).toThrow(/trainLabels: expected 3 labels/)
    refused({ trainImages: undefined }).toThrow(expect.objectContaining({ code: 'TYPE' }))
    refused({}, { classes: 9 }).toThrow(/trainLabels, label 0: expected one of 0 \.\. 8, got 9/)
    refused({}, { classes: 0 }).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })
})

describe('emnist', () => {
  // One image of 2 rows and 3 columns, as EMNIST has it: on its side.
  const set = (part: string, label: number): Record<string, Uint8Array> =>
    Object.fromEntries(
      ['train', 'test'].flatMap((name) => [
        [`emnist-${part}-${name}-images-idx3-ubyte`, writeIdx(8, [1, 2, 3], [0, 51, 102, 153, 204, 255])],
        [`emnist-${part}-${name}-labels-idx1-ubyte`, writeIdx(8, [1], [label])],
      ]),
    )

  test.each([
    ['byclass', 61, 62, 61],
    ['bymerge', 46, 47, 46],
    ['balanced', 46, 47, 46],
    ['letters', 1, 26, 0],
    ['letters', 26, 26, 25],
    ['digits', 9, 10, 9],
    ['mnist', 9, 10, 9],
  ] as const)('%s: label %i of %i classes', (part, label, classes, at) => {
    const { train, test: held } = emnist(folder(set(part, label)), part)
    expect(train).toMatchObject({ size: 1, outputs: classes, shape: [3, 2, 1] })
    expect(train.y.indexOf(1)).toBe(at)
    expect(train.x).toEqual(Float32Array.of(0, 0.6, 0.2, 0.8, 0.4, 1)) // rows and columns exchanged
    expect(held).toEqual(train)
  })

  test.each([
    ['letters', 0],
    ['letters', 27],
    ['digits', 10],
  ] as const)('%s has no label %i', (part, label) => {
    expect(() => emnist(folder(set(part, label)), part)).toThrow(expect.objectContaining({ code: 'FORMAT', got: String(label) }))
  })

  test('refuses another part', () => {
    expect(() => emnist(folder({}), 'words' as never)).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })
})
