// The continuous Hopfield network in which equilibrium propagation was found: states are membrane potentials s, rates are
// rho(s), and potentials run down an energy and, when nudged, the loss as well,
//
//   E = sum_l ( |s_l|^2 / 2 - rho(s_l) . (W_l rho(s_{l-1}) + b_l) ),                s_0 = x clamped, rho(s_0) = x
//   s_l <- s_l - step d(E + beta C)/ds_l
//        = s_l + step ( rho'(s_l) (W_l rho(s_{l-1}) + W_{l+1}^T rho(s_{l+1}) + b_l) - beta dC/ds_l - s_l )
//
// all layers at once, as Euler's method has it, and each sample until it has settled; C is the loss of s_L. Where rho is a clip (hardSigmoid, relu) potentials are
// kept in its range, where rho' is 1: then the fixed points are those of the rates s = f(a), relaxation.ts, f = rho.
//
// Scellier & Bengio 2017, Front. Comput. Neurosci. 11:24; Hopfield 1984, PNAS 81:3088.
import type { Matrix } from '../core/memory.js'
import { addPhase, beginPhases, SampleSettling, type Settling, unsettled } from '../numerics/fixed-point.js'
import { activationCode, isClip } from '../layers/activation.js'
import type { LayerParameters } from '../layers/layer.js'
import type { Workspace } from './workspace.js'
import { type RelaxationOptions, settlingSettings } from './relaxation.js'

const identity = activationCode('potentials', 'identity')

export class PotentialRelaxation {
  readonly #samples: SampleSettling
  readonly #settling = unsettled()
  readonly #site: Workspace
  readonly #parameters: readonly LayerParameters[]
  readonly #options: Required<RelaxationOptions>
  /** rho(s_l) of the phase at hand, l = 0 ... L. */
  readonly #rates: readonly Matrix[]
  readonly #drives: readonly Matrix[]
  readonly #strength: number
  readonly #inputDrive: Matrix
  readonly #errors: Matrix
  /** The phase at hand. */
  #s: readonly Matrix[] = []
  #beta = 0
  #y: Matrix | null = null

  /** @param strength of the nudges, over which residuals are taken */
  constructor(site: Workspace, parameters: readonly LayerParameters[], options: Required<RelaxationOptions>, strength = 1) {
    this.#site = site
    this.#parameters = parameters
    this.#options = options
    this.#rates = site.activities()
    this.#drives = site.network.layers.map(({ outputs }) => site.batch(outputs))
    this.#inputDrive = site.batch(site.network.layers[0].outputs)
    this.#errors = site.batch(site.network.outputs)
    this.#strength = options.byResidual ? 1 : strength
    this.#samples = new SampleSettling(settlingSettings(options, site.network.dtype, false, strength), () => site.batchDoubles())
  }

  /** How the phases since the last free one went, that one included. */
  get settling(): Settling {
    return this.#settling
  }

  /** The activities h_0 ... h_L of free phases of s, always the same matrices: the rates of hidden potentials, and the outputs' own. */
  activities(s: readonly Matrix[]): readonly Matrix[] {
    return [...this.#rates.slice(0, -1), s.at(-1)!]
  }

  /** The free phase, from potentials of zero. */
  free(s: readonly Matrix[]): void {
    this.#site.network.layers[0].map.forward(s[0], this.#parameters[0].weight, this.#inputDrive)
    for (let l = 1; l < s.length; l++) s[l].fill(0)
    beginPhases(this.#settling)
    this.#settle(s, this.#options.freeSweeps, 0, null)
  }

  /** A phase whose outputs are pulled down the loss by beta; from the potentials at hand, after a free one. */
  nudged(s: readonly Matrix[], beta: number, y: Matrix): void {
    this.#settle(s, this.#options.nudgedSweeps, beta, y)
  }

  #settle(s: readonly Matrix[], sweeps: number, beta: number, y: Matrix | null): void {
    this.#s = s
    this.#beta = beta
    this.#y = y
    this.#fire()
    this.#samples.run(sweeps, this.#step)
    addPhase(this.#settling, this.#samples)
  }

  /** One step of all potentials, of samples that have not settled. */
  readonly #step = (): void => {
    const {
      network: { layers },
      ops,
    } = this.#site
    const { moving, worst } = this.#samples
    for (let l = 1; l <= layers.length; l++) this.#drive(l)
    for (let l = 1; l <= layers.length; l++) ops.approach(moving, this.#drives[l - 1], this.#s[l], worst, 1 / this.#strength)
    this.#fire()
  }

  /** The rates of the potentials as they are. */
  #fire(): void {
    const {
      network: { layers },
      ops,
    } = this.#site
    for (const { index, code } of layers) ops.activate(code, this.#s[index + 1], this.#rates[index + 1])
  }

  /** The potential that s_l moves towards. */
  #drive(l: number): void {
    const {
      network: { layers },
      ops,
      loss,
    } = this.#site
    const { map, code, activation } = layers[l - 1]
    const { weight, bias } = this.#parameters[l - 1]
    const drive = this.#drives[l - 1]
    if (l === 1) drive.copy(this.#inputDrive)
    else map.forward(this.#rates[l - 1], weight, drive)
    if (l < layers.length) layers[l].map.backward(this.#rates[l + 1], this.#parameters[l].weight, drive, 1, true)
    map.activate(identity, bias, drive)
    const clipped = isClip(activation)
    if (!clipped) ops.multiplySlope(code, this.#rates[l], drive)
    if (l === layers.length && this.#beta !== 0) {
      loss.evaluate(ops, this.#s[l], this.#y!, this.#errors)
      ops.combine(-this.#beta, this.#errors, 1, drive)
    }
    if (clipped) ops.activate(code, drive, drive)
  }
}
