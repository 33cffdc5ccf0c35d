export { type BoltzmannLearningOptions, boltzmannLearning } from './boltzmann-learning.js'
export { type BoltzmannMachine, type BoltzmannMachineOptions, boltzmannMachine } from './boltzmann-machine.js'
export { contrastiveDivergence, type ContrastiveDivergenceOptions } from './contrastive-divergence.js'
export { type HelmholtzMachine, type HelmholtzMachineOptions, helmholtzMachine } from './helmholtz-machine.js'
export { meanFieldLearning, type MeanFieldLearningOptions } from './mean-field-learning.js'
export type { Model, ModelDescription } from './model.js'
export type { ModelLearner } from './model-learner.js'
export {
  type Causes,
  type InferenceOptions,
  type PredictiveHierarchy,
  predictiveHierarchy,
  type PredictiveHierarchyOptions,
} from './predictive-hierarchy.js'
export { predictiveLearning } from './predictive-learning.js'
export { type Rbm, type RbmOptions, rbm } from './rbm.js'
export { rbmLikelihood } from './rbm-likelihood.js'
export { wakeSleep, type WakeSleepOptions } from './wake-sleep.js'
