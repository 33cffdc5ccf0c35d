export type { DataOf, Fit, FitOptions, FitResult, FitStep, LossOf, Position, Steps } from './fit.js'
export type { Predictor } from './predictor.js'
export { createTrainer, type Direction, type Evaluation, type Trainer, type TrainerOptions, type TrainerOptionsOf } from './trainer.js'
