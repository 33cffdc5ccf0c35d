// A job: one training, by everything that its numbers depend on; and the key that this makes, under which its result is kept.
import { createHash } from 'node:crypto'

/**
 * @typedef {object} Job
 * @property {string} rule
 * @property {Record<string, unknown>} options of the rule; what is left out is as the rule has it
 * @property {number[]} hidden units of the hidden layers
 * @property {string} data as the sweep's file names them
 * @property {string} digest SHA-256 of the numbers of the data
 * @property {'test' | 'validation'} part what is scored: the test images, or a validation part of the training images
 * @property {number} validation the share of the training images that is held out for it
 * @property {'f32' | 'f64'} dtype
 * @property {Record<string, unknown>} optimizer its plan
 * @property {number} epochs
 * @property {number} batchSize
 * @property {number} seed
 * @property {string} version of the library
 */

/** JSON whose objects have their names in order: equal jobs are equal texts. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
  return `{${fields.join(',')}}`
}

export const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** @param {Job} job */
export const keyOf = (job) => sha256(canonical(job))

/** SHA-256 of the numbers of a training and a test set. */
export function digestOf({ train, test }) {
  const bytes = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)
  return sha256(bytes(train.x), bytes(train.y), bytes(test.x), bytes(test.y))
}
