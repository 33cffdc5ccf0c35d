export { classWeights } from './class-weights.js'
export { type CsvData, type CsvOptions, parseCsv } from './csv.js'
export { Dataset, dataset } from './dataset.js'
export type { Batch, DatasetSource, Values } from './dataset.js'
export { digits } from './digits.js'
export { parseIdx } from './idx.js'
export type { IdxArray } from './idx.js'
export {
  type Normalized,
  type Per,
  rescaling,
  type RescalingOptions,
  standardization,
  type StandardizationOptions,
} from './normalization.js'
export { oneHot } from './rows.js'
export { emnist, fashionMnist, mnist, mnistFromBytes, type MnistFiles, type MnistOptions, type TrainAndTest } from './mnist.js'
