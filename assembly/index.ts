// The export list of core.wasm, and nothing else. Kernels are generic over the element type;
// a name ends in _f32 or _f64 where both are exported.

export { allocate, free, bytesInUse } from './memory'

// linalg/gemm: C = alpha op(A) op(B) (+ C). form: 0 = NN, 1 = NT, 2 = TN; leading dimensions in elements.
import { gemm, gemmPacked, packWeights, packedSize } from './linalg/gemm'
export { gemmWorkspace } from './linalg/gemm'
export function gemm_f32(form: i32, m: usize, n: usize, k: usize, alpha: f32, a: usize, lda: usize, b: usize, ldb: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemm<f32>(form, m, n, k, alpha, a, lda, b, ldb, accumulate, c, ldc, workspace)
}
export function gemm_f64(form: i32, m: usize, n: usize, k: usize, alpha: f64, a: usize, lda: usize, b: usize, ldb: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemm<f64>(form, m, n, k, alpha, a, lda, b, ldb, accumulate, c, ldc, workspace)
}
export function gemmPacked_f32(m: usize, n: usize, k: usize, alpha: f32, a: usize, lda: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemmPacked<f32>(m, n, k, alpha, a, lda, packed, accumulate, c, ldc, workspace)
}
export function gemmPacked_f64(m: usize, n: usize, k: usize, alpha: f64, a: usize, lda: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemmPacked<f64>(m, n, k, alpha, a, lda, packed, accumulate, c, ldc, workspace)
}
export function packWeights_f32(form: i32, n: usize, k: usize, b: usize, ldb: usize, destination: usize): void {
  packWeights<f32>(form, n, k, b, ldb, destination)
}
export function packWeights_f64(form: i32, n: usize, k: usize, b: usize, ldb: usize, destination: usize): void {
  packWeights<f64>(form, n, k, b, ldb, destination)
}
export function packedSize_f32(n: usize, k: usize): usize {
  return packedSize<f32>(n, k)
}
export function packedSize_f64(n: usize, k: usize): usize {
  return packedSize<f64>(n, k)
}
