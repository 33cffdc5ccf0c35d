// Memory of the core as seen from JavaScript. Growth detaches every typed array over it, so that nothing
// here keeps one across a call that may allocate, and none escapes to the user.
import { NgradError } from '../errors.js'
import { collectGarbage } from './collect.js'
import { bytesPerElement, type DType, type FloatArray, floatArray } from './dtype.js'
import { getCore } from './wasm.js'

/** Typed arrays over the whole memory of the core. */
export interface Views {
  f32: Float32Array
  f64: Float64Array
  u32: Uint32Array
  u8: Uint8Array
}

const none = new ArrayBuffer(0)
const views: Views = {
  f32: new Float32Array(none),
  f64: new Float64Array(none),
  u32: new Uint32Array(none),
  u8: new Uint8Array(none),
}

/** Where the last block ends of those that were ever given out. */
let reach = 1

/** Typed arrays over the whole memory, made anew after growth: it detaches them, or, of shared memory, leaves them short. Do not keep them. */
export function memoryViews(): Readonly<Views> {
  if (views.u8.length < reach) {
    const { buffer } = getCore().memory // whose getter costs more than all else here
    views.f32 = new Float32Array(buffer)
    views.f64 = new Float64Array(buffer)
    views.u32 = new Uint32Array(buffer)
    views.u8 = new Uint8Array(buffer)
  }
  return views
}

/** Bytes that living networks, trainers and their workspaces hold in WASM memory. */
export const bytesInUse = (): number => getCore().kernels.bytesInUse() >>> 0

/** So many numbers a loop has written before the host's own function is called. */
const few = 32

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

  /** How many elements there are. */
  get length(): number {
    return this.rows * this.columns
  }

  /** The whole memory as numbers of its type. */
  #numbers(): FloatArray {
    const { f32, f64 } = memoryViews()
    return this.dtype === 'f32' ? f32 : f64
  }

  /** A copy of the elements. */
  read(): FloatArray {
    const copy = floatArray(this.dtype, this.length)
    const start = this.pointer / bytesPerElement(this.dtype)
    copy.set(this.#numbers().subarray(start, start + this.length))
    return copy
  }

  /** Typed arrays over the whole memory that it lies in. Do not keep them: growth detaches them. */
  views(): Readonly<Views> {
    return memoryViews()
  }

  /** Writes `values`, as many as there are elements. */
  write(values: ArrayLike<number>): void {
    const numbers = this.#numbers()
    const start = this.pointer / bytesPerElement(this.dtype)
    if (this.length > few) return numbers.set(values, start)
    for (let i = 0; i < this.length; i++) numbers[start + i] = values[i]
  }

  /** Sets every element. */
  fill(value: number): void {
    const start = this.pointer / bytesPerElement(this.dtype)
    this.#numbers().fill(value, start, start + this.length)
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

/** More than memory can ever hold. */
const tooMuch = 0xffff_0001

function take(bytes: number): number {
  const pointer = bytes >= tooMuch ? 0 : getCore().kernels.allocate(bytes) >>> 0
  if (pointer > 0) reach = Math.max(reach, pointer + bytes)
  return pointer
}

/** What a region holds, apart from the region, so that it can be freed when the region was forgotten. */
interface Holding {
  readonly blocks: Set<number>
  /** An object that only the region refers to. A WeakRef keeps what it is made for until the job ends: so it is a small one. */
  readonly life: WeakRef<object> | undefined
}

/** Those of all living and forgotten regions. */
const holdings = new Set<Holding>()
const collected = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry<Holding>(release)

let released = 0
/** How often something was freed so far. */
export const releases = (): number => released

function release(holding: Holding): void {
  released++
  for (const pointer of holding.blocks) getCore().kernels.free(pointer)
  holding.blocks.clear()
  holdings.delete(holding)
}

/** Frees what forgotten regions hold without waiting for the event loop, on which `collected` waits; false where there is nothing. */
function reclaim(): boolean {
  collectGarbage()
  const before = holdings.size
  for (const holding of holdings) if (holding.life && holding.life.deref() === undefined) release(holding)
  return holdings.size < before
}

/**
 * The blocks that one owner (a network, a trainer, a measurement) holds, freed together: by `dispose`, or when the region
 * is forgotten and collected. The event loop must have a turn for that, but in Node, where it also happens when memory
 * runs out.
 */
export class Region {
  readonly #life = {}
  readonly #holding: Holding
  #disposed = false

  /** @param owner what errors after disposal name */
  constructor(readonly owner: string) {
    this.#holding = { blocks: new Set(), life: typeof WeakRef === 'undefined' ? undefined : new WeakRef(this.#life) }
    holdings.add(this.#holding)
    collected?.register(this.#life, this.#holding, this.#life)
  }

  /** Whether it was disposed of. */
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
    let pointer = take(bytes)
    if (pointer === 0 && bytes < tooMuch && reclaim()) pointer = take(bytes)
    if (pointer === 0) throw new NgradError('OUT_OF_MEMORY', this.owner, `${bytes} bytes of WebAssembly memory`, 'no more memory')
    this.#holding.blocks.add(pointer)
    return pointer
  }

  /** The address of these u32. */
  place(numbers: readonly number[]): number {
    const pointer = this.allocate(4 * numbers.length)
    memoryViews().u32.set(numbers, pointer / 4)
    return pointer
  }

  /** Gives one block back. */
  free(pointer: number): void {
    if (this.#holding.blocks.delete(pointer)) getCore().kernels.free(pointer)
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
    collected?.unregister(this.#life)
    release(this.#holding)
  }
}

let workspace = 0

/** @internal One workspace for the packed panels of products serves all networks: kernels run one at a time. */
export function sharedWorkspace(): number {
  const { kernels } = getCore()
  const bytes = kernels.gemmWorkspace()
  if (workspace === 0) workspace = kernels.allocate(bytes) >>> 0
  if (workspace === 0) throw new NgradError('OUT_OF_MEMORY', 'ngrad', `${bytes} bytes of WebAssembly memory`, 'no more memory')
  return workspace
}
