// The interface of a learning rule.
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Random } from '../core/random.js'
import type { Settling } from '../core/settling.js'
import type { Layer, LayerParameters } from '../layers/layer.js'
import type { Network } from '../layers/network.js'
import type { ParameterGroup, ParameterSpec } from '../layers/parameter.js'
import type { Loss } from '../losses/loss.js'
import type { Claim } from './claim.js'
import type { Forward } from './forward.js'

export type { Settling }

/** How much a rule is told about its errors: the axis of the review. */
export type Feedback = 'none' | 'scalar' | 'vector'

/** A learning rule as data. It estimates directions; it never writes the network's parameters. */
export interface Learner {
  /** The name of the function that makes it. */
  readonly name: string
  readonly feedback: Feedback
  /** What its direction is in relation to a gradient. */
  readonly claim: Claim
  /** @internal Whether it teaches layers with lateral weights; others refuse them. */
  readonly lateral?: boolean
  /**
   * @internal What of a batch it compares with the predictions link(h_L), and takes the difference for the error. A loss of
   * distributions then needs rows that sum to 1.
   */
  readonly compares?: 'targets' | 'inputs'
  /** @internal How its network turns inputs into outputs; default one feedforward pass. */
  readonly forward?: Forward
  /** @internal Sets the rule up for one network: everything that a step needs is allocated here. */
  attach(site: Site): Rule
}

/** @internal What a rule finds where it is attached. */
export interface Site {
  readonly network: Network
  readonly ops: Operations
  readonly loss: Loss
  readonly region: Region
  /** Where the direction goes, by layer: same shapes as the network's parameters. */
  readonly direction: readonly LayerParameters[]
  /** A matrix with one row for each sample of the batch at hand. */
  batch(columns: number): Matrix
  /** A column of doubles, one for each sample. */
  batchDoubles(): Matrix
  /** Matrices for the activities h_0 ... h_L, or of the layers given; h_0 is the batch's inputs. */
  activities(layers?: readonly Pick<Layer, 'outputs'>[]): Matrix[]
  /** Parameters of the rule's own; `taught` ones get a direction, which the optimizer applies. */
  auxiliary(name: string, specs: readonly ParameterSpec[], taught: boolean): Auxiliary
  /** Random numbers of the rule's own, by purpose. */
  random(purpose: 'feedback' | 'noise'): Random
}

/** @internal The part of a site where something settles: the whole network, or what is below its readout. */
export type SettlingSite = Pick<Site, 'ops' | 'loss' | 'region' | 'direction' | 'batch' | 'batchDoubles'> & {
  readonly network: Pick<Network, 'dtype' | 'inputs' | 'outputs' | 'layers'>
  activities(): Matrix[]
}

/** @internal Parameters that a rule brings along: feedback weights, decoders, interneurons. */
export interface Auxiliary {
  readonly values: ParameterGroup
  readonly direction: ParameterGroup | null
}

/** @internal A rule at work on one network. */
export interface Rule {
  /**
   * Writes the direction, averaged over the batch, with the rule's own scale divided out.
   * @returns the mean loss of the rule's own predictions for the batch
   */
  estimate(x: Matrix, y: Matrix): number
  /** The outputs h_L that this rule's network settles on. */
  predict(x: Matrix): Matrix
  /**
   * Called after the network's parameters changed by -size times the (optimized) direction: for feedback
   * weights that follow the forward weights.
   */
  applied?(size: number): void
  /** Decoupled decay: after each step the network's weights are multiplied by 1 - decay. */
  readonly decay?: number
  /** How the last relaxation went, for rules that settle. */
  readonly settling?: Settling
}
