// Plain references for the kernels of the core: slow, obvious, and of the same order of summation, so
// that results can be compared bit for bit.

export type Floats = Float32Array | Float64Array
export type Form = 'NN' | 'NT' | 'TN'

/** The matrix product by its contract (assembly/linalg/gemm.ts): k in even blocks of at most 2 KiB. */
export function gemm(
  form: Form,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Floats,
  lda: number,
  b: Floats,
  ldb: number,
  accumulate: boolean,
  c: Floats,
  ldc: number,
): void {
  const round = a instanceof Float32Array ? Math.fround : (x: number) => x
  const blocks = Math.ceil(k / (2048 / a.BYTES_PER_ELEMENT))
  const depth = Math.ceil(k / blocks)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let element = accumulate ? c[i * ldc + j] : 0
      for (let start = 0; alpha !== 0 && start < k; start += depth) {
        let sum = 0
        for (let p = start; p < Math.min(start + depth, k); p++) {
          const x = form === 'TN' ? a[p * lda + i] : a[i * lda + p]
          const y = form === 'NT' ? b[j * ldb + p] : b[p * ldb + j]
          sum = round(sum + round(x * y))
        }
        const block = round(alpha * sum)
        element = start > 0 || accumulate ? round(element + block) : block
      }
      c[i * ldc + j] = element
    }
  }
}
