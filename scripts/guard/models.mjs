// Random models without targets, their learners and examples.
import * as ngrad from '../../dist/index.js'

/** A kind of model: its description, the rules that teach it, how wide an example is. */
export const kinds = {
  associativeMemory: (call, draw, small) => {
    const units = small ? draw.between(1, 9) : draw.size(200)
    return {
      description: call('associativeMemory', () => ngrad.associativeMemory({ units })),
      rules: { hopfield: () => ngrad.hopfield() },
      width: units,
      signs: true,
    }
  },
  synapses: (call, draw, small) => {
    const [pre, post] = small ? [draw.between(1, 8), draw.between(1, 8)] : [draw.size(300), draw.size(300)]
    return {
      description: call('synapses', () => ngrad.synapses({ pre, post })),
      rules: { pairStdp: () => ngrad.pairStdp(draw.some({ pairing: 'nearest', dt: 0.5 })) },
      width: pre + post,
      binary: true,
    }
  },
  rbm: (call, draw, small) => {
    const [visible, hidden] = small ? [draw.between(1, 8), draw.between(1, 8)] : [draw.size(300), draw.size(300)]
    return {
      description: call('rbm', () => ngrad.rbm({ visible, hidden, ...draw.some({ deviation: 0.2 }) })),
      rules: {
        contrastiveDivergence: () =>
          ngrad.contrastiveDivergence(
            draw.some({ steps: draw.between(1, 3), persistent: draw.between(1, 40), expected: small && draw.chance(0.2) }),
          ),
        ...(small && { rbmLikelihood: () => ngrad.rbmLikelihood() }),
      },
      width: visible,
      binary: true,
    }
  },
  boltzmannMachine: (call, draw, small) => {
    const visible = small ? draw.between(1, 5) : draw.size(130),
      hidden = small ? draw.between(0, 5) : draw.size(100),
      inputs = draw.below(visible)
    return {
      description: call('boltzmannMachine', () =>
        ngrad.boltzmannMachine({
          visible,
          hidden,
          ...draw.some({ inputs, spread: 0.1, connected: (i, j) => (i * 7 + j * 3) % 5 !== 0 }),
        }),
      ),
      rules: {
        boltzmannLearning: () =>
          ngrad.boltzmannLearning({
            expectations: small ? draw.oneOf(['exact', 'gibbs']) : 'gibbs',
            temperatures: [2, 1],
            samples: draw.between(1, 3),
          }),
        meanFieldLearning: () => ngrad.meanFieldLearning({ temperatures: [2, 1], sweeps: draw.between(1, 4), tolerance: 1e-3 }),
      },
      width: visible,
      binary: true,
    }
  },
  helmholtzMachine: (call, draw, small) => {
    const layers = draw.list(draw.between(2, 3), () => (small ? draw.between(1, 4) : draw.size(200)))
    return {
      description: call('helmholtzMachine', () => ngrad.helmholtzMachine({ layers, ...draw.some({ spread: 0.1, visibleBias: 0.1 }) })),
      rules: { wakeSleep: () => ngrad.wakeSleep(draw.some({ expected: small && draw.chance(0.5) })) },
      width: layers[0],
      binary: true,
    }
  },
  predictiveHierarchy: (call, draw, small) => {
    const layers = draw.list(draw.between(2, 3), () => (small ? draw.between(1, 9) : draw.size(200)))
    return {
      description: call('predictiveHierarchy', () =>
        ngrad.predictiveHierarchy({ layers, ...draw.some({ activation: draw.oneOf(['identity', 'tanh', 'sigmoid']), precisions: 1 }) }),
      ),
      rules: { predictiveLearning: () => ngrad.predictiveLearning({ steps: draw.between(1, 5), rate: 0.05, tolerance: 1e-3 }) },
      width: layers[0],
      binary: false,
    }
  },
}

/** A model built, its kind drawn unless it is named. Small ones can be enumerated. */
export function build(call, draw, { kind = draw.oneOf(Object.keys(kinds)), small = draw.chance(0.5) } = {}) {
  const made = kinds[kind](call, draw, small)
  const model =
    made.description
    && call('ModelDescription.build', () => made.description.build({ dtype: draw.oneOf(['f32', 'f64']), seed: draw.below(2 ** 32) }))
  return model && { ...made, kind, model }
}

export function examplesFor(draw, { width, binary, signs }, size) {
  const x = draw.numbers(size * width)
  const low = signs ? -1 : 0
  if (binary || signs) for (let i = 0; i < x.length; i++) x[i] = x[i] < 0 ? low : 1
  return { x, size }
}

export function learnerOf(call, draw, { rules }, name = draw.oneOf(Object.keys(rules))) {
  return call(name, rules[name])
}
