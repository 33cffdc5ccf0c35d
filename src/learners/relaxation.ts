// The relaxation engine: a layered network whose neighbouring layers drive each other, settled to a fixed point
//
//   s_l = f_l( W_l s_{l-1} + gamma W_{l+1}^T s_{l+1} + b_l ),       s_0 = x clamped,
//   s_L = f_L( W_L s_{L-1} + b_L - beta dC/ds_L )                    nudged by beta, *before* the nonlinearity,
//   s_L = y                                                          or clamped,
//
// by sweeps over the layers, each using the newest states of its neighbours (Gauss-Seidel). For gamma = 1 a
// sweep is a block coordinate descent on the energy of the symmetric network, which is why it settles where
// synchronous updates oscillate. Sweeps start where the news is: at the inputs in a free phase, at the outputs in the
// others. States are moved beyond their right-hand side by as much as the residuals suggest (successive
// over-relaxation), and each sample until it has settled: assembly/rules/relax.ts. The drive of the clamped inputs is
// computed once for a batch.
import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { type Settling, unsettled } from '../core/settling.js'
import type { LayerParameters } from '../layers/layer.js'
import { mostRepeats, requireInteger, requireNumber, requirePositive } from '../errors.js'
import type { SettlingSite } from './learner.js'
import { RelaxationByLayer } from './relaxation-by-layer.js'
import { type Engine, type EngineSetting, outputMode, type Phase } from './relaxation-engine.js'
import { RelaxationInCore } from './relaxation-in-core.js'
import { servedByCore } from './served-by-core.js'

export interface RelaxationOptions {
  /** The most sweeps of a free phase, up to 10^6. */
  readonly freeSweeps?: number
  /** The most sweeps of a nudged or clamped phase, up to 10^6, which starts from the free state. */
  readonly nudgedSweeps?: number
  /** A sample has settled when none of its states is off by more in a sweep; 0 runs all sweeps. */
  readonly tolerance?: number
  /**
   * How far a state moves towards its equation's right-hand side, in (0, 1]; or `adaptive`, the default: beyond it, by
   * as much as the residuals suggest.
   */
  readonly step?: number | 'adaptive'
}

/** Checks the options of a settling rule, and fills in what is left out. */
export function relaxationOptions(
  where: string, { freeSweeps = 50, nudgedSweeps = 20, tolerance = 1e-5, step = 'adaptive' }: RelaxationOptions,
): Required<RelaxationOptions> {
  requireInteger(`${where}: freeSweeps`, freeSweeps, 1, mostRepeats)
  requireInteger(`${where}: nudgedSweeps`, nudgedSweeps, 1, mostRepeats)
  requireNumber(`${where}: tolerance`, tolerance, 0)
  if (step !== 'adaptive') {
    requirePositive(`${where}: step`, step)
    requireNumber(`${where}: step`, step, 0, 1)
  }
  return { freeSweeps, nudgedSweeps, tolerance, step }
}

/** The step of dynamics that do not over-relax: the whole one, where none is given. */
export const fixedStep = ({ step }: Required<RelaxationOptions>): number => (step === 'adaptive' ? 1 : step)

/** Settles to rounding, for measurements. */
export const toRounding: Required<RelaxationOptions> = {
  freeSweeps: 20_000, nudgedSweeps: 20_000, tolerance: 1e-15, step: 'adaptive',
}

export class Relaxation {
  readonly #settling = unsettled()
  readonly #doubles: Operations
  readonly #site: SettlingSite
  readonly #parameters: readonly LayerParameters[]
  readonly #options: Required<RelaxationOptions>
  readonly #linked: boolean
  readonly #drive: Matrix
  /** h_L before the link, where the state of the outputs is the linked one; scratch elsewhere. */
  readonly #outputs: Matrix
  /** Of each sample, doubles: its step, where that got to in the free phase, and by how much it was off last. */
  readonly #steps: Matrix
  readonly #freeSteps: Matrix
  readonly #residuals: Matrix
  readonly #engine: Engine
  readonly #phase: Phase = { s: [], mode: outputMode.free, downwards: false, beta: 0, y: null }

  /**
   * @param gamma the gain of the feedback from the layer above
   * @param linked whether the output state is link(h_L), so that it can be compared with targets
   */
  constructor(
    site: SettlingSite, parameters: readonly LayerParameters[], gamma: number, options: Required<RelaxationOptions>,
    linked = false, engine?: new (setting: EngineSetting) => Engine,
  ) {
    this.#site = site
    this.#doubles = site.ops.doubles
    this.#parameters = parameters
    this.#options = options
    this.#linked = linked
    this.#drive = site.batch(site.network.layers[0]!.outputs)
    this.#outputs = site.batch(site.network.outputs)
    this.#steps = site.batchDoubles()
    this.#freeSteps = site.batchDoubles()
    this.#residuals = site.batchDoubles()
    const setting: EngineSetting = {
      site, parameters, gamma, tolerance: options.tolerance, adaptive: options.step === 'adaptive',
      drive: this.#drive, outputs: this.#outputs, steps: this.#steps, residuals: this.#residuals,
    }
    engine ??= servedByCore(site) ? RelaxationInCore : RelaxationByLayer
    this.#engine = new engine(setting)
  }

  /** How the last phase went: the sweeps of the slowest sample, and the residual of the worst. */
  get settling(): Settling {
    return this.#settling
  }

  /** The free phase, from the feedforward pass. */
  free(s: readonly Matrix[]): void {
    this.#site.network.layers[0]!.map.forward(s[0]!, this.#parameters[0]!.weight, this.#drive)
    this.#engine.load()
    this.#begin(s, this.#linked ? outputMode.linked : outputMode.free, 0, null)
    this.#engine.feedforward()
    this.#relax(this.#options.freeSweeps)
    this.#freeSteps.copy(this.#steps)
  }

  /** A phase whose outputs are pulled down the loss by beta; from the states at hand, after a free one. */
  nudged(s: readonly Matrix[], beta: number, y: Matrix, afterSweep?: () => void): void {
    this.#begin(s, outputMode.nudged, beta, y)
    if (afterSweep === undefined) this.#relax(this.#options.nudgedSweeps)
    else
      for (let n = 0; n < this.#options.nudgedSweeps && !this.#settling.converged; n++) {
        this.#relax(1)
        afterSweep()
      }
  }

  /** A phase whose outputs are held at y; from the states at hand, after a free one. */
  clamped(s: readonly Matrix[], y: Matrix): void {
    s.at(-1)!.copy(y)
    this.#begin(s, outputMode.clamped, 0, null)
    this.#relax(this.#options.nudgedSweeps)
  }

  /** The outputs h_L of the last free phase. */
  outputs(s: readonly Matrix[]): Matrix {
    return this.#linked ? this.#outputs : s.at(-1)!
  }

  /** What is new comes from the inputs in a free phase, and from the outputs in any other. */
  #begin(s: readonly Matrix[], mode: number, beta: number, y: Matrix | null): void {
    const phase = this.#phase
    const fromOutputs = mode === outputMode.nudged || mode === outputMode.clamped
    phase.s = s
    phase.mode = mode
    phase.downwards = fromOutputs
    phase.beta = beta
    phase.y = y
    const { step } = this.#options
    if (step === 'adaptive' && fromOutputs) this.#steps.copy(this.#freeSteps)
    else this.#steps.fill(step === 'adaptive' ? 1 : step)
    this.#residuals.fill(Infinity)
    this.#settling.sweeps = 0
    this.#settling.residual = Infinity
    this.#settling.converged = false
    this.#engine.begin(phase)
  }

  #relax(sweeps: number): void {
    this.#engine.relax(this.#settling, sweeps)
    this.#settling.residual = this.#doubles.maxAbsolute(this.#residuals)
    this.#settling.converged = this.#settling.residual <= this.#options.tolerance
  }
}
