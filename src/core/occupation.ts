import { NgradError } from '../errors.js'

/** What a trainer is at while it runs what is the caller's, which may call anything: what it must not be called for meanwhile throws. */
export class Occupation {
  /** A batch, which may have getters. */
  reading = false
  /** A step, which may have schedules. */
  stepping = false

  /** Throws `STATE` from within a batch that is being read, or a schedule of a step that is being taken. */
  requireNone(where: string): void {
    if (this.reading) throw new NgradError('STATE', where, 'to be called when no batch is being read', 'a call from within a batch')
    if (this.stepping) throw new NgradError('STATE', where, 'to be called when no step is being taken', 'a call from within a step')
  }
}
