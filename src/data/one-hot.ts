/** `[labels.length, classes]`: for each label a row of zeros with a 1 at the label, which must be below `classes`. */
export function oneHot(labels: Uint8Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes)
  for (let row = 0; row < labels.length; row++) rows[row * classes + labels[row]] = 1
  return rows
}
