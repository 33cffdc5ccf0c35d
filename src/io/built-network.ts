import { NgradError } from '../errors.js'
import type { BuildOptions } from '../models/model.js'
import { layerShapes, type Network, type NetworkDescription, parameterSpecs } from '../models/network.js'
import { parseNetwork } from './network-text.js'
import type { StateReader } from './state.js'

/**
 * The network that a file describes, its parameters not read yet. Its tensors are looked at before anything is built: a description
 * alone could ask for any amount of memory.
 */
export function builtNetwork(where: string, file: StateReader, seed: number): Network {
  const dtype = file.dtype()
  const description = parseNetwork(`${where}: network`, file.text('network'), file.file.tensors.size)
  for (const { name, shape } of parameterSpecs(layerShapes(description))) file.tensor(name, shape, dtype)
  return built(where, description, { dtype, seed })
}

/** The network, whose initial weights may overflow: no network that was saved did. */
function built(where: string, description: NetworkDescription, options: BuildOptions): Network {
  try {
    return description.build(options)
  } catch (cause) {
    if (!(cause instanceof NgradError && cause.code === 'NOT_FINITE')) throw cause
    throw new NgradError('FORMAT', `${where}: network`, 'the description of a network', cause.message, { cause })
  }
}
