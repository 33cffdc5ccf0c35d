import { requireInteger, requireNumber } from '../errors.js'
import { integerPower } from '../numerics/power.js'

/** A quantity that changes over training: its value at a step, counted from 0. */
export type Schedule = (step: number) => number

/** A number stands for the schedule that always has that value. @internal */
export function schedule(where: string, value: number | Schedule): Schedule {
  if (typeof value === 'function') return (step) => requireNumber(`${where} at step ${step}`, value(step), 0)
  requireNumber(where, value, 0)
  return () => value
}

/** From `from` to `to` in equal steps over `steps` steps, then constant. */
export function linearSchedule(from: number, to: number, steps: number): Schedule {
  requireNumber('linearSchedule(from)', from)
  requireNumber('linearSchedule(to)', to)
  requireInteger('linearSchedule(steps)', steps, 1)
  return (step) => (step >= steps ? to : from + ((to - from) * step) / steps)
}

/** `value` times `factor` for every `every` steps taken, in stairs. */
export function stepSchedule(value: number, factor: number, every: number): Schedule {
  requireNumber('stepSchedule(value)', value, 0)
  requireNumber('stepSchedule(factor)', factor, 0)
  requireInteger('stepSchedule(every)', every, 1)
  return (step) => value * integerPower(factor, Math.floor(step / every))
}

/** Rises linearly from 0 over the first `steps` steps, then follows `then`. */
export function warmup(steps: number, then: number | Schedule): Schedule {
  requireInteger('warmup(steps)', steps, 1)
  const after = schedule('warmup(steps, then)', then)
  return (step) => (step < steps ? (after(step) * (step + 1)) / steps : after(step))
}
