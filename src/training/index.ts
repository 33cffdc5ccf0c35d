export type { FitOptions, FitStep } from './fit.js'
export { createTrainer, type Direction, type Evaluation, type Trainer, type TrainerOptions } from './trainer.js'
export { createModelTrainer, type ModelBatch, type ModelFitOptions, type ModelTrainer, type ModelTrainerOptions } from './model-trainer.js'
