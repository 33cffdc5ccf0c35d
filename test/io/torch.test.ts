// Weights from PyTorch and back: against files that PyTorch wrote, with its own outputs (test/io/torch/make.py).
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  averagePool2d,
  conv2d,
  dense,
  type Network,
  readSafetensors,
  readTorch,
  recurrent,
  sequential,
  tensorNumbers,
  torchTensors,
  writeSafetensors,
} from '../../src/index.js'

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`torch/${name}`, import.meta.url)))
const outputs = JSON.parse(readFileSync(new URL('torch/outputs.json', import.meta.url), 'utf8')) as Record<'mlp' | 'images', number[]>

const mlp = (): Network => sequential(4, [dense(6, 'tanh'), dense(3)]).build({ dtype: 'f64' })
const images = (): Network =>
  sequential(
    [6, 5, 2],
    [conv2d(3, { kernel: [3, 2], padding: 1 }, 'relu'), averagePool2d(2), conv2d(4, { kernel: 2 }, 'tanh'), dense(5)],
  ).build({ dtype: 'f64' })

/** sin(0), sin(1), ... as torch's [rows, channels, height, width], in our order. */
const pixels = Array.from({ length: 2 * 60 }, (_, at) => {
  const [image, place] = [Math.floor(at / 60), at % 60]
  return Math.sin(60 * image + (place % 2) * 30 + Math.floor(place / 2))
})

describe('weights of PyTorch', () => {
  it('give its outputs', () => {
    const network = mlp()
    readTorch(network, file('mlp.safetensors'))
    const x = Array.from({ length: 8 }, (_, i) => -1 + (2 * i) / 7)
    network.predict(x).forEach((output, i) => expect(output).toBeCloseTo(outputs.mlp[i], 13))
  })

  it('give its outputs behind convolutions, poolings and a flattening', () => {
    const network = images()
    readTorch(network, file('images.safetensors'))
    network.predict(pixels).forEach((output, i) => expect(output).toBeCloseTo(outputs.images[i], 13))
  })

  it('are written as it would: the same arrays, under the names it gave', () => {
    const network = images()
    readTorch(network, file('images.safetensors'))
    const { tensors } = torchTensors(network, { names: ['0', '3', '6'] })
    const original = readSafetensors(file('images.safetensors')).tensors
    expect([...tensors.keys()].sort()).toEqual([...original.keys()].sort())
    for (const [name, { dtype, shape, bytes }] of tensors) {
      expect({ dtype, shape }).toEqual({ dtype: original.get(name)!.dtype, shape: original.get(name)!.shape })
      expect(Buffer.compare(bytes, original.get(name)!.bytes)).toBe(0)
    }
    expect([...torchTensors(mlp()).tensors.keys()]).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
  })

  it('are rounded to single precision, and zeros where there is no bias', () => {
    const { tensors } = readSafetensors(file('mlp.safetensors'))
    const network = sequential(4, [dense(6, 'tanh'), dense(3)]).build({ dtype: 'f32' })
    network.parameters[1].write([1, 2, 3, 4, 5, 6])
    readTorch(network, writeSafetensors({ tensors: new Map([...tensors].filter(([name]) => name !== '0.bias')), metadata: new Map() }))
    expect(network.parameters[1].read()).toEqual(new Float32Array(6))
    const weight = tensorNumbers(tensors.get('0.weight')!) as Float64Array
    expect(network.parameters[0].read()).toEqual(Float32Array.from(weight))
  })
})

describe('what does not fit', () => {
  const changed = (
    change: (tensors: Map<string, ReturnType<typeof readSafetensors>['tensors'] extends ReadonlyMap<string, infer T> ? T : never>) => void,
  ) => {
    const tensors = new Map(readSafetensors(file('mlp.safetensors')).tensors)
    change(tensors)
    return writeSafetensors({ tensors, metadata: new Map() })
  }
  const refused = (bytes: Uint8Array, message: string, options = {}): void => {
    const network = mlp()
    const before = network.parameters.map((parameter) => parameter.read())
    expect(() => readTorch(network, bytes, options)).toThrow(message)
    expect(network.parameters.map((parameter) => parameter.read())).toEqual(before)
  }

  it('is named, and nothing is written', () => {
    refused(
      changed((tensors) => tensors.delete('2.weight')),
      '2 modules with a weight, or names, got 0',
    )
    refused(
      changed((tensors) => tensors.set('1.running_mean', tensors.get('2.bias')!)),
      'only, or names, got 1.running_mean',
    )
    refused(
      changed((tensors) => tensors.set('2.bias', tensors.get('0.bias')!)),
      '"2.bias": expected numbers [3], got F64 [6]',
    )
    refused(file('mlp.safetensors'), '"3.weight": expected numbers [3,6], got nothing', { names: ['0', '3'] })
    refused(file('mlp.safetensors'), 'expected 2, one a layer, got 1', { names: ['0'] })
    refused(
      changed((tensors) => tensors.set('2.bias', { dtype: 'F64', shape: [3], bytes: new Uint8Array(24).fill(255) })),
      'NaN',
    )
    const settling = sequential(3, [recurrent(4, 'tanh')]).build()
    expect(() => torchTensors(settling)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  })
})

describe('tensorNumbers', () => {
  it('reads halves, brain floats and integers exactly, aligned or not', () => {
    const { tensors } = readSafetensors(file('halves.safetensors'))
    const given = [0, -0, 1, -2.5, 65504, 6e-8, 6.1e-5, 1 / 3, Infinity, -Infinity]
    const f32 = tensorNumbers(tensors.get('f32')!) as Float32Array
    expect(f32).toEqual(Float32Array.from(given))
    expect(tensors.get('f32')!.bytes.byteOffset % 4).not.toBe(0)
    const f16 = tensorNumbers(tensors.get('f16')!) as Float32Array
    // Rounded to 11 bits, or to a multiple of 2^-24.
    f16.forEach((value, i) => {
      if (!Number.isFinite(given[i])) return expect(value).toBe(given[i])
      const unit = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(given[i]) || 1)) - 10)
      expect(value).toBe(given[i] === 0 ? given[i] : Math.round(given[i] / unit) * unit)
    })
    const bf16 = tensorNumbers(tensors.get('bf16')!) as Float32Array
    bf16.forEach((value, i) => {
      if (!Number.isFinite(given[i]) || given[i] === 0) return expect(value).toBe(given[i])
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(given[i]))) - 7)
      expect(value).toBe(Math.round(given[i] / unit) * unit)
    })
    expect(tensorNumbers(tensors.get('i64')!)).toEqual(BigInt64Array.of(2n ** 62n, -3n))
  })

  it('refuses what has no numbers of its own here', () => {
    expect(() => tensorNumbers({ dtype: 'F8_E4M3', shape: [1], bytes: new Uint8Array(1) })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
    expect(() => tensorNumbers({ dtype: 'F32', shape: [1], bytes: new Uint8Array(3) })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
  })
})
