export type { Environment, Outcome } from './environment.js'
export { randomWalk, type RandomWalkOptions } from './random-walk.js'
