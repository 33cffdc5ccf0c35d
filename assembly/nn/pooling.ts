// Average pooling and its transpose, channel by channel, over images with the channels last. Linear: a factor holds
// the 1 / area of a window and whatever scale the caller wants. Sums run in the order of the windows, and in each by rows.
import { addRun, Windows } from './windows'

/** z <- z + factor (sum over each window of x); or `back`, which is x <- x + factor z, each number all over its window. */
export function poolWindows<T>(back: i32, factor: T, x: usize, windows: usize, images: i32, z: usize): void {
  const w = changetype<Windows>(windows)
  const channels = w.channels
  const pixel = usize(channels) * sizeof<T>()
  const line = usize(w.width) * pixel
  for (let image = 0; image < images; image++, x += usize(w.height) * line)
    for (let oy = 0; oy < w.outHeight; oy++)
      for (let ox = 0; ox < w.outWidth; ox++, z += pixel) {
        const corner = x + usize(oy * w.strideY) * line + usize(ox * w.strideX) * pixel
        for (let ky = 0; ky < w.kernelHeight; ky++)
          for (let kx = 0; kx < w.kernelWidth; kx++) {
            const at = corner + usize(ky) * line + usize(kx) * pixel
            if (back) addRun<T>(factor, z, at, channels)
            else addRun<T>(factor, at, z, channels)
          }
      }
}
