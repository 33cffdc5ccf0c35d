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
// over-relaxation), and each sample until it has settled: assembly/dynamics/relax.ts. The drive of the clamped inputs is
// computed once for a batch.
import { type DType, precision } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import { addPhase, beginPhases, SampleSettling, type Settling, type SettlingSettings, unsettled } from '../numerics/fixed-point.js'
import { isClip } from '../layers/activation.js'
import type { LayerParameters } from '../layers/layer.js'
import { integerPower } from '../numerics/power.js'
import { mostRepeats } from '../errors.js'
import type { OptionTable } from '../options.js'
import type { Workspace } from './workspace.js'
import { RelaxationByLayer } from './relaxation-by-layer.js'
import { type Engine, type EngineSetting, outputMode, type Phase } from './relaxation-engine.js'
import { RelaxationInCore } from './relaxation-in-core.js'
import { servedByCore } from './served-by-core.js'

/** How a network settles. */
export interface RelaxationOptions {
  /** The most sweeps of a free phase; default 1000. */
  readonly freeSweeps?: number
  /** The most sweeps of a nudged or clamped phase, which starts from the free state; default 1000. */
  readonly nudgedSweeps?: number
  /**
   * How far from its fixed point a state may stay, in units of the strength of the pull that the rule compares (beta; in layer l
   * of L gamma^(L-l)): so far off may an activity difference be, once that strength is divided out. It is judged by how fast the
   * changes shrink from sweep to sweep (numerics/fixed-point.ts). Default 1e-4; 0 runs all sweeps.
   */
  readonly tolerance?: number
  /**
   * How far a state moves towards its equation's right-hand side, in (0, 1]; or `adaptive`, the default: beyond it, by
   * as much as the residuals suggest.
   */
  readonly step?: number | 'adaptive'
  /** @internal Whether the tolerance is of the last change alone, for measurements that settle to rounding. */
  readonly byResidual?: boolean
}

/** The options of every rule that settles. */
export const relaxationTable: OptionTable<RelaxationOptions> = {
  freeSweeps: { kind: 'integer', min: 1, max: mostRepeats, default: 1000 },
  nudgedSweeps: { kind: 'integer', min: 1, max: mostRepeats, default: 1000 },
  tolerance: { kind: 'number', min: 0, default: 1e-4 },
  step: { kind: 'number', above: 0, max: 1, or: ['adaptive'], default: 'adaptive' },
  byResidual: { kind: 'flag', default: false, internal: true },
}

/** What samples are told of how to settle: `overRelaxed`, by dynamics that can do that; `weakest`, the strength of the weakest pull. */
export const settlingSettings = (
  { tolerance, step, byResidual }: Required<RelaxationOptions>,
  dtype: DType,
  overRelaxed: boolean,
  weakest = 1,
): SettlingSettings => ({
  tolerance,
  byResidual,
  adaptive: overRelaxed && step === 'adaptive',
  step: step === 'adaptive' ? 1 : step,
  floor: byResidual || tolerance === 0 ? 0 : precision[dtype] / weakest,
})

/** Settles to rounding, for measurements. */
export const toRounding: Required<RelaxationOptions> = {
  freeSweeps: 20_000,
  nudgedSweeps: 20_000,
  tolerance: 1e-15,
  step: 'adaptive',
  byResidual: true,
}

/** What kind of relaxation it is. */
export interface RelaxationKind {
  /**
   * Of the pull that the outputs feel in the phases that are compared, and by what factor it weakens from layer to layer below them;
   * residuals are taken over it. Both are 1 by default.
   */
  readonly strength?: number
  readonly weakening?: number
  /** Whether the output state is link(h_L), so that it can be compared with targets. */
  readonly linked?: boolean
  /** Whether its errors are fed to another relaxation of the same network. */
  readonly amplified?: boolean
  /** @internal What runs the sweeps; default in the core, where it can. */
  readonly engine?: new (setting: EngineSetting) => Engine
}

/** A network of which neighbouring layers drive each other, and how it settles. */
export class Relaxation {
  readonly #settling = unsettled()
  readonly #site: Workspace
  readonly #parameters: readonly LayerParameters[]
  readonly #options: Required<RelaxationOptions>
  readonly #linked: boolean
  readonly #clips: boolean
  readonly #drive: Matrix
  /** h_L before the link, where the state of the outputs is the linked one; scratch elsewhere. */
  readonly #outputs: Matrix
  readonly #samples: SampleSettling
  /** Where the steps of the samples got to in the free phase. */
  readonly #freeSteps: Matrix
  readonly #engine: Engine
  readonly #phase: Phase = { s: [], mode: outputMode.free, downwards: false, beta: 0, y: null }

  /**
   * @param gamma the gain of the feedback from the layer above
   */
  constructor(
    site: Workspace,
    parameters: readonly LayerParameters[],
    gamma: number,
    options: Required<RelaxationOptions>,
    { strength = 1, weakening = 1, linked = false, amplified = false, engine }: RelaxationKind = {},
  ) {
    this.#site = site
    this.#parameters = parameters
    this.#options = options
    this.#linked = linked
    this.#clips = site.network.layers.some(({ activation }) => isClip(activation))
    this.#drive = site.batch(site.network.layers[0].outputs)
    this.#outputs = site.batch(site.network.outputs)
    const { length } = site.network.layers
    const strengths = site.network.layers.map(({ index }) => strength * integerPower(weakening, length - index - 1))
    this.#samples = new SampleSettling({ ...settlingSettings(options, site.network.dtype, true, Math.min(...strengths)), amplified }, () =>
      site.batchDoubles(),
    )
    this.#freeSteps = site.batchDoubles()
    const setting: EngineSetting = {
      site,
      parameters,
      gamma,
      drive: this.#drive,
      outputs: this.#outputs,
      samples: this.#samples,
      scales: strengths.map((pull) => (options.byResidual ? 1 : 1 / pull)),
    }
    engine ??= servedByCore(site) ? RelaxationInCore : RelaxationByLayer
    this.#engine = new engine(setting)
  }

  /** How the phases since the last free one went, that one included. */
  get settling(): Settling {
    return this.#settling
  }

  /** The free phase, from the feedforward pass. */
  free(s: readonly Matrix[]): void {
    this.#site.network.layers[0].map.forward(s[0], this.#parameters[0].weight, this.#drive)
    this.#engine.load()
    this.#begin(s, this.#linked ? outputMode.linked : outputMode.free, 0, null)
    beginPhases(this.#settling)
    this.#engine.feedforward()
    this.#relax(this.#options.freeSweeps)
    addPhase(this.#settling, this.#samples)
    this.#freeSteps.copy(this.#samples.steps)
  }

  /**
   * One plain sweep after a free phase, where there are clips: over-relaxed states stay a hair off the kinks that they settle on,
   * and slopes would be taken for those of the other side.
   */
  clip(): void {
    if (!this.#clips) return
    this.#samples.steps.fill(1)
    this.#samples.errors.fill(Infinity)
    this.#engine.relax(1)
  }

  /** A phase whose outputs are pulled down the loss by beta; from the states at hand, after a free one. */
  nudged(s: readonly Matrix[], beta: number, y: Matrix, afterSweep?: () => void): void {
    this.#begin(s, outputMode.nudged, beta, y)
    if (afterSweep === undefined) this.#relax(this.#options.nudgedSweeps)
    else
      for (let n = 0; n < this.#options.nudgedSweeps && !this.#samples.converged; n++) {
        this.#relax(1)
        afterSweep()
      }
    addPhase(this.#settling, this.#samples)
  }

  /** A phase whose outputs are held at y; from the states at hand, after a free one. */
  clamped(s: readonly Matrix[], y: Matrix): void {
    s.at(-1)!.copy(y)
    this.#begin(s, outputMode.clamped, 0, null)
    this.#relax(this.#options.nudgedSweeps)
    addPhase(this.#settling, this.#samples)
  }

  /** The activities h_0 ... h_L of free phases of s, always the same matrices: its states, but for outputs whose state is linked. */
  activities(s: readonly Matrix[]): readonly Matrix[] {
    return this.#linked ? [...s.slice(0, -1), this.#outputs] : s
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
    this.#samples.begin()
    if (this.#options.step === 'adaptive' && fromOutputs) this.#samples.steps.copy(this.#freeSteps)
    this.#engine.begin(phase)
  }

  #relax(sweeps: number): void {
    this.#engine.relax(sweeps)
    this.#samples.end()
  }
}
