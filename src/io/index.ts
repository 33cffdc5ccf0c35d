export { type Resumed, resume, save } from './checkpoint.js'
export { type ResumedModel, resumeModel, saveModel } from './model-checkpoint.js'
export { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from './safetensors.js'
