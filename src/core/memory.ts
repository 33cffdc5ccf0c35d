// Memory of the core as seen from JavaScript. Growth detaches every typed array over it, so that nothing
// here keeps one across a call that may allocate, and none escapes to the user.
import { NgradError } from '../errors.js'
import { bytesPerElement, type DType, type FloatArray, floatArray } from './dtype.js'
import { getCore } from './wasm.js'

interface Views {
  buffer: ArrayBuffer | undefined
  f32: Float32Array
  f64: Float64Array
  u32: Uint32Array
  u8: Uint8Array
}

const none = new ArrayBuffer(0)
const views: Views = {
  buffer: undefined,
  f32: new Float32Array(none),
  f64: new Float64Array(none),
  u32: new Uint32Array(none),
  u8: new Uint8Array(none),
}

/** Typed arrays over the whole memory, made anew after growth. Do not keep them. */
export function memoryViews(): Readonly<Views> {
  const { buffer } = getCore().memory
  if (views.buffer !== buffer) {
    views.buffer = buffer
    views.f32 = new Float32Array(buffer)
    views.f64 = new Float64Array(buffer)
    views.u32 = new Uint32Array(buffer)
    views.u8 = new Uint8Array(buffer)
  }
  return views
}

/** Bytes that living networks, trainers and their workspaces hold in WASM memory. */
export const bytesInUse = (): number => getCore().kernels.bytesInUse() >>> 0

/** A row-major matrix in WASM memory: where it is, and no more. */
export class Matrix {
  /** @internal Use a {@link Region}. `capacity` counts the rows there is room for. */
  constructor(
    readonly dtype: DType,
    public pointer: number,
    public rows: number,
    readonly columns: number,
    public capacity: number = rows,
  ) {}

  get length(): number {
    return this.rows * this.columns
  }

  /** A copy of the elements. */
  read(): FloatArray {
    const copy = floatArray(this.dtype, this.length)
    const start = this.pointer / bytesPerElement(this.dtype)
    copy.set(memoryViews()[this.dtype].subarray(start, start + this.length))
    return copy
  }

  /** Typed arrays over the whole memory that it lies in. Do not keep them: growth detaches them. */
  views(): Readonly<Views> {
    return memoryViews()
  }

  /** Writes `values`, as many as there are elements. */
  write(values: ArrayLike<number>): void {
    memoryViews()[this.dtype].set(values, this.pointer / bytesPerElement(this.dtype))
  }

  fill(value: number): void {
    const start = this.pointer / bytesPerElement(this.dtype)
    memoryViews()[this.dtype].fill(value, start, start + this.length)
  }

  /** Copies the elements of `from`, a matrix of the same length. */
  copy(from: Matrix): void {
    memoryViews().u8.copyWithin(this.pointer, from.pointer, from.pointer + from.length * bytesPerElement(from.dtype))
  }

  /** The same numbers as `rows` rows of `columns`, sharing the memory. */
  as(rows: number, columns: number): Matrix {
    return new Matrix(this.dtype, this.pointer, rows, columns)
  }

  /** `rows` rows from row `start`, sharing the memory. */
  slice(start: number, rows: number): Matrix {
    return new Matrix(this.dtype, this.pointer + start * this.columns * bytesPerElement(this.dtype), rows, this.columns)
  }
}

/** Frees the blocks of regions that were forgotten. */
const forgotten =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<Set<number>>((blocks) => freeAll(blocks))

function freeAll(blocks: Set<number>): void {
  for (const pointer of blocks) getCore().kernels.free(pointer)
  blocks.clear()
}

/**
 * The blocks that one owner (a network, a trainer, a measurement) holds, freed together: by `dispose`, or
 * when the region is forgotten and collected.
 */
export class Region {
  readonly #blocks = new Set<number>()
  #disposed = false

  /** @param owner what errors after disposal name */
  constructor(readonly owner: string) {
    forgotten?.register(this, this.#blocks, this)
  }

  get disposed(): boolean {
    return this.#disposed
  }

  /** Throws `DISPOSED` when the region is gone. */
  requireAlive(where: string): void {
    if (this.#disposed) throw new NgradError('DISPOSED', where, `a living ${this.owner}`, 'a disposed one')
  }

  /** The address of `bytes` zeroed bytes. */
  allocate(bytes: number): number {
    this.requireAlive(this.owner)
    const pointer = bytes > 0xffff_0000 ? 0 : getCore().kernels.allocate(bytes) >>> 0
    if (pointer === 0)
      throw new NgradError('OUT_OF_MEMORY', this.owner, `${bytes} bytes of WebAssembly memory`, 'no more memory')
    this.#blocks.add(pointer)
    return pointer
  }

  /** The address of these u32. */
  place(numbers: readonly number[]): number {
    const pointer = this.allocate(4 * numbers.length)
    memoryViews().u32.set(numbers, pointer / 4)
    return pointer
  }

  free(pointer: number): void {
    if (this.#blocks.delete(pointer)) getCore().kernels.free(pointer)
  }

  /** A matrix of zeros; one of no rows, which `resize` gives it, takes no memory. */
  matrix(dtype: DType, rows: number, columns: number): Matrix {
    const pointer = rows === 0 ? 0 : this.allocate(rows * columns * bytesPerElement(dtype))
    return new Matrix(dtype, pointer, rows, columns)
  }

  /** Gives a matrix `rows` rows. Beyond its capacity it moves, and its elements become zeros. */
  resize(matrix: Matrix, rows: number): void {
    if (rows > matrix.capacity) {
      const pointer = this.allocate(rows * matrix.columns * bytesPerElement(matrix.dtype))
      this.free(matrix.pointer)
      matrix.pointer = pointer
      matrix.capacity = rows
    }
    matrix.rows = rows
  }

  /** Frees everything; twice is nothing. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    forgotten?.unregister(this)
    freeAll(this.#blocks)
  }
}
