export {
  type AssociativeMemory,
  associativeMemory,
  type AssociativeMemoryOptions,
  type Recall,
  type RecallOptions,
} from './associative-memory.js'
export { type BoltzmannMachine, type BoltzmannMachineOptions, boltzmannMachine } from './boltzmann-machine.js'
export { type HelmholtzMachine, type HelmholtzMachineOptions, helmholtzMachine } from './helmholtz-machine.js'
export type { ModelMaker } from './define-model.js'
export type { Model, ModelDescription } from './model.js'
export {
  type Causes,
  type InferenceOptions,
  type PredictiveHierarchy,
  predictiveHierarchy,
  type PredictiveHierarchyOptions,
} from './predictive-hierarchy.js'
export type { ChainOptions, SampleOptions } from './sampling.js'
export { type Rbm, type RbmOptions, rbm } from './rbm.js'
export { type LayerSummary, type NetworkSummary, summary } from './summary.js'
export { type Synapses, synapses, type SynapsesOptions } from './synapses.js'
