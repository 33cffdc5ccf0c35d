export { Dataset, dataset } from './dataset.js'
export type { Batch, DatasetSource, Values } from './dataset.js'
export { digits } from './digits.js'
