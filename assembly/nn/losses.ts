// The losses: of each row of outputs h and targets y [rows x columns] the error e = dC/dh of the outputs, unaveraged,
// where `errors` is not 0; the loss of that sample, where `samples` (doubles, one a row) is not 0; and the sum of the
// sample losses. No kernel here needs scratch.
import { exp } from '../math/exp'
import { sigmoid } from '../math/sigmoid'
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'
import { SIGMOID, activate } from './activation'
import { binaryCrossEntropyOf, crossEntropyOf, largestOf, powers, squaredErrorOf } from './loss-values'

// @ts-ignore: decorator
@inline
const SQUARED_ERROR: i32 = 0
// @ts-ignore: decorator
@inline
const CROSS_ENTROPY: i32 = 1
// @ts-ignore: decorator
@inline
const BINARY_CROSS_ENTROPY: i32 = 2

// @ts-ignore: decorator
@inline
function at<T>(pointer: usize, i: i32): usize {
  return pointer + usize(i) * sizeof<T>()
}

/** Half the squared distance: C = |h - y|^2 / 2, e = h - y. */
export function squaredError<T>(h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize): f64 {
  return losses<T>(SQUARED_ERROR, h, y, rows, columns, errors, samples)
}

/** Cross-entropy of p = softmax(h): C = sum_j y_j (ln sum_k e^h_k - h_j), e = p sum(y) - y. */
export function crossEntropy<T>(h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize): f64 {
  return losses<T>(CROSS_ENTROPY, h, y, rows, columns, errors, samples)
}

/** Binary cross-entropy of p = sigmoid(h): C = sum_j ln(1 + e^h_j) - y_j h_j, e = p - y. */
export function binaryCrossEntropy<T>(h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize): f64 {
  return losses<T>(BINARY_CROSS_ENTROPY, h, y, rows, columns, errors, samples)
}

/** The loss of that code: 0 squared error, 1 cross-entropy, 2 binary cross-entropy. */
export function losses<T>(code: i32, h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize): f64 {
  if (errors && code != CROSS_ENTROPY) lossErrors<T>(code, h, y, rows, columns, errors)
  let total: f64 = 0
  for (let i = 0; i < rows; i++) {
    let sample: f64
    if (code == CROSS_ENTROPY) {
      const largest = largestOf<T>(h, columns)
      sample = crossEntropyOf<T>(h, y, columns, largest, powers<T>(h, columns, largest, errors))
      if (errors) {
        softmaxErrors<T>(errors, y, columns)
        errors = at<T>(errors, columns)
      }
    } else sample = code == BINARY_CROSS_ENTROPY ? binaryCrossEntropyOf<T>(h, y, columns) : squaredErrorOf<T>(h, y, columns)
    if (samples) store<f64>(samples + (usize(i) << 3), sample)
    total += sample
    h = at<T>(h, columns)
    y = at<T>(y, columns)
  }
  return total
}

/** errors <- dC/dh of the loss of that code, where its value is not wanted. */
export function lossErrors<T>(code: i32, h: usize, y: usize, rows: i32, columns: i32, errors: usize): void {
  if (code == CROSS_ENTROPY) {
    for (; rows > 0; rows--) {
      exponentials<T>(h, columns, errors)
      softmaxErrors<T>(errors, y, columns)
      h = at<T>(h, columns)
      y = at<T>(y, columns)
      errors = at<T>(errors, columns)
    }
    return
  }
  const n = rows * columns
  const r = rest<T>(n)
  for (const end = errors + wholeBytes<T>(n); errors < end; h += 16, y += 16, errors += 16)
    v128.store(errors, v128.sub<T>(predicted<T>(code, v128.load(h)), v128.load(y)))
  if (r) storePartial<T>(errors, v128.sub<T>(predicted<T>(code, loadPartial<T>(h, r)), loadPartial<T>(y, r)), r)
}

// @ts-ignore: decorator
@inline
function predicted<T>(code: i32, h: v128): v128 {
  return code == BINARY_CROSS_ENTROPY ? sigmoid<T>(h) : h
}

/** Of a row p of exponentials: p <- softmax sum(y) - y. Both sums run in the order of the elements. */
function softmaxErrors<T>(p: usize, y: usize, columns: i32): void {
  let sum: T = <T>0, mass: T = <T>0
  for (let j = 0; j < columns; j++) {
    sum += load<T>(at<T>(p, j))
    mass += load<T>(at<T>(y, j))
  }
  const divisor = v128.splat<T>(sum), factor = v128.splat<T>(mass)
  const r = rest<T>(columns)
  for (const end = p + wholeBytes<T>(columns); p < end; p += 16, y += 16)
    v128.store(p, v128.sub<T>(v128.mul<T>(v128.div<T>(v128.load(p), divisor), factor), v128.load(y)))
  if (r) storePartial<T>(p, v128.sub<T>(v128.mul<T>(v128.div<T>(loadPartial<T>(p, r), divisor), factor), loadPartial<T>(y, r)), r)
}

/** p <- e^(h - max h) of a row: what `powers` stores, without the sum that values need. p may be h. */
function exponentials<T>(h: usize, columns: i32, p: usize): void {
  const largest = v128.splat<T>(largestOf<T>(h, columns))
  const r = rest<T>(columns)
  for (const end = p + wholeBytes<T>(columns); p < end; p += 16, h += 16) v128.store(p, exp<T>(v128.sub<T>(v128.load(h), largest)))
  if (r) storePartial<T>(p, exp<T>(v128.sub<T>(loadPartial<T>(h, r), largest)), r)
}

/** p <- p / sum(p) of a row, the sum in the order of its elements. */
function normalize<T>(p: usize, columns: i32): void {
  let sum: T = <T>0
  for (let j = 0; j < columns; j++) sum += load<T>(at<T>(p, j))
  const divisor = v128.splat<T>(sum)
  const r = rest<T>(columns)
  for (const end = p + wholeBytes<T>(columns); p < end; p += 16) v128.store(p, v128.div<T>(v128.load(p), divisor))
  if (r) storePartial<T>(p, v128.div<T>(loadPartial<T>(p, r), divisor), r)
}

/** p <- softmax of each row of h; p may be h. */
export function softmax<T>(h: usize, rows: i32, columns: i32, p: usize): void {
  for (; rows > 0; rows--) {
    exponentials<T>(h, columns, p)
    normalize<T>(p, columns)
    h = at<T>(h, columns)
    p = at<T>(p, columns)
  }
}

/** p <- link(h) of the loss of that code, so that dC/dh = link(h) - y; p may be h. */
export function link<T>(code: i32, h: usize, rows: i32, columns: i32, p: usize): void {
  if (code == CROSS_ENTROPY) softmax<T>(h, rows, columns, p)
  else if (code == BINARY_CROSS_ENTROPY) activate<T>(SIGMOID, h, p, rows * columns)
  else if (p != h) memory.copy(p, h, usize(rows) * usize(columns) * sizeof<T>())
}

/** Rows in which the largest output stands where the largest target stands (the first one, on a tie). */
export function countCorrect<T>(h: usize, y: usize, rows: i32, columns: i32): i32 {
  let correct = 0
  for (let i = 0; i < rows; i++) {
    let bestOutput = 0
    let bestTarget = 0
    for (let j = 1; j < columns; j++) {
      if (load<T>(at<T>(h, j)) > load<T>(at<T>(h, bestOutput))) bestOutput = j
      if (load<T>(at<T>(y, j)) > load<T>(at<T>(y, bestTarget))) bestTarget = j
    }
    if (bestOutput == bestTarget) correct++
    h = at<T>(h, columns)
    y = at<T>(y, columns)
  }
  return correct
}
