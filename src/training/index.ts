export type { Fit, FitOptions, FitResult, FitStep, Position } from './fit.js'
export { createTrainer, type Direction, type Evaluation, type Trainer, type TrainerOptions, type TrainerOptionsOf } from './trainer.js'
