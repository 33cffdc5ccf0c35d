export { type Resumed, type ResumedModel, type ResumeOptions, resume, save } from './checkpoint.js'
export { loadPredictor, savePredictor } from './predictor.js'
export { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from './safetensors.js'
