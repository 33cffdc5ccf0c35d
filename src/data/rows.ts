// Bytes of images and labels as rows of a data set.

/** `bytes / unit`, so that 0 .. unit becomes [0, 1]. A plain loop: `Float32Array.from` with a function takes many times as long. */
export function scaled(bytes: Uint8Array, unit: number): Float32Array {
  const values = new Float32Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i] / unit
  return values
}

/** `[labels.length, classes]`: for each label a row of zeros with a 1 at the label, which must be below `classes`. */
export function oneHot(labels: Uint8Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes)
  for (let row = 0; row < labels.length; row++) rows[row * classes + labels[row]] = 1
  return rows
}
