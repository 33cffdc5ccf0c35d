// The export list of core.wasm, and nothing else. Kernels are generic over the element type;
// a name ends in _f32 or _f64 where both are exported.

export { allocate, free, bytesInUse } from './memory'
