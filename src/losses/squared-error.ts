import type { Loss } from './loss.js'
import { meanAbsoluteError, rSquared } from './metrics.js'

const loss: Loss = {
  name: 'squaredError',
  code: 0,
  of: 'outputs',
  threshold: 0.5,
  quadratic: true,
  metrics: () => [rSquared(), meanAbsoluteError()],
  targets: { expected: 'a finite number', accepts: Number.isFinite },
  evaluate: (ops, h, y, errors, samples = null) => ops.squaredError(h, y, errors, samples),
  link: (_ops, h, p) => {
    if (p !== h) p.copy(h)
  },
}

/** Half the squared distance, C = |h - y|^2 / 2; the link is the identity. */
export const squaredError = (): Loss => loss
