export { type Angle, angles } from './angles.js'
export { type GradientCheck, gradientCheck, type GradientCheckOptions } from './gradient-check.js'
export type { ClaimPoint } from './convergence.js'
export { type ClaimMeasurement, measureClaim, type MeasureClaimOptions } from './measure-claim.js'
