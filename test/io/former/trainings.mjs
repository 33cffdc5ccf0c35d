// What was saved: a training of each kind of checkpoint, layer and state there was.

const batchOf = (inputs, outputs, size) => ({
  x: Float32Array.from({ length: size * inputs }, (_, i) => ((i * 7919) % 101) / 101),
  y: Float32Array.from({ length: size * outputs }, (_, i) => (((i / outputs) | 0) % outputs === i % outputs ? 1 : 0)),
  size,
})
const bits = (visible, size) => ({ x: Float32Array.from({ length: size * visible }, (_, i) => ((i * 7919) % 101 > 50 ? 1 : 0)), size })

export function networksOf(ngrad) {
  const { adam, averagePool2d, chain, clipNorm, conv2d, crossEntropy, dense, recurrent, sequential, sgd, squaredError } = ngrad
  const dense4 = sequential(4, [dense(5, 'tanh'), dense(3)])
  const training = (learner, optimizer = adam(), description = dense4, inputs = 4, outputs = 3, loss = crossEntropy()) => ({
    description,
    options: { learner, optimizer, loss },
    batch: batchOf(inputs, outputs, 6),
  })
  return {
    backprop: training(ngrad.backprop(), chain(clipNorm(0.1), adam())),
    convolutional: training(
      ngrad.backprop(),
      sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
      sequential([6, 6, 1], [conv2d(2, { kernel: 3 }, 'relu'), averagePool2d(2), dense(3)]),
      36,
    ),
    recurrent: training(ngrad.recurrentBackprop(), sgd({ learningRate: 0.1 }), sequential(4, [recurrent(5, 'tanh'), dense(3)])),
    feedback: training(ngrad.kolenPollack(), sgd({ learningRate: 0.1 })),
    decoders: training(ngrad.differenceTargetPropagation({ from: 'outputs' })),
    noise: training(ngrad.nodePerturbation()),
    stdp: training((ngrad.stdp ?? ngrad.postRateHebbian)(), sgd({ learningRate: 0.1 }), dense4, 4, 3, squaredError()),
  }
}

export function modelsOf(ngrad) {
  const { adam, sgd } = ngrad
  return {
    chains: {
      description: ngrad.rbm({ visible: 6, hidden: 4 }),
      options: { learner: ngrad.contrastiveDivergence({ persistent: 5 }), optimizer: sgd({ learningRate: 0.1 }) },
      batch: bits(6, 4),
    },
    boltzmann: {
      description: ngrad.boltzmannMachine({ visible: 4, hidden: 2 }),
      options: { learner: ngrad.boltzmannLearning(), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) },
      batch: bits(4, 4),
    },
    helmholtz: {
      description: ngrad.helmholtzMachine({ layers: [6, 3] }),
      options: { learner: ngrad.wakeSleep(), optimizer: adam() },
      batch: bits(6, 4),
    },
    hierarchy: {
      description: ngrad.predictiveHierarchy({ layers: [6, 3] }),
      options: { learner: ngrad.predictiveLearning(), optimizer: adam() },
      batch: bits(6, 4),
    },
  }
}

/** The bits of all parameters. */
export function digestOf(createHash, { parameters }) {
  const hash = createHash('sha256')
  for (const parameter of parameters) hash.update(parameter.read())
  return hash.digest('hex').slice(0, 16)
}
