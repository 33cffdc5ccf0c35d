export type { Loss } from './loss.js'
export { binaryCrossEntropy } from './binary-cross-entropy.js'
export { crossEntropy } from './cross-entropy.js'
export { squaredError } from './squared-error.js'
