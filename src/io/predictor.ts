// Taught networks for inference alone, as safetensors files: the weights, how the network turns inputs into outputs, and what its
// outputs mean.
//
//   layers.0.weight ...   the network's parameters
//   __metadata__          format, dtype, the network, `forward` (kind and options of what settles), the name of the loss
import { feedforward, type Forward } from '../dynamics/forward.js'
import { settlingForward } from '../dynamics/equilibrium.js'
import { describe, NgradError, requireOwn } from '../errors.js'
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import type { Objective } from '../losses/loss.js'
import { reward } from '../losses/reward.js'
import { squaredError } from '../losses/squared-error.js'
import { Network } from '../models/network.js'
import { Predictor } from '../training/predictor.js'
import { Trainer } from '../training/trainer.js'
import { builtNetwork } from './built-network.js'
import { JsonScanner } from './json-scanner.js'
import { networkText } from './network-text.js'
import { readCheckpoint, writeSafetensors } from './safetensors.js'
import { metadataOf, StateReader, tensorsOf } from './state.js'

const format = 'ngrad-predictor-1'
const mostOptions = 16
const losses: readonly Objective[] = [squaredError(), crossEntropy(), binaryCrossEntropy(), reward()]

/**
 * The bytes of a safetensors file with which {@link loadPredictor} computes what `trainer.predict` does, to the bit, where there is
 * neither learner nor optimizer: what is shipped.
 *
 * ```ts
 * writeFileSync('digits.safetensors', savePredictor(trainer))
 * const predictor = loadPredictor(readFileSync('digits.safetensors'))
 * predictor.probabilities(x)
 * ```
 *
 * @throws NgradError `TYPE`, `DISPOSED`; `NOT_FINITE` when training has overflowed; `UNSUPPORTED` for a model that is no network, and
 * for a rule, a loss or a layer from outside of the library, which a file cannot hold
 */
export function savePredictor(trainer: Trainer): Uint8Array {
  const where = 'savePredictor(trainer)'
  requireOwn(where, trainer, Trainer, 'a trainer')
  const { model, learner, loss, estimator } = trainer
  if (!(model instanceof Network)) throw new NgradError('UNSUPPORTED', where, 'a network', (model as { kind: string }).kind)
  estimator.requireAlive(where)
  const { forward = feedforward } = learner
  const known = loss && losses.find(({ name, probabilities }) => name === loss.name && probabilities === loss.probabilities)
  if (loss?.probabilities && !known) throw new NgradError('UNSUPPORTED', where, 'a loss of the library', loss.name)
  const text = networkText(model.description)
  const metadata = metadataOf({
    format,
    dtype: model.dtype,
    network: text,
    loss: known?.name ?? 'none', // one of the user's own reads nothing in the outputs
    forward: JSON.stringify(forwardText(where, forward)),
  })
  return writeSafetensors({
    tensors: tensorsOf(where, new Map(model.parameters.map((parameter) => [parameter.name, parameter]))),
    metadata,
  })
}

/**
 * A network that was saved for inference alone, by {@link savePredictor}. Dispose of it.
 *
 * @throws NgradError `FORMAT` for bytes that are no such file; `OUT_OF_MEMORY`. Nothing is kept then.
 */
export function loadPredictor(bytes: Uint8Array): Predictor {
  const where = 'loadPredictor(bytes)'
  const file = new StateReader(where, readCheckpoint(bytes))
  file.word('format', [format])
  const name = file.word('loss', ['none', ...losses.map((loss) => loss.name)])
  const loss = losses.find((known) => known.name === name)
  const forward = readForward(`${where}: forward`, file.text('forward'))
  const network = builtNetwork(where, file, 0)
  try {
    file.restore(new Map(network.parameters.map((parameter) => [parameter.name, parameter])))
    return new Predictor(network, forward, loss)
  } catch (error) {
    network.dispose()
    throw error
  }
}

/** As a file holds it. Throws `UNSUPPORTED` for one that could not be read again. */
function forwardText(where: string, { kind, options }: Forward): object {
  try {
    if (kind !== feedforward.kind) settlingForward(where, kind, options)
  } catch (cause) {
    throw new NgradError('UNSUPPORTED', `${where}: forward`, 'a network that settles as one of the library does', kind, { cause })
  }
  return { kind, ...options }
}

function readForward(where: string, text: string): Forward {
  const json = new JsonScanner(where, text)
  try {
    const { kind, ...options } = json.value(2, mostOptions) as Record<string, unknown>
    json.end()
    if (kind === feedforward.kind && Object.keys(options).length === 0) return feedforward
    return settlingForward(where, String(kind), options)
  } catch (cause) {
    throw new NgradError(
      'FORMAT',
      where,
      'how a network turns inputs into outputs',
      cause instanceof Error ? cause.message : describe(cause),
      {
        cause,
      },
    )
  }
}
