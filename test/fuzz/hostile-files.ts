// Files that no one should trust, made from the structure of good ones. Whoever reads them must return a value or throw
// an NgradError.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { readCourse, saveTraining } from '../../src/cli/train/saved-training.js'
import { readMaybeGzipped } from '../../src/data/files.js'
import { parseCsv, parseIdx } from '../../src/data/index.js'
import {
  backprop,
  contrastiveDivergence,
  createTrainer,
  crossEntropy,
  dense,
  rbm,
  readSafetensors,
  resume,
  save,
  sequential,
  sgd,
  type Tensor,
  writeSafetensors,
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
  fc.nat(64),
  fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 1e308),
  fc.constantFrom('18446744073709551615', '1e400', '-0', '00', 'null'),
)
const name = fc.oneof(fc.constantFrom('a', '__proto__', 'constructor', '__metadata__', '', 'layers.0.weight'), fc.string({ maxLength: 8 }))
const dtype = fc.constantFrom('F32', 'F64', 'U8', 'BOOL', 'toString', '__proto__', 'f32', '')
/** Raw JSON, so that duplicate keys and numbers beyond doubles can be said. */
const entry = fc
  .tuple(
    name,
    dtype,
    fc.array(offsets, { maxLength: 4 }),
    fc.array(offsets, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', ',"dtype":"U8"', ',"more":1'),
  )
  .map(
    ([key, type, shape, place, more]) =>
      `${JSON.stringify(key)}:{"dtype":${JSON.stringify(type)},"shape":[${shape}],"data_offsets":[${place}]${more}}`,
  )
const header = fc.oneof(
  fc.array(entry, { maxLength: 4 }).map((entries) => `{${entries}}`),
  fc
    .tuple(fc.array(entry, { maxLength: 2 }), fc.json())
    .map(([entries, metadata]) => `{"__metadata__":${metadata}${entries.map((e) => `,${e}`).join('')}}`),
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
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }),
      fc.nat(good.length),
      fc.uint8Array({ maxLength: 9 }),
      fc.nat(3),
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
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '{"inputs":3,"layers":[["__proto__"]]}',
    '{"inputs":[3],"layers":[["dense",4,"tanh",null],["dense",2]]}',
  ),
  fc.tuple(fc.json(), fc.json()).map(([inputs, layers]) => `{"inputs":${inputs},"layers":${layers}}`),
  fc
    .array(fc.array(fc.jsonValue(), { maxLength: 3 }), { maxLength: 3 })
    .map((layers) => JSON.stringify({ inputs: [3], layers: layers.map((more) => ['dense', ...more]) })),
  fc.integer({ min: 1, max: 2 ** 24 }).map((units) => network.replace('[3]', `[${units}]`)),
  fc.integer({ min: 1, max: 2 ** 24 }).map((units) => network.replace('"dense",4', `"dense",${units}`)),
)
/** Well-formed files that are no good checkpoints: metadata changed or left out, arrays of other types and shapes. */
const strange = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom(...metadata.keys(), '__proto__'),
        fc.oneof(fc.string(), fc.nat().map(String), fc.constantFrom('-1', 'NaN', '1e9', '99999999999999999999')),
      ),
    ),
    fc.option(descriptions),
    fc.option(fc.constantFrom(...metadata.keys())),
    fc.option(fc.constantFrom(...tensors.keys())),
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

/** A file whose metadata and arrays were exchanged for others, or left out. */
function changed(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  const whole = readSafetensors(file)
  const value = fc.oneof(fc.string(), fc.nat().map(String), fc.constantFrom('-1', 'NaN', '1e9', '99999999999999999999', 'f64', 'f32'))
  return fc
    .tuple(
      fc.option(fc.tuple(fc.constantFrom(...whole.metadata.keys()), value)),
      fc.option(fc.constantFrom(...whole.tensors.keys())),
      fc.uint8Array({ maxLength: 40 }),
    )
    .map(([word, name, noise]) => {
      const arrays = new Map<string, Tensor>(whole.tensors)
      const old = name === null ? undefined : arrays.get(name)
      if (old) arrays.set(name!, { ...old, bytes: old.bytes.map((byte, i) => byte ^ (noise[i % noise.length] ?? 0)) })
      return writeSafetensors({ tensors: arrays, metadata: new Map([...whole.metadata, ...(word === null ? [] : [word])]) })
    })
}

const idx = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1),
    fc.constantFrom(8, 9, 11, 12, 13, 14, 0, 255),
    fc.option(fc.nat(255), { freq: 5 }),
    fc.boolean(),
    fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, fc.constantFrom(2 ** 31, 2 ** 32 - 1)), { maxLength: 5 }),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([zero, type, rank, fits, shape, data]) => {
    const words = Buffer.alloc(4 * shape.length)
    shape.forEach((extent, axis) => words.writeUInt32BE(extent, 4 * axis))
    const bytes = shape.reduce((product, extent) => product * extent, [1, 1, 1, 2, 4, 4, 8][type - 8] ?? 1)
    const elements = fits && bytes <= 8192 ? Buffer.alloc(bytes, 1) : data
    return new Uint8Array(Buffer.concat([Buffer.from([zero, 0, type, rank ?? shape.length]), words, elements]))
  })

/** gzip around all of that, and around far more than anyone asked for; damaged, cut off, and with fields that lie. */
const gzipped = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: idx },
      fc.uint8Array(),
      fc.nat(20).map((bits) => new Uint8Array(2 ** bits)),
    ),
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom('whole', 'twice', 'raw', 'with trash', 'with a name'),
    fc.uint8Array({ maxLength: 20 }),
  )
  .map(([bytes, level, form, trash]) => {
    const good = gzipSync(bytes, { level })
    if (form === 'twice') return Uint8Array.from([...good, ...good])
    if (form === 'raw')
      return Uint8Array.from(deflateRawSync(bytes, { level, flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }))
    if (form === 'with trash') return Uint8Array.from([...good, ...trash])
    if (form === 'with a name')
      return Uint8Array.from([...good.subarray(0, 3), 8, ...good.subarray(4, 10), ...trash, 0, ...good.subarray(10)])
    return Uint8Array.from(good)
  })
const damagedGzip = gzipped.chain((bytes) => (bytes.length === 0 ? fc.constant(bytes) : damaged(bytes)))

const folder = mkdtempSync(join(tmpdir(), 'ngrad-fuzz-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
/** No file that is asked for may be larger, before or after decompression. */
const mostBytes = 65536

const persistent = { learner: contrastiveDivergence({ persistent: 2 }), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }
const description = rbm({ visible: 3, hidden: 2 })
const goodModel = ((): Uint8Array => {
  const model = description.build({ seed: 1 })
  const trainer = createTrainer(model, persistent)
  const bytes = save(trainer)
  trainer.dispose()
  model.dispose()
  return bytes
})()

const goodTraining = ((): Uint8Array => {
  const trainer = smallTrainer()
  const bytes = saveTraining(trainer, {
    data: 'digits',
    epochs: 2,
    batchSize: 8,
    options: { beta: 0.5 },
    history: [{ epoch: 1, loss: 0.5 }],
    sum: 0.25,
    seen: 1,
  })
  trainer.dispose()
  trainer.network.dispose()
  return bytes
})()
const courses = fc.oneof(
  fc.json(),
  fc
    .record({
      data: fc.jsonValue(),
      epochs: fc.jsonValue(),
      batchSize: fc.jsonValue(),
      history: fc.jsonValue(),
      sum: fc.jsonValue(),
      seen: fc.jsonValue(),
    })
    .map((course) => JSON.stringify(course)),
  fc.constantFrom('{"data":"","epochs":1,"batchSize":1,"history":[null],"sum":0,"seen":0}', '{"__proto__":{"data":""}}'),
  fc
    .array(fc.record({ epoch: fc.nat(3), loss: fc.double() }))
    .map((history) => JSON.stringify({ data: 'digits', epochs: 2, batchSize: 1, history, sum: 0, seen: 0 })),
)

/** What reads untrusted bytes, and bytes to try it with. What is made from them is disposed of. */
export const readers = [
  {
    name: 'safetensors',
    files: fc.oneof(structured, damaged(good), fc.uint8Array()),
    read: (bytes: Uint8Array) => void readSafetensors(bytes),
  },
  {
    name: 'checkpoint',
    files: fc.oneof(strange, damaged(good), structured),
    read: (bytes: Uint8Array): void => {
      const { trainer, network: resumed } = resume(bytes, options)
      trainer.dispose()
      resumed.dispose()
    },
  },
  {
    name: 'checkpoint of a model',
    files: fc.oneof(changed(goodModel), damaged(goodModel), structured),
    read: (bytes: Uint8Array): void => {
      const { trainer, model } = resume(bytes, { model: description, ...persistent })
      trainer.dispose()
      model.dispose()
    },
  },
  {
    name: 'training of the command line',
    files: fc.oneof(
      courses.map((course) => writeSafetensors({ tensors, metadata: new Map([...metadata, ['training', course]]) })),
      damaged(goodTraining),
    ),
    read: (bytes: Uint8Array) => void readCourse(bytes),
  },
  {
    name: 'csv',
    files: fc.oneof(
      fc
        .array(fc.constantFrom(',', '"', '\n', '\r', '1', '-2.5', 'e', 'a', ' ', ';', '\ufeff'))
        .map((parts) => new TextEncoder().encode(parts.join(''))),
      fc.uint8Array(),
    ),
    read: (bytes: Uint8Array): void => {
      const { data } = parseCsv(new TextDecoder().decode(bytes))
      if (!data.x.every(Number.isFinite) || !data.y.every(Number.isFinite)) throw new Error('not finite')
    },
  },
  { name: 'idx', files: fc.oneof(idx, fc.uint8Array()), read: (bytes: Uint8Array) => void parseIdx(bytes) },
  {
    name: 'gzip',
    files: fc.oneof(gzipped, damagedGzip, fc.uint8Array()),
    read: (bytes: Uint8Array): void => {
      writeFileSync(join(folder, 'file.gz'), bytes)
      const { bytes: unpacked } = readMaybeGzipped([join(folder, 'file')], mostBytes)
      if (unpacked.length > mostBytes) throw new Error(`${unpacked.length} bytes`)
      parseIdx(unpacked)
    },
  },
] as const
