// The windows that a convolution or a pooling slides over a batch of images. Images are row-major with the channels
// last, [height x width x channels], so that a row of a window that lies inside the image is one run of numbers.
// Windows are counted over the batch: image by image, in each from the top left by rows.
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'

/** Where the windows lie: eleven numbers in memory, written once by the host. */
@unmanaged
export class Windows {
  height: i32
  width: i32
  channels: i32
  kernelHeight: i32
  kernelWidth: i32
  strideY: i32
  strideX: i32
  /** Zeros around the image, on each side. */
  paddingY: i32
  paddingX: i32
  /** Windows in a column and in a row of an image. */
  outHeight: i32
  outWidth: i32
}

/** y <- y + a x for a run of n numbers. */
export function addRun<T>(a: T, x: usize, y: usize, n: i32): void {
  const v = v128.splat<T>(a)
  const end = x + wholeBytes<T>(n)
  for (; x < end; x += 16, y += 16) v128.store(y, v128.add<T>(v128.load(y), v128.mul<T>(v, v128.load(x))))
  const r = rest<T>(n)
  if (r) storePartial<T>(y, v128.add<T>(loadPartial<T>(y, r), v128.mul<T>(v, loadPartial<T>(x, r))), r)
}

/** y <- x for a run of n numbers: runs are short, and a call of memory.copy would take longer than most of them. */
export function copyRun<T>(x: usize, y: usize, n: i32): void {
  const end = x + wholeBytes<T>(n)
  for (; x < end; x += 16, y += 16) v128.store(y, v128.load(x))
  const r = rest<T>(n)
  if (r) storePartial<T>(y, loadPartial<T>(x, r), r)
}
