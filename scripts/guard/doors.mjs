// One scene for each public function: what it needs is built, by calls that are counted too, and the function is called several
// times. `call(name, act)` counts the call, lets it be refused, looks at the guards, and returns what came, or undefined.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { relaxed } from '../../dist/core/relaxed.js'
import { initThreads } from '../../dist/core/threads.js'
import * as data from '../../dist/data/index.js'
import * as linalg from '../../dist/linalg/index.js'
import * as ngrad from '../../dist/index.js'
import { optimizerOf, rulesNamed } from '../../dist/learners/registry.js'
import { digests } from '../../dist/verify/digests.js'
import * as models from './models.mjs'
import * as networks from './networks.mjs'

const times = (n, act) => {
  for (let i = 0; i < n; i++) act(i)
}

/** Parameters lie in one block, each padded to whole vectors: no guard, but zeros for ever. */
function requireGaps({ flat, parameters }) {
  if (flat.length > 1e5) return
  const numbers = flat.read()
  for (const { matrix } of parameters) {
    const start = (matrix.pointer - flat.pointer) / numbers.BYTES_PER_ELEMENT
    numbers.fill(0, start, start + matrix.length)
  }
  if (numbers.some((value) => value !== 0)) throw new Error('what lies between parameters was written')
}

/** A network, for `use`. */
function withNetwork({ call, draw }, use, options = {}) {
  const described = networks.describe(call, draw, options)
  const network = described && networks.build(call, draw, described.description, options.dtype)
  if (!network) return
  try {
    use(network, described)
    if (!network.disposed) requireGaps(network.group)
  } finally {
    call('Network.dispose', () => network.dispose())
  }
}

/** A predictor of a trainer's network, which has gone meanwhile. */
function withPredictor(scene, use) {
  const { call } = scene
  let bytes
  withTrainer(scene, ({ trainer }) => (bytes = call('savePredictor', () => ngrad.savePredictor(trainer))))
  const predictor = bytes && call('loadPredictor', () => ngrad.loadPredictor(bytes))
  if (!predictor) return
  use(predictor)
  call('Predictor.dispose', () => predictor.dispose())
}

function withTrainer(scene, use, { rule, loss: fixed, ...options } = {}) {
  const { call, draw } = scene
  withNetwork(
    scene,
    (network, { most }) => {
      const loss = fixed ?? networks.lossOf(call, draw)
      const learner = rule ?? (draw.chance(0.5) ? networks.variantOf(draw) : networks.ruleOf(call, draw))
      const optimizer = networks.optimizerOf(call, draw)
      const trainer =
        loss
        && learner
        && optimizer
        && call('createTrainer', () => ngrad.createTrainer(network, { learner, loss, optimizer, seed: draw.below(2 ** 32) }))
      if (!trainer) return
      const batch = () => networks.batchFor(draw, network, networks.batchSize(draw, most), loss)
      try {
        use({ trainer, network, loss, learner, optimizer, batch })
        if (!trainer.estimator.region.disposed) for (const { values, direction } of trainer.taught) [values, direction].forEach(requireGaps)
      } finally {
        call('Trainer.dispose', () => trainer.dispose())
      }
    },
    options,
  )
}

function withModelTrainer(scene, use, options) {
  const { call, draw } = scene
  withModel(
    scene,
    (made) => {
      const learner = models.learnerOf(call, draw, made, options?.rule)
      const optimizer = networks.optimizerOf(call, draw)
      const trainer =
        learner && call('createTrainer', () => ngrad.createTrainer(made.model, { learner, optimizer, seed: draw.below(2 ** 32) }))
      if (!trainer) return
      const examples = () => models.examplesFor(draw, made, draw.chance(0.8) ? draw.between(1, 9) : draw.oneOf([32, 97, 257]))
      try {
        use({ ...made, trainer, learner, optimizer, examples })
      } finally {
        call('Trainer.dispose', () => trainer.dispose())
      }
    },
    options,
  )
}

const typeOf = {
  associativeMemory: 'AssociativeMemory',
  synapses: 'Synapses',
  rbm: 'Rbm',
  boltzmannMachine: 'BoltzmannMachine',
  helmholtzMachine: 'HelmholtzMachine',
  predictiveHierarchy: 'PredictiveHierarchy',
}

function withModel({ call, draw }, use, options) {
  const made = models.build(call, draw, options)
  if (!made) return
  try {
    use(made)
  } finally {
    call(draw.chance(0.5) ? `${typeOf[made.kind]}.dispose` : 'Model.dispose', () => made.model.dispose())
  }
}

/** A rule at work: its directions and steps, on a small network where it is slow. */
const teaching = (name) => (scene) => {
  const { call, draw } = scene
  times(8, () => networks.ruleOf(call, draw, name))
  const rule = networks.ruleOf(call, draw, name)
  if (networks.slow.includes(name))
    small(scene, (network, loss, batch) => {
      const trainer = call('createTrainer', () =>
        ngrad.createTrainer(network, { learner: rule, loss, optimizer: ngrad.sgd({ learningRate: 0.01 }) }),
      )
      call('Trainer.direction', () => trainer?.direction(batch))
      trainer?.dispose()
    })
  else
    withTrainer(
      scene,
      ({ trainer, batch }) => {
        call('Trainer.direction', () => trainer.direction(batch()))
        call('Trainer.step', () => trainer.step(batch()))
      },
      { rule },
    )
}

const constructing =
  (make) =>
  ({ call, draw }) =>
    times(10, () => make(call, draw))

const modelTeaching = (kind, rule, small) => (scene) => {
  withModelTrainer(
    scene,
    ({ trainer, examples, rules }) => {
      times(8, () => scene.call(rule, rules[rule]))
      scene.call('Trainer.step', () => trainer.step(examples()))
    },
    { kind, rule, ...(small !== undefined && { small }) },
  )
}

const modelCalls = (kind, name, act, small) => (scene) =>
  withModel(scene, (made) => times(10, () => scene.call(`${typeOf[kind]}.${name}`, () => act(scene.draw, made))), {
    kind,
    ...(small !== undefined && { small }),
  })

const disposing =
  (kind) =>
  ({ call, draw }) =>
    times(4, () => {
      const made = models.build(call, draw, { kind })
      if (made) times(2, () => call(`${typeOf[kind]}.dispose`, () => made.model.dispose()))
    })

const someData = (draw) => {
  const size = draw.between(2, 40),
    inputs = draw.between(1, 20),
    outputs = draw.between(1, 5)
  return { x: draw.numbers(size * inputs), y: draw.numbers(size * outputs), size, ...draw.some({ shape: [inputs] }) }
}
const withData =
  (act) =>
  ({ call, draw }) => {
    const made = call('dataset', () => data.dataset(someData(draw)))
    if (made) times(10, () => act(call, draw, made))
  }

/** An IDX file of bytes. */
function idx(draw, shape, below) {
  const count = shape.reduce((a, b) => a * b, 1)
  const bytes = new Uint8Array(4 + 4 * shape.length + count)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 0, 8, shape.length])
  shape.forEach((extent, axis) => view.setUint32(4 + 4 * axis, extent))
  for (let i = 4 + 4 * shape.length; i < bytes.length; i++) bytes[i] = draw.below(below)
  return bytes
}

const reading =
  (name) =>
  ({ call, draw }) => {
    const folder = mkdtempSync(join(tmpdir(), 'guard-'))
    try {
      for (const part of ['train', 't10k']) {
        const size = draw.between(1, 9)
        writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idx(draw, [size, draw.between(1, 9), draw.between(1, 9)], 256))
        writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idx(draw, [size], 10))
      }
      times(10, () => call(name, () => data[name](folder)))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

const fitting = async ({ call }, name, iterator) => {
  for (let i = 0; i < 4; i++) {
    let step
    await call(name, async () => (step = await iterator.next()))
    if (step === undefined || step.done) break
  }
  await iterator.return()
}

export const doors = {
  ...Object.fromEntries(Object.keys(networks.rules).map((name) => [name, teaching(name)])),
  ...Object.fromEntries(
    ['squaredError', 'crossEntropy', 'binaryCrossEntropy'].map((name) => [
      name,
      (scene) => {
        const loss = scene.call(name, () => ngrad[name]())
        times(8, () => scene.call(name, () => ngrad[name]()))
        withTrainer(
          scene,
          ({ trainer, batch }) => {
            scene.call('Trainer.evaluate', () => trainer.evaluate(batch()))
            scene.call('Trainer.step', () => trainer.step(batch()))
          },
          { loss },
        )
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(models.kinds).map((kind) => [
      kind,
      (scene) => {
        times(6, () => models.kinds[kind](scene.call, scene.draw, scene.draw.chance(0.5)))
        withModel(scene, () => {}, { kind })
      },
    ]),
  ),
  boltzmannLearning: modelTeaching('boltzmannMachine', 'boltzmannLearning'),
  meanFieldLearning: modelTeaching('boltzmannMachine', 'meanFieldLearning'),
  contrastiveDivergence: modelTeaching('rbm', 'contrastiveDivergence'),
  rbmLikelihood: modelTeaching('rbm', 'rbmLikelihood', true),
  wakeSleep: modelTeaching('helmholtzMachine', 'wakeSleep'),
  predictiveLearning: modelTeaching('predictiveHierarchy', 'predictiveLearning'),
  pairStdp: modelTeaching('synapses', 'pairStdp'),
  synapses: constructing((call, draw) => call('synapses', () => ngrad.synapses({ pre: draw.between(1, 99), post: draw.between(1, 99) }))),
  'Synapses.dispose': disposing('synapses'),
  hopfield: modelTeaching('associativeMemory', 'hopfield'),
  associativeMemory: constructing((call, draw) => call('associativeMemory', () => ngrad.associativeMemory({ units: draw.between(1, 99) }))),
  'AssociativeMemory.dispose': disposing('associativeMemory'),
  'AssociativeMemory.energy': modelCalls('associativeMemory', 'energy', (draw, made) =>
    made.model.energy(models.examplesFor(draw, made, draw.between(1, 9)).x),
  ),
  'AssociativeMemory.recall': modelCalls('associativeMemory', 'recall', (draw, made) =>
    made.model.recall(models.examplesFor(draw, made, draw.between(1, 9)).x, draw.some({ sweeps: draw.between(1, 9) })),
  ),
  'Rbm.freeEnergy': modelCalls('rbm', 'freeEnergy', (draw, made) =>
    made.model.freeEnergy(models.examplesFor(draw, made, draw.between(1, 40)).x),
  ),
  'Rbm.probabilities': modelCalls('rbm', 'probabilities', (_, made) => made.model.probabilities(), true),
  ...Object.fromEntries(
    [
      ['Rbm', 'rbm'],
      ['HelmholtzMachine', 'helmholtzMachine'],
    ].flatMap(([name, kind]) => [
      ...['features', 'reconstruct'].map((method) => [
        `${name}.${method}`,
        modelCalls(kind, method, (draw, made) => made.model[method](models.examplesFor(draw, made, draw.between(1, 9)).x)),
      ]),
      [`${name}.sample`, modelCalls(kind, 'sample', (draw, made) => made.model.sample(draw.below(9), { seed: draw.below(9) }))],
    ]),
  ),
  'BoltzmannMachine.sample': modelCalls('boltzmannMachine', 'sample', (draw, made) =>
    made.model.sample(made.model.inputs === 0 ? draw.below(9) : draw.list(made.model.inputs, () => draw.below(2)), {
      sweeps: draw.below(9),
    }),
  ),
  'BoltzmannMachine.probabilities': modelCalls(
    'boltzmannMachine',
    'probabilities',
    (draw, made) => made.model.probabilities(draw.list(made.model.inputs, () => draw.below(2))),
    true,
  ),
  'HelmholtzMachine.logLikelihood': modelCalls(
    'helmholtzMachine',
    'logLikelihood',
    (draw, made) => made.model.logLikelihood(models.examplesFor(draw, made, draw.between(1, 9)).x),
    true,
  ),
  'PredictiveHierarchy.infer': modelCalls('predictiveHierarchy', 'infer', (draw, made) =>
    made.model.infer(models.examplesFor(draw, made, draw.between(1, 40)).x, { steps: draw.between(1, 5), rate: 0.05, tolerance: 1e-3 }),
  ),
  'Rbm.dispose': disposing('rbm'),
  'BoltzmannMachine.dispose': disposing('boltzmannMachine'),
  'HelmholtzMachine.dispose': disposing('helmholtzMachine'),
  'PredictiveHierarchy.dispose': disposing('predictiveHierarchy'),
  'Model.dispose': (scene) =>
    times(4, () => withModel(scene, ({ model }) => times(2, () => scene.call('Model.dispose', () => model.dispose())))),
  'ModelDescription.build': (scene) => times(8, () => withModel(scene, () => {})),
  'createTrainer of a model': (scene) => times(5, () => withModelTrainer(scene, () => {})),
  'Trainer.step of a model': (scene) =>
    withModelTrainer(scene, ({ trainer, examples }) => times(12, () => scene.call('Trainer.step', () => trainer.step(examples())))),
  'Trainer.direction of a model': (scene) =>
    withModelTrainer(scene, ({ trainer, examples }) =>
      times(12, () => scene.call('Trainer.direction', () => trainer.direction(examples()))),
    ),
  'Trainer.dispose of a model': (scene) =>
    times(4, () => withModelTrainer(scene, ({ trainer }) => scene.call('Trainer.dispose', () => trainer.dispose()))),
  'Trainer.fit of a model': async (scene) => {
    const made = models.build(scene.call, scene.draw, { small: true })
    if (!made) return
    const learner = models.learnerOf(scene.call, scene.draw, made)
    const trainer = scene.call('createTrainer', () =>
      ngrad.createTrainer(made.model, { learner, optimizer: networks.optimizerOf(scene.call, scene.draw) }),
    )
    for (let i = 0; trainer && i < 3; i++)
      await fitting(
        scene,
        'Trainer.fit',
        trainer.fit(models.examplesFor(scene.draw, made, 12), { epochs: 2, batchSize: scene.draw.between(1, 12) }),
      )
    trainer?.dispose()
    made.model.dispose()
  },
  'save of a model': (scene) => withModelTrainer(scene, ({ trainer }) => times(12, () => scene.call('save', () => ngrad.save(trainer)))),
  'resume of a model': (scene) =>
    withModelTrainer(scene, ({ trainer, description, learner, optimizer, examples }) => {
      scene.call('Trainer.step', () => trainer.step(examples()))
      const bytes = scene.call('save', () => ngrad.save(trainer))
      times(10, () => {
        const resumed = scene.call('resume', () => ngrad.resume(bytes, { model: description, learner, optimizer }))
        resumed?.trainer.dispose()
        resumed?.model.dispose()
      })
    }),

  dense: constructing((call, draw) => networks.describe(call, draw, { kinds: [] })),
  recurrent: constructing((call, draw) =>
    call('recurrent', () => ngrad.recurrent(draw.size(), 'tanh', draw.some({ sweeps: 3, tolerance: 1e-2 }))),
  ),
  conv2d: constructing((call, draw) =>
    call('conv2d', () =>
      ngrad.conv2d(draw.size(64), { kernel: draw.between(1, 5), ...draw.some({ stride: draw.between(1, 3), pool: 2 }) }),
    ),
  ),
  averagePool2d: constructing((call, draw) =>
    call('averagePool2d', () => ngrad.averagePool2d(draw.between(1, 5), draw.some({ stride: draw.between(1, 3) }))),
  ),
  sequential: constructing((call, draw) => networks.describe(call, draw)),
  recipeNetwork: constructing(networks.ofRecipes),
  optimizerOf: constructing((call, draw) =>
    call('optimizerOf', () => optimizerOf({ kind: 'adam', learningRate: draw.number(0.001, 1), falls: true }, draw.between(1, 99))),
  ),
  'NetworkDescription.build': (scene) => times(6, () => withNetwork(scene, () => {})),
  'Network.dispose': (scene) => times(4, () => withNetwork(scene, (network) => scene.call('Network.dispose', () => network.dispose()))),
  'Network.predict': (scene) =>
    withNetwork(scene, (network, { most }) =>
      times(12, () =>
        scene.call('Network.predict', () => network.predict(scene.draw.numbers(network.inputs * networks.batchSize(scene.draw, most)))),
      ),
    ),
  'Parameter.read': (scene) =>
    withNetwork(scene, (network) => times(12, () => scene.call('Parameter.read', () => scene.draw.oneOf(network.parameters).read()))),
  'Parameter.write': (scene) =>
    withNetwork(scene, (network) =>
      times(12, () => {
        const parameter = scene.draw.oneOf(network.parameters)
        scene.call('Parameter.write', () =>
          parameter.write(
            scene.draw.numbers(
              parameter.shape.reduce((a, b) => a * b, 1),
              -0.1,
              0.1,
            ),
          ),
        )
      }),
    ),
  createTrainer: (scene) => times(4, () => withTrainer(scene, () => {})),
  'Trainer.dispose': (scene) => times(3, () => withTrainer(scene, ({ trainer }) => scene.call('Trainer.dispose', () => trainer.dispose()))),
  'Trainer.step': (scene) =>
    withTrainer(scene, ({ trainer, batch }) => times(12, () => scene.call('Trainer.step', () => trainer.step(batch())))),
  'Trainer.direction': (scene) =>
    withTrainer(scene, ({ trainer, batch }) => times(12, () => scene.call('Trainer.direction', () => trainer.direction(batch())))),
  'Trainer.evaluate': (scene) =>
    withTrainer(scene, ({ trainer, batch }) => times(12, () => scene.call('Trainer.evaluate', () => trainer.evaluate(batch())))),
  ...Object.fromEntries(
    ['predict', 'probabilities', 'activities'].flatMap((name) => [
      [
        `Trainer.${name}`,
        (scene) =>
          withTrainer(scene, ({ trainer, network }) =>
            times(6, () => scene.call(`Trainer.${name}`, () => trainer[name](scene.draw.numbers(network.inputs * scene.draw.below(300))))),
          ),
      ],
      [
        `Predictor.${name}`,
        (scene) =>
          withPredictor(scene, (predictor) =>
            times(6, () =>
              scene.call(`Predictor.${name}`, () => predictor[name](scene.draw.numbers(predictor.network.inputs * scene.draw.below(300)))),
            ),
          ),
      ],
    ]),
  ),
  tensorNumbers: constructing((call, draw) => {
    const [dtype, width] = draw.oneOf([
      ['F32', 4],
      ['F16', 2],
      ['BF16', 2],
      ['I64', 8],
    ])
    const length = draw.below(9)
    call('tensorNumbers', () => ngrad.tensorNumbers({ dtype, shape: [length], bytes: new Uint8Array(width * length) }))
  }),
  ...Object.fromEntries(
    ['summary', 'NetworkSummary.toString'].map((name) => [
      name,
      (scene) => withNetwork(scene, (network) => scene.call(name, () => String(ngrad.summary(network)))),
    ]),
  ),
  torchTensors: (scene) => withNetwork(scene, (network) => scene.call('torchTensors', () => ngrad.torchTensors(network))),
  readTorch: (scene) =>
    withNetwork(scene, (network) => {
      const tensors = scene.call('torchTensors', () => ngrad.torchTensors(network))
      if (tensors) scene.call('readTorch', () => ngrad.readTorch(network, ngrad.writeSafetensors(tensors)))
    }),
  'Predictor.dispose': (scene) => times(3, () => withPredictor(scene, () => {})),
  savePredictor: (scene) => withPredictor(scene, () => {}),
  loadPredictor: (scene) => times(3, () => withPredictor(scene, () => {})),
  accumulate: (scene) =>
    withTrainer(scene, ({ trainer, batch }) =>
      times(6, () => scene.call('accumulate', () => ngrad.accumulate(trainer, [batch(), batch()]))),
    ),
  apply: (scene) =>
    withTrainer(scene, ({ trainer, batch }) =>
      times(6, () => {
        const direction = scene.call('Trainer.direction', () => trainer.direction(batch()))
        if (direction) scene.call('apply', () => ngrad.apply(trainer, direction))
      }),
    ),
  ...Object.fromEntries(
    ['binaryAccuracy', 'labelAccuracy', 'rSquared', 'meanAbsoluteError', 'confusionMatrix'].map((name) => [
      name,
      (scene) =>
        withTrainer(scene, ({ trainer, batch }) =>
          times(4, () => {
            const metric = scene.call(name, () => ngrad[name]())
            scene.call('Trainer.evaluate', () => trainer.evaluate(batch(), { metrics: { metric } }))
          }),
        ),
    ]),
  ),
  earlyStopping: async (scene) => {
    const { call, draw } = scene
    const described = networks.describe(call, draw)
    const network = described && networks.build(call, draw, described.description)
    if (!network) return
    const loss = networks.lossOf(call, draw)
    const batch = () => networks.batchFor(draw, network, networks.batchSize(draw, described.most), loss)
    const trainer =
      loss && call('createTrainer', () => ngrad.createTrainer(network, { learner: ngrad.backprop(), loss, optimizer: ngrad.adam() }))
    if (trainer) {
      const validation = call('earlyStopping', () => ngrad.earlyStopping({ data: batch(), patience: draw.between(1, 3) }))
      await call('Trainer.fit', () => trainer.fit(batch(), { epochs: 4, ...(validation && { validation }) }).then((result) => result))
      call('Trainer.dispose', () => trainer.dispose())
    }
    call('Network.dispose', () => network.dispose())
  },
  byLayer: (scene) =>
    withNetwork(scene, (network) => {
      const { call, draw } = scene
      const optimizer = call('byLayer', () =>
        ngrad.byLayer(ngrad.adam(), { 0: draw.chance(0.5) ? 'frozen' : ngrad.sgd({ learningRate: 0.1 }) }),
      )
      const loss = ngrad.squaredError()
      const trainer = optimizer && call('createTrainer', () => ngrad.createTrainer(network, { learner: ngrad.backprop(), loss, optimizer }))
      if (!trainer) return
      times(4, () => call('Trainer.step', () => trainer.step(networks.batchFor(draw, network, draw.between(1, 9), loss))))
      call('Trainer.dispose', () => trainer.dispose())
    }),
  'Trainer.fit': async (scene) => {
    const { call, draw } = scene
    const described = networks.describe(call, draw)
    const network = described && networks.build(call, draw, described.description)
    if (!network) return
    const loss = networks.lossOf(call, draw)
    const trainer = call('createTrainer', () =>
      ngrad.createTrainer(network, { learner: networks.variantOf(draw), loss, optimizer: networks.optimizerOf(call, draw) }),
    )
    for (let i = 0; trainer && i < 3; i++)
      await fitting(
        scene,
        'Trainer.fit',
        trainer.fit(networks.batchFor(draw, network, Math.min(9, described.most), loss), {
          epochs: 2,
          batchSize: draw.between(1, 9),
          shuffle: draw.chance(0.5),
        }),
      )
    trainer?.dispose()
    network.dispose()
  },
  'Direction.of': (scene) =>
    withTrainer(scene, ({ trainer, network, batch }) => {
      const direction = scene.call('Trainer.direction', () => trainer.direction(batch()))
      if (direction) times(12, () => scene.call('Direction.of', () => direction.of(scene.draw.oneOf(network.parameters).name)))
    }),
  save: (scene) => withTrainer(scene, ({ trainer }) => times(12, () => scene.call('save', () => ngrad.save(trainer)))),
  resume: (scene) =>
    withTrainer(scene, ({ trainer, loss, learner, optimizer, batch }) => {
      scene.call('Trainer.step', () => trainer.step(batch()))
      const bytes = scene.call('save', () => ngrad.save(trainer))
      times(16, () => {
        const resumed = scene.call('resume', () => ngrad.resume(bytes, { loss, learner, optimizer }))
        resumed?.trainer.dispose()
        resumed?.network.dispose()
      })
    }),
  readSafetensors: (scene) =>
    withTrainer(scene, ({ trainer }) => {
      const bytes = scene.call('save', () => ngrad.save(trainer))
      if (bytes) times(12, () => scene.call('readSafetensors', () => ngrad.readSafetensors(bytes)))
    }),
  writeSafetensors: ({ call, draw }) =>
    times(10, () => {
      const tensors = new Map(
        draw.list(draw.between(0, 4), (_, i) => {
          const shape = draw.list(draw.below(3), () => draw.between(1, 9))
          return [`t${i}`, { dtype: 'F32', shape, bytes: new Uint8Array(4 * shape.reduce((a, b) => a * b, 1)) }]
        }),
      )
      call('writeSafetensors', () => ngrad.writeSafetensors({ tensors, metadata: new Map([['key', 'value']]) }))
    }),
  adam: constructing((call, draw) =>
    call('adam', () => ngrad.adam(draw.some({ learningRate: draw.number(0, 1), beta1: draw.unit(), beta2: draw.unit(), epsilon: 1e-8 }))),
  ),
  sgd: constructing((call, draw) =>
    call('sgd', () => ngrad.sgd({ learningRate: draw.number(0, 1), ...draw.some({ momentum: draw.unit() }) })),
  ),
  clipNorm: constructing((call, draw) => call('clipNorm', () => ngrad.clipNorm(draw.number(0, 2)))),
  chain: constructing((call, draw) =>
    call('chain', () => ngrad.chain(...draw.list(draw.between(1, 3), () => networks.optimizerOf(call, draw)))),
  ),
  linearSchedule: constructing((call, draw) =>
    call('linearSchedule', () => ngrad.linearSchedule(draw.unit(), draw.unit(), draw.between(1, 99))(draw.below(99))),
  ),
  stepSchedule: constructing((call, draw) =>
    call('stepSchedule', () => ngrad.stepSchedule(draw.unit(), draw.unit(), draw.between(1, 99))(draw.below(99))),
  ),
  warmup: constructing((call, draw) => call('warmup', () => ngrad.warmup(draw.between(1, 99), draw.unit())(draw.below(99)))),
  'Learner.with': constructing((call, draw) =>
    call('Learner.with', () => ngrad.kolenPollack().with(draw.some({ decay: draw.unit(), scale: draw.between(1, 9) }))),
  ),
  'Recipe.optimizer': constructing(networks.ofRecipe),
  rulesNamed: constructing((call, draw) => call('rulesNamed', () => rulesNamed(draw.some({ 0: ['backprop', 'postRateHebbian'] })[0]))),

  angles: (scene) =>
    withTrainer(scene, ({ trainer, batch }) =>
      times(12, () => scene.call('angles', () => ngrad.angles(trainer, ngrad.backprop(), batch()))),
    ),
  gradientCheck: (scene) =>
    small(scene, (network, loss, batch) =>
      scene.call('gradientCheck', () => ngrad.gradientCheck(network, ngrad.backprop(), loss, batch, { seed: 1 })),
    ),
  oja: constructing((call, draw) => {
    const [inputs, units, size] = [draw.between(1, 20), draw.between(1, 9), draw.between(1, 9)]
    taughtOtherwise(call, inputs, [ngrad.dense(units)], { learner: call('oja', () => ngrad.oja()) }, () => ({
      x: draw.numbers(inputs * size),
      size,
    }))
  }),
  reward: constructing((call) => call('reward', () => ngrad.reward())),
  reinforce: constructing((call, draw) => {
    const [inputs, units, actions, size] = [draw.between(1, 20), draw.between(1, 9), draw.between(1, 5), draw.between(1, 9)]
    const learner = call('reinforce', () => ngrad.reinforce(draw.some({ baseline: draw.number(0, 1) })))
    taughtOtherwise(call, inputs, [ngrad.dense(units, 'sigmoid'), ngrad.dense(actions)], { learner, loss: ngrad.reward() }, () => ({
      x: draw.numbers(inputs * size),
      y: draw.numbers(actions * size),
      size,
    }))
  }),
  randomWalk: constructing((call, draw) => {
    const states = draw.between(1, 9)
    const environment = call('randomWalk', () =>
      ngrad.randomWalk(draw.some({ states, slip: draw.number(0, 1), limit: draw.between(1, 20) })),
    )
    if (environment)
      taughtOtherwise(call, environment.inputs, [ngrad.dense(2)], { learner: ngrad.reinforce(), environment }, () => undefined)
  }),
  checkRule: constructing((call, draw) => call('checkRule', () => ngrad.checkRule(ngrad.backprop(), { cases: 1, seed: draw.below(99) }))),
  measureClaim: (scene) =>
    small(scene, (network, loss, batch) =>
      scene.call('measureClaim', () => ngrad.measureClaim(network, ngrad.backprop(), loss, batch, { seed: 1 })),
    ),
  ngrad: constructing((call, draw) => {
    const [size, units] = [draw.between(1, 5), draw.between(1, 9)]
    const states = () => draw.list(size, () => draw.numbers(units))
    call('ngrad', () => ngrad.ngrad(states(), states(), states(), draw.number(0.1, 1)))
  }),

  ...Object.fromEntries(
    Object.keys(linalg).map((name) => [
      name,
      constructing((call, draw) => {
        const [rows, columns] = [draw.between(1, 40), draw.between(1, 40)]
        const matrix = (m, n) => ({ rows: m, columns: n, values: draw.numbers(m * n) })
        const right = { solve: matrix(columns, rows), multiply: matrix(columns, rows), leastSquares: matrix(rows, columns) }[name]
        call(name, () => linalg[name](matrix(name === 'solve' ? columns : rows, columns), ...(right ? [right] : [])))
      }),
    ]),
  ),
  oneHot: constructing((call, draw) =>
    call('oneHot', () =>
      data.oneHot(
        draw.list(draw.below(9), () => draw.below(4)),
        4,
      ),
    ),
  ),
  classWeights: withData((call, draw, made) => call('classWeights', () => data.classWeights(made))),
  withActivation: constructing((call, draw) => {
    const own = { name: 'softsign', f: (z) => z / (1 + Math.abs(z)), slope: (h) => (1 - Math.abs(h)) ** 2 }
    const [inputs, units, size] = [draw.between(1, 40), draw.between(1, 40), draw.between(1, 20)]
    const layer = call('withActivation', () => ngrad.withActivation(ngrad.dense(units), own))
    const network = ngrad.sequential(inputs, [layer, ngrad.dense(2)]).build({ seed: draw.below(99) })
    const loss = ngrad.squaredError()
    const learner = draw.oneOf([ngrad.backprop(), ngrad.equilibriumPropagation(), ngrad.predictiveCoding()])
    const trainer = call('createTrainer', () =>
      ngrad.createTrainer(network, { learner, loss, optimizer: ngrad.sgd({ learningRate: 0.01 }) }),
    )
    const batch = { x: draw.numbers(size * inputs), y: draw.numbers(size * 2), size }
    call('Trainer.step', () => trainer.step(batch))
    call('Trainer.dispose', () => trainer.dispose())
    call('Network.dispose', () => network.dispose())
  }),
  weighted: (scene) =>
    small(scene, (network, loss, batch) => {
      const weighted = scene.call('weighted', () => ngrad.weighted(loss))
      const weights = scene.draw.numbers(batch.size, 0, 2)
      scene.call('gradientCheck', () => ngrad.gradientCheck(network, ngrad.backprop(), weighted, { ...batch, weights }))
    }),
  defineLoss: (scene) =>
    small(scene, (network, _loss, batch) => {
      const sample = (h, y, errors) => {
        errors.set(h)
        return h.reduce((sum, value) => sum + (value * value) / 2, 0)
      }
      const own = scene.call('defineLoss', () => ngrad.defineLoss({ name: 'own', sample }))
      scene.call('gradientCheck', () => ngrad.gradientCheck(network, ngrad.backprop(), own, batch))
    }),
  parseCsv: constructing((call, draw) =>
    call('parseCsv', () => data.parseCsv(draw.list(draw.between(1, 9), () => `${draw.unit()},${draw.below(3)}`).join('\n'))),
  ),
  standardization: constructing((call, draw) => call('standardization', () => data.standardization(someData(draw)))),
  rescaling: constructing((call, draw) => call('rescaling', () => data.rescaling(someData(draw)))),
  normalization: constructing((call, draw) => {
    const normalization = call('normalization', () => ngrad.normalization(draw.numbers(3), draw.numbers(3, 0.5, 2)))
    const network =
      normalization && call('sequential', () => ngrad.sequential(3, [ngrad.dense(2)], { normalization }))?.build({ seed: draw.below(9) })
    if (!network) return
    call('Network.predict', () => network.predict(draw.numbers(3 * draw.below(600))))
    call('Network.dispose', () => network.dispose())
  }),
  emnist: constructing((call) => call('emnist', () => data.emnist('/nowhere', 'letters'))),
  mnistFromBytes: constructing((call) => call('mnistFromBytes', () => data.mnistFromBytes({}))),
  dataset: constructing((call, draw) => call('dataset', () => data.dataset(someData(draw)))),
  'Dataset.first': withData((call, draw, made) => call('Dataset.first', () => made.first(draw.between(1, made.size)))),
  'Dataset.subset': withData((call, draw, made) =>
    call('Dataset.subset', () => made.subset(draw.list(draw.between(1, 9), () => draw.below(made.size)))),
  ),
  'Dataset.split': withData((call, draw, made) =>
    call('Dataset.split', () => made.split(draw.between(1, made.size - 1), draw.below(2 ** 32))),
  ),
  digits: constructing((call) => call('digits', () => data.digits())),
  parseIdx: constructing((call, draw) =>
    call('parseIdx', () =>
      data.parseIdx(
        idx(
          draw,
          draw.list(draw.between(1, 3), () => draw.between(1, 9)),
          256,
        ),
      ),
    ),
  ),
  mnist: reading('mnist'),
  fashionMnist: reading('fashionMnist'),
  relaxed: constructing((call) => call('relaxed', () => relaxed())),
  init: constructing((call, draw) => call('init', () => ngrad.init(draw.oneOf([{}, null, 1])))),
  initThreads: async ({ call, draw }) => {
    for (let i = 0; i < 10; i++) await call('initThreads', () => initThreads({ threads: draw.between(0, 70) })) // too late, whatever comes
  },
}

/** Without an argument, and two seconds long: once, with the first scene. */
export const once = { digests: ({ call }) => call('digests', () => digests()) }

/** Some steps of a rule that is told something else than targets. */
function taughtOtherwise(call, inputs, layers, told, batch) {
  const network = ngrad.sequential(inputs, layers).build()
  const trainer =
    told.learner && call('createTrainer', () => ngrad.createTrainer(network, { ...told, optimizer: ngrad.sgd({ learningRate: 0.01 }) }))
  if (trainer) {
    times(5, () => call('Trainer.step', () => trainer.step(batch())))
    call('Trainer.dispose', () => trainer.dispose())
  }
  network.dispose()
}

/** A network of few parameters in f64, a loss and a batch, for oracles that go through all parameters. */
function small(scene, use) {
  const { call, draw } = scene
  const inputs = draw.between(1, 5)
  const layers = draw.list(draw.between(1, 2), () =>
    call('dense', () => ngrad.dense(draw.between(1, 5), draw.oneOf(['tanh', 'sigmoid', 'identity']))),
  )
  const network = networks.build(
    call,
    draw,
    call('sequential', () => ngrad.sequential(inputs, layers)),
    'f64',
  )
  const loss = networks.lossOf(call, draw)
  times(10, () => use(network, loss, networks.batchFor(draw, network, draw.between(1, 4), loss)))
  network.dispose()
}
