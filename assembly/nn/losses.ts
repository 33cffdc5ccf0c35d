// The losses: for each row of outputs h and targets y [rows x columns] the loss of that sample, and the error
// e = dC/dh of the outputs, unaveraged. The sum of the sample losses is returned in double precision.
// `errors` and `samples` (doubles, one a row) may be 0 when they are not wanted.
import { exp } from '../math/exp'
import { log } from '../math/log'
import { sigmoid } from '../math/sigmoid'
import { softplus } from '../math/softplus'
import { loadPartial, rest, storePartial } from '../vector'
import { SIGMOID, activate } from './activation'

// @ts-ignore: decorator
@inline
function at<T>(pointer: usize, i: i32): usize {
  return pointer + usize(i) * sizeof<T>()
}

// @ts-ignore: decorator
@inline
function first<T>(v: v128): T {
  if (sizeof<T>() == 8) return <T>f64x2.extract_lane(v, 0)
  return <T>f32x4.extract_lane(v, 0)
}

// @ts-ignore: decorator
@inline
function logOf<T>(x: T): T {
  return first<T>(log<T>(v128.splat<T>(x)))
}

/** Half the squared distance: C = |h - y|^2 / 2, e = h - y. */
export function squaredError<T>(h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize): f64 {
  let total: f64 = 0
  for (let i = 0; i < rows; i++) {
    let sample: f64 = 0
    for (let j = 0; j < columns; j++) {
      const e = load<T>(at<T>(h, j)) - load<T>(at<T>(y, j))
      if (errors) store<T>(at<T>(errors, j), e)
      sample += 0.5 * f64(e) * f64(e)
    }
    if (samples) store<f64>(samples + (usize(i) << 3), sample)
    total += sample
    h = at<T>(h, columns)
    y = at<T>(y, columns)
    if (errors) errors = at<T>(errors, columns)
  }
  return total
}

/** p <- softmax(h) for one row; returns the logarithm of the sum of exponentials. p may be h. */
function softmaxRow<T>(h: usize, columns: i32, p: usize): T {
  let largest = load<T>(h)
  for (let j = 1; j < columns; j++) largest = max<T>(largest, load<T>(at<T>(h, j)))
  const shift = v128.splat<T>(largest)
  const r = rest<T>(columns)
  const whole = columns - r
  for (let j = 0; j < whole; j += 16 / sizeof<T>())
    v128.store(at<T>(p, j), exp<T>(v128.sub<T>(v128.load(at<T>(h, j)), shift)))
  if (r) storePartial<T>(at<T>(p, whole), exp<T>(v128.sub<T>(loadPartial<T>(at<T>(h, whole), r), shift)), r)
  let sum: T = <T>0
  for (let j = 0; j < columns; j++) sum += load<T>(at<T>(p, j))
  for (let j = 0; j < columns; j++) store<T>(at<T>(p, j), load<T>(at<T>(p, j)) / sum)
  return largest + logOf<T>(sum)
}

/** p <- softmax of each row of h. */
export function softmax<T>(h: usize, rows: i32, columns: i32, p: usize): void {
  for (let i = 0; i < rows; i++) {
    softmaxRow<T>(h, columns, p)
    h = at<T>(h, columns)
    p = at<T>(p, columns)
  }
}

/**
 * Cross-entropy of p = softmax(h): C = sum_j y_j (ln sum_k e^h_k - h_j), e = p sum(y) - y. `scratch` holds
 * one row of T and is used where `errors` is 0.
 */
export function crossEntropy<T>(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize, scratch: usize,
): f64 {
  let total: f64 = 0
  for (let i = 0; i < rows; i++) {
    const p = errors ? errors : scratch
    const logSum = softmaxRow<T>(h, columns, p)
    let sample: f64 = 0
    let mass: T = <T>0
    for (let j = 0; j < columns; j++) {
      const target = load<T>(at<T>(y, j))
      sample += f64(target) * f64(logSum - load<T>(at<T>(h, j)))
      mass += target
    }
    for (let j = 0; j < columns; j++) store<T>(at<T>(p, j), load<T>(at<T>(p, j)) * mass - load<T>(at<T>(y, j)))
    if (samples) store<f64>(samples + (usize(i) << 3), sample)
    total += sample
    h = at<T>(h, columns)
    y = at<T>(y, columns)
    if (errors) errors = at<T>(errors, columns)
  }
  return total
}

/** Binary cross-entropy of p = sigmoid(h): C = sum_j softplus(h_j) - y_j h_j, e = p - y. */
export function binaryCrossEntropy<T>(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize,
): f64 {
  let total: f64 = 0
  for (let i = 0; i < rows; i++) {
    let sample: f64 = 0
    for (let j = 0; j < columns; j++) {
      const logit = load<T>(at<T>(h, j))
      const target = load<T>(at<T>(y, j))
      const v = v128.splat<T>(logit)
      sample += f64(first<T>(softplus<T>(v))) - f64(target) * f64(logit)
      if (errors) store<T>(at<T>(errors, j), first<T>(sigmoid<T>(v)) - target)
    }
    if (samples) store<f64>(samples + (usize(i) << 3), sample)
    total += sample
    h = at<T>(h, columns)
    y = at<T>(y, columns)
    if (errors) errors = at<T>(errors, columns)
  }
  return total
}

/** errors <- dC/dh of the loss of that code: 0 squared error, 1 cross-entropy, 2 binary cross-entropy. Returns the summed loss. */
export function lossErrors<T>(code: i32, h: usize, y: usize, rows: i32, columns: i32, errors: usize): f64 {
  if (code == 1) return crossEntropy<T>(h, y, rows, columns, errors, 0, 0)
  if (code == 2) return binaryCrossEntropy<T>(h, y, rows, columns, errors, 0)
  return squaredError<T>(h, y, rows, columns, errors, 0)
}

/** p <- link(h) of the loss of that code, so that dC/dh = link(h) - y; p may be h. */
export function link<T>(code: i32, h: usize, rows: i32, columns: i32, p: usize): void {
  if (code == 1) softmax<T>(h, rows, columns, p)
  else if (code == 2) activate<T>(SIGMOID, h, p, rows * columns)
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
