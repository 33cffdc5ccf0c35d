// The kernels themselves, on matrices of any size that end where their memory does, which parameters, padded to whole vectors, seldom
// do. Numbers in are finite; so must those that come out be, unless a kernel read what lies beyond.
import { Region } from '../../dist/core/memory.js'
import { operations } from '../../dist/core/operations.js'

/** A scene's matrices, in memory of its own. */
class Matrices {
  region = new Region('guard')
  all = []

  constructor(draw, dtype) {
    this.draw = draw
    this.dtype = dtype
  }

  of(rows, columns, low = -1, high = 1, dtype = this.dtype) {
    const matrix = this.region.matrix(dtype, rows, columns)
    const few = this.draw.list(31, () => this.draw.number(low, high)) // 31 numbers over and over
    matrix.write(Float64Array.from({ length: rows * columns }, (_, i) => few[i % 31]))
    this.all.push(matrix)
    return matrix
  }

  doubles = (rows) => this.of(rows, 1, 0, 1, 'f64')
}

const shape = (draw) => {
  const columns = draw.chance(0.01) ? draw.widest() : draw.size()
  return [columns > 5000 ? draw.between(1, 2) : Math.min(draw.size(), Math.max(1, Math.floor(20_000 / columns))), columns]
}
const code = (draw) => draw.below(7)
/** m, n, k of a product, of a bounded number of multiplications. */
const product = (draw) => {
  const [m, n] = [draw.size(), draw.size()]
  return [m, n, draw.size(Math.max(1, Math.floor((draw.chance(0.05) ? 1 << 23 : 1 << 20) / (m * n))))]
}
const scale = (draw) => draw.oneOf([0, 1, 1, -0.5])
const key = (draw) => [draw.below(2 ** 32), draw.below(2 ** 32), draw.oneOf([0, 7, 2 ** 32 + 5])]

const kernels = {
  multiplyNN: (ops, of, draw, [m, n, k] = product(draw)) =>
    ops.multiplyNN(of.of(m, k), of.of(k, n), of.of(m, n), scale(draw), draw.chance(0.5)),
  multiplyNT: (ops, of, draw, [m, n, k] = product(draw)) =>
    ops.multiplyNT(of.of(m, k), of.of(n, k), of.of(m, n), scale(draw), draw.chance(0.5)),
  multiplyTN: (ops, of, draw, [m, n, k] = product(draw)) =>
    ops.multiplyTN(of.of(k, m), of.of(k, n), of.of(m, n), scale(draw), draw.chance(0.5)),
  pack: (ops, of, draw, [, n, k] = product(draw)) =>
    draw.below(2)
      ? ops.pack('NT', of.of(n, k), of.region.allocate(ops.packedSize(n, k)))
      : ops.pack('NN', of.of(k, n), of.region.allocate(ops.packedSize(n, k))),
  combine: (ops, of, draw, s = shape(draw)) => ops.combine(0.5, of.of(...s), draw.oneOf([0, 1, 0.25]), of.of(...s)),
  affine: (ops, of, draw) => ops.affine(0.5, 1, of.of(...shape(draw))),
  multiply: (ops, of, draw, s = shape(draw)) => ops.multiply(0.5, of.of(...s), of.of(...s)),
  scaleRows: (ops, of, draw, s = shape(draw)) => ops.scaleRows(of.doubles(s[0]), of.of(...s)),
  dot: (ops, of, draw, s = shape(draw)) => ops.dot(of.of(...s), of.of(...s)),
  dotRows: (ops, of, draw, s = shape(draw)) =>
    ops.dotRows(of.of(...s), of.of(draw.chance(0.5) ? 1 : s[0], s[1]), of.doubles(s[0]), 0.5, draw.chance(0.5)),
  maxDifference: (ops, of, draw, s = shape(draw)) => ops.maxDifference(of.of(...s), of.of(...s)),
  maxAbsolute: (ops, of, draw) => ops.maxAbsolute(of.of(...shape(draw))),
  columnSums: (ops, of, draw, s = shape(draw)) => ops.columnSums(of.of(...s), of.of(1, s[1]), 0.5, draw.chance(0.5)),
  firstNonFinite: (ops, of, draw) => {
    if (ops.firstNonFinite(of.of(...shape(draw))) !== -1) throw new Error('what lies beyond was read')
  },
  activate: (ops, of, draw, s = shape(draw)) => ops.activate(code(draw), of.of(...s, -9, 9), of.of(...s)),
  activateRows: (ops, of, draw, s = shape(draw)) => ops.activateRows(code(draw), of.of(1, s[1]), of.of(...s)),
  activateComplex: (ops, of, draw, s = shape(draw)) =>
    ops.activateComplex(draw.oneOf([0, 1, 2, 6]), of.of(1, s[1]), of.of(...s), of.of(...s, -0.1, 0.1)),
  multiplySlope: (ops, of, draw, s = shape(draw)) => ops.multiplySlope(code(draw), of.of(...s), of.of(...s)),
  settle: (ops, of, draw, [rows, columns] = shape(draw), repeats = draw.between(1, 3)) =>
    ops.settle(
      code(draw),
      of.of(1, columns),
      of.doubles(rows),
      of.of(rows, repeats * columns),
      of.of(rows, repeats * columns),
      of.doubles(rows),
    ),
  ...Object.fromEntries(
    ['squaredError', 'crossEntropy', 'binaryCrossEntropy'].map((name) => [
      name,
      (ops, of, draw, s = shape(draw)) =>
        ops[name](
          of.of(...s, -20, 20),
          of.of(...s, 0, 1),
          draw.chance(0.5) ? of.of(...s) : null,
          draw.chance(0.5) ? of.doubles(s[0]) : null,
        ),
    ]),
  ),
  softmax: (ops, of, draw, s = shape(draw)) => ops.softmax(of.of(...s, -20, 20), of.of(...s)),
  countCorrect: (ops, of, draw, s = shape(draw)) => ops.countCorrect(of.of(...s), of.of(...s)),
  momentum: (ops, of, draw, s = shape(draw)) => ops.momentum(0.9, draw.chance(0.5), of.of(...s), of.of(...s)),
  adam: (ops, of, draw, s = shape(draw)) => ops.adam(0.9, 0.99, 1.1, 1.2, 1e-8, of.of(...s), of.of(...s, 0, 1), of.of(...s)),
  uniform: (ops, of, draw) => ops.uniform(...key(draw), of.of(...shape(draw))),
  normal: (ops, of, draw) => ops.normal(...key(draw), of.of(...shape(draw))),
  rademacher: (ops, of, draw) => ops.rademacher(...key(draw), of.of(...shape(draw)), 0.5),
  bernoulli: (ops, of, draw) => ops.bernoulli(...key(draw), of.of(...shape(draw)), 0.3),
  bernoulliOf: (ops, of, draw, s = shape(draw)) => ops.bernoulliOf(...key(draw), of.of(...s, 0, 1), of.of(...s)),
  sweepUnits: (ops, of, draw, units = draw.size(140), rows = draw.between(1, 5)) =>
    ops.sweepUnits(
      of.of(units, units),
      of.of(1, units),
      1.5,
      draw.chance(0.5) ? of.of(rows, units, 0, 1) : null,
      draw.below(units),
      of.of(rows, units, 0, 1),
    ),
}

/** By `Operations.name`: a scene of several calls of one kernel. */
export const kernelDoors = Object.fromEntries(
  Object.entries(kernels).map(([name, act]) => [
    `Operations.${name}`,
    ({ call, draw }) => {
      for (let i = 0; i < 10; i++) {
        const dtype = draw.oneOf(['f32', 'f64'])
        const of = new Matrices(draw, dtype)
        call(`Operations.${name}`, () => {
          const result = act(operations(dtype), of, draw)
          if (result !== undefined && !Number.isFinite(result)) throw new Error(`gave ${result}`)
          for (const matrix of of.all)
            if (operations(matrix.dtype).firstNonFinite(matrix) !== -1) throw new Error('a number that is not finite was written')
        })
        of.region.dispose()
      }
    },
  ]),
)
