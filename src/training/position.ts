import { mostPasses, NgradError, requireInteger, requireOptions } from '../errors.js'

/** A place in the data. */
export interface Position {
  /** From 1. */
  readonly epoch: number
  /** Examples of this epoch that were used already. */
  readonly examples: number
  /** Epochs that were begun in earlier calls of `fit`, whose orders are used up; default 0. */
  readonly before?: number
}

export const start: Required<Position> = { epoch: 1, examples: 0, before: 0 }

/** A copy. @throws NgradError `TYPE` or `RANGE` for a place where no batch of the data begins */
export function requirePosition(where: string, from: Position, size: number, batchSize: number): Required<Position> {
  const { epoch, examples, before = 0 } = requireOptions(`${where}: from`, from, { epoch: true, examples: true, before: true })
  requireInteger(`${where}: from.epoch`, epoch, 1, mostPasses + 1)
  requireInteger(`${where}: from.examples`, examples, 0, size - 1)
  requireInteger(`${where}: from.before`, before, 0, mostPasses)
  if (examples % batchSize !== 0)
    throw new NgradError('RANGE', `${where}: from.examples`, `a multiple of the batch size ${batchSize}`, examples)
  return { epoch, examples, before }
}

/** Where a call begins that is not told where: behind all epochs that were begun. */
export const onwards = ({ epoch, examples, before = 0 }: Position): Required<Position> => ({
  ...start,
  before: before + epoch - (examples === 0 ? 1 : 0),
})
