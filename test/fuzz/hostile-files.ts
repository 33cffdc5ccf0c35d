// Files that no one should trust, made from the structure of good ones. Whoever reads them must return a value or throw
// an NgradError.
import fc from 'fast-check'
import { parseIdx } from '../../src/data/index.js'
import {
  backprop, createTrainer, crossEntropy, dense, readSafetensors, resume, save, sequential, sgd, type Tensor, writeSafetensors,
} from '../../src/index.js'

const options = { learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }

export function smallTrainer() {
  const network = sequential(3, [dense(4, 'tanh'), dense(2)]).build({ seed: 1 })
  return createTrainer(network, options)
}

function goodCheckpoint(): Uint8Array {
  const trainer = smallTrainer()
  const bytes = save(trainer)
  trainer.dispose()
  trainer.network.dispose()
  return bytes
}

/** A safetensors file around any header, with the length that it says it has. */
function framed(header: string, data: Uint8Array, length = BigInt(Buffer.byteLength(header))): Uint8Array {
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt.asUintN(64, length))
  return new Uint8Array(Buffer.concat([prefix, Buffer.from(header), data]))
}

const offsets = fc.oneof(
  fc.nat(64), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 1e308), fc.constantFrom('18446744073709551615', '1e400', '-0', '00', 'null'),
)
const name = fc.oneof(fc.constantFrom('a', '__proto__', 'constructor', '__metadata__', '', 'layers.0.weight'), fc.string({ maxLength: 8 }))
const dtype = fc.constantFrom('F32', 'F64', 'U8', 'BOOL', 'toString', '__proto__', 'f32', '')
/** Raw JSON, so that duplicate keys and numbers beyond doubles can be said. */
const entry = fc
  .tuple(name, dtype, fc.array(offsets, { maxLength: 4 }), fc.array(offsets, { minLength: 1, maxLength: 3 }), fc.constantFrom('', ',"dtype":"U8"', ',"more":1'))
  .map(([key, type, shape, place, more]) => `${JSON.stringify(key)}:{"dtype":${JSON.stringify(type)},"shape":[${shape}],"data_offsets":[${place}]${more}}`)
const header = fc.oneof(
  fc.array(entry, { maxLength: 4 }).map((entries) => `{${entries}}`),
  fc.tuple(fc.array(entry, { maxLength: 2 }), fc.json()).map(([entries, metadata]) => `{"__metadata__":${metadata}${entries.map((e) => `,${e}`).join('')}}`),
  fc.json(),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '{"a":'.repeat(depth)),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `{"a":${'['.repeat(depth)}`),
)
const structured = fc
  .tuple(header, fc.uint8Array({ maxLength: 64 }), fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { freq: 8 }))
  .map(([text, data, length]) => framed(text, data, length ?? undefined))

/** Bytes changed, cut off, doubled or added. */
const damaged = (good: Uint8Array) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }), fc.nat(good.length), fc.uint8Array({ maxLength: 9 }), fc.nat(3),
    )
    .map(([changes, cut, more, kind]) => {
      const bytes = Uint8Array.from(good)
      for (const [at, value] of changes) bytes[at] = value
      if (kind === 0) return bytes
      return Uint8Array.from(kind === 1 ? bytes.subarray(0, cut) : [...bytes, ...more])
    })

const good = goodCheckpoint()
const { tensors, metadata } = readSafetensors(good)
const network = metadata.get('network')!
const descriptions = fc.oneof(
  fc.json(),
  fc.constantFrom('', '{', 'null', '[]', '{"inputs":3,"layers":[["__proto__"]]}', '{"inputs":[3],"layers":[["dense",4,"tanh",null],["dense",2]]}'),
  fc.tuple(fc.json(), fc.json()).map(([inputs, layers]) => `{"inputs":${inputs},"layers":${layers}}`),
  fc.array(fc.array(fc.jsonValue(), { maxLength: 3 }), { maxLength: 3 }).map((layers) => JSON.stringify({ inputs: [3], layers: layers.map((more) => ['dense', ...more]) })),
  fc.integer({ min: 1, max: 2 ** 24 }).map((units) => network.replace('[3]', `[${units}]`)),
  fc.integer({ min: 1, max: 2 ** 24 }).map((units) => network.replace('"dense",4', `"dense",${units}`)),
)
/** Well-formed files that are no good checkpoints: metadata changed or left out, arrays of other types and shapes. */
const strange = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...metadata.keys(), '__proto__'), fc.oneof(fc.string(), fc.nat().map(String), fc.constantFrom('-1', 'NaN', '1e9', '99999999999999999999')))),
    fc.option(descriptions), fc.option(fc.constantFrom(...metadata.keys())), fc.option(fc.constantFrom(...tensors.keys())),
    fc.option(fc.tuple(fc.constantFrom(...tensors.keys(), 'stranger'), fc.uint8Array({ maxLength: 40 }), fc.boolean())),
  )
  .map(([pairs, description, without, lacking, other]) => {
    const words = new Map([...metadata, ...pairs, ...(description === null ? [] : [['network', description] as const])])
    const arrays = new Map<string, Tensor>(tensors)
    if (without !== null) words.delete(without)
    if (lacking !== null) arrays.delete(lacking)
    if (other !== null) {
      const [key, bytes, same] = other
      const old = arrays.get(key)
      // Of the right shape with arbitrary bits, NaN and infinity among them; or of a shape of its own.
      if (same && old) arrays.set(key, { ...old, bytes: old.bytes.map((byte, i) => byte ^ (bytes[i % bytes.length] ?? 0)) })
      else arrays.set(key, { dtype: 'U8', shape: [bytes.length], bytes })
    }
    return writeSafetensors({ tensors: arrays, metadata: words })
  })

const idx = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1), fc.constantFrom(8, 9, 11, 12, 13, 14, 0, 255), fc.option(fc.nat(255), { freq: 5 }), fc.boolean(),
    fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, fc.constantFrom(2 ** 31, 2 ** 32 - 1)), { maxLength: 5 }), fc.uint8Array({ maxLength: 80 }),
  )
  .map(([zero, type, rank, fits, shape, data]) => {
    const words = Buffer.alloc(4 * shape.length)
    shape.forEach((extent, axis) => words.writeUInt32BE(extent, 4 * axis))
    const bytes = shape.reduce((product, extent) => product * extent, [1, 1, 1, 2, 4, 4, 8][type - 8] ?? 1)
    const elements = fits && bytes <= 8192 ? Buffer.alloc(bytes, 1) : data
    return new Uint8Array(Buffer.concat([Buffer.from([zero, 0, type, rank ?? shape.length]), words, elements]))
  })

/** What reads untrusted bytes, and bytes to try it with. What is made from them is disposed of. */
export const readers = [
  { name: 'safetensors', files: fc.oneof(structured, damaged(good), fc.uint8Array()), read: readSafetensors },
  {
    name: 'checkpoint',
    files: fc.oneof(strange, damaged(good), structured),
    read: (bytes: Uint8Array): void => {
      const { trainer, network: resumed } = resume(bytes, options)
      trainer.dispose()
      resumed.dispose()
    },
  },
  { name: 'idx', files: fc.oneof(idx, fc.uint8Array()), read: (bytes: Uint8Array) => void parseIdx(bytes) },
] as const
