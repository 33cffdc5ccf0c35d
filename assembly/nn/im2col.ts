// A convolution as a matrix product: im2col lays each window out as a row of a matrix, in the order [kernel row, kernel
// column, channel], so that the product with W^T is the convolution; col2im, its transpose, adds each row back to
// where it was taken from. Both work on a range of the windows, so that the matrix need not hold a batch.
//
// What lies in the padding is 0, and is not added back. Sums run in the order of the windows.
import { addRun, copyRun, Windows } from './windows'

/**
 * Row i of patches [count x kernelHeight * kernelWidth * channels] <- window first + i of the images x; or `back`, which
 * is x <- x + the rows of patches, each where its window is.
 */
export function moveWindows<T>(back: i32, x: usize, windows: usize, first: i32, count: i32, patches: usize): void {
  const w = changetype<Windows>(windows)
  const channels = w.channels, height = w.height, width = w.width, kernelWidth = w.kernelWidth
  const pixel = usize(channels) * sizeof<T>()
  const line = usize(width) * pixel
  const perImage = w.outHeight * w.outWidth
  x += usize(first / perImage) * usize(height) * line
  let oy = (first % perImage) / w.outWidth
  let ox = first % w.outWidth
  for (let i = 0; i < count; i++) {
    const top = oy * w.strideY - w.paddingY
    const left = ox * w.strideX - w.paddingX
    const before = max(0, -left) // columns of the window in the padding, on the left and on the right
    const after = max(0, left + kernelWidth - width)
    const inside = (kernelWidth - before - after) * channels
    for (let y = top; y < top + w.kernelHeight; y++) {
      const within = y >= 0 && y < height
      if (!back && (!within || inside < kernelWidth * channels)) memory.fill(patches, 0, usize(kernelWidth) * pixel)
      if (within) {
        const run = x + usize(y) * line + usize(left + before) * pixel
        const at = patches + usize(before) * pixel
        if (back) addRun<T>(1, at, run, inside)
        else copyRun<T>(run, at, inside)
      }
      patches += usize(kernelWidth) * pixel
    }
    if (++ox == w.outWidth) {
      ox = 0
      if (++oy == w.outHeight) {
        oy = 0
        x += usize(height) * line
      }
    }
  }
}
