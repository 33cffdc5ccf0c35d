export { type Angle, angles } from './angles.js'
export { type GradientCheck, gradientCheck, type GradientCheckOptions } from './gradient-check.js'
export { type ClaimMeasurement, type ClaimPoint, measureClaim, type MeasureClaimOptions } from './measure-claim.js'
