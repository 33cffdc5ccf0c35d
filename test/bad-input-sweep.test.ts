// Every public function and method, as the declarations of the package list them, with every argument gone wrong in every
// way of support/bad-values.ts: an NgradError or a value, nothing else; numbers and words that are none are refused;
// whatever is refused has changed nothing and holds no memory. And after `dispose`: `DISPOSED`.
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesInUse } from '../src/core/memory.js'
import { relaxed } from '../src/core/relaxed.js'
import { initThreads } from '../src/core/threads.js'
import * as data from '../src/data/index.js'
import * as linalg from '../src/linalg/index.js'
import * as ngrad from '../src/index.js'
import { NgradError } from '../src/index.js'
import { recipeNetwork, classifiers, optimizerOf, rulesNamed } from '../src/learners/registry.js'
import { digests } from '../src/verify/digests.js'
import { badCalls } from './support/bad-values.js'
import { publicCallables } from './support/public-api.js'

const {
  adam,
  backprop,
  boltzmannLearning,
  boltzmannMachine,
  contrastiveDivergence,
  createTrainer,
  crossEntropy,
  dense,
  equilibriumPropagation,
  helmholtzMachine,
  rbm,
  save,
  sequential,
  sgd,
  squaredError,
  wakeSleep,
} = ngrad

interface Door {
  /** Calls it with these arguments, which are good ones. */
  readonly args: readonly unknown[]
  readonly call: (...args: unknown[]) => unknown
  /** What its object and arguments are made of, all of which must be alive. */
  readonly alive?: readonly { dispose(): void }[]
  /** What must be as it was after a refusal. */
  readonly state?: () => Uint8Array
  /** Values that are wrong by type and accepted on purpose, by what `badCalls` calls them. */
  readonly accepts?: RegExp
}

type Any = (...args: unknown[]) => unknown
const any = (f: unknown): Any => f as Any

/** Lets a generator run up to its first value; it checks its arguments only then. */
const first =
  (f: unknown): Any =>
  async (...args) => {
    const iterator = any(f)(...args) as AsyncIterator<unknown>
    await iterator.next()
    await iterator.return?.()
  }

const plain =
  (f: unknown, ...args: unknown[]) =>
  (): Door => ({ args, call: any(f) })
/** Where more is allowed than what stands there: a learning rate may be a function of the step. */
const accepting = (door: () => Door, accepts: RegExp) => (): Door => ({ ...door(), accepts })

const batch = { x: [0.5, -1, 0.25, 2], y: [1, 0, 0, 0, 1, 0], size: 2 }
const description = () => sequential(2, [dense(3, 'tanh'), dense(3)])
const teaching = () => ({ learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) })

function network(): { network: ngrad.Network; state: () => Uint8Array } {
  const network = description().build({ dtype: 'f64' })
  return { network, state: () => new Uint8Array(Float64Array.from(network.parameters.flatMap((p) => [...p.read()])).buffer) }
}

function teach(): { trainer: ngrad.Trainer; alive: { dispose(): void }[]; state: () => Uint8Array } {
  const trainer = createTrainer(network().network, { ...teaching(), learner: ngrad.feedbackAlignment() })
  return { trainer, alive: [trainer, trainer.network], state: () => save(trainer) }
}

const square = () => ({ rows: 2, columns: 2, values: [1, 2, 3, 5] })
const examples = { x: [1, 0, 1, 0, 1, 1], size: 2, weights: [0.25, 0.75] }
const models = {
  synapses: () => ngrad.synapses({ pre: 2, post: 1 }).build(),
  memory: () => ngrad.associativeMemory({ units: 3 }).build(),
  rbm: () => rbm({ visible: 3, hidden: 2 }).build(),
  boltzmann: () => boltzmannMachine({ visible: 3, hidden: 2, inputs: 1 }).build(),
  helmholtz: () => helmholtzMachine({ layers: [3, 2] }).build(),
  hierarchy: () => ngrad.predictiveHierarchy({ layers: [3, 2] }).build(),
}

function teachModel() {
  const model = models.rbm()
  const trainer = createTrainer(model, { learner: contrastiveDivergence({ persistent: 2 }), optimizer: adam() })
  return { trainer, alive: [trainer, model], state: () => save(trainer) }
}

const method =
  (make: () => { object: object; alive: { dispose(): void }[]; state?: () => Uint8Array }, name: string, ...args: unknown[]) =>
  (): Door => {
    const { object, alive, state } = make()
    return { args, alive, ...(state && { state }), call: (...given) => any((object as Record<string, unknown>)[name]).apply(object, given) }
  }
const ofNetwork = (name: string, ...args: unknown[]) =>
  method(
    () => {
      const made = network()
      return { object: made.network, alive: [made.network], state: made.state }
    },
    name,
    ...args,
  )
const ofTrainer = (name: string, ...args: unknown[]) =>
  method(
    () => {
      const made = teach()
      return { object: made.trainer, ...made }
    },
    name,
    ...args,
  )
function predictorBytes(): Uint8Array {
  const { trainer, alive } = teach()
  const bytes = ngrad.savePredictor(trainer)
  for (const made of alive) made.dispose()
  return bytes
}
const ofPredictor = (name: string, ...args: unknown[]) =>
  method(
    () => {
      const object = ngrad.loadPredictor(predictorBytes())
      return { object, alive: [object] }
    },
    name,
    ...args,
  )
/** The four files of a data set of two images and one, of 1 x 2. */
function idxFiles(): data.MnistFiles {
  const images = (size: number) => Uint8Array.of(0, 0, 8, 3, 0, 0, 0, size, 0, 0, 0, 1, 0, 0, 0, 2, ...new Array<number>(2 * size).fill(9))
  const labels = (size: number) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, size, ...new Array<number>(size).fill(2))
  return { trainImages: images(2), trainLabels: labels(2), testImages: images(1), testLabels: labels(1) }
}
const ofModelTrainer = (name: string, ...args: unknown[]) =>
  method(
    () => {
      const made = teachModel()
      return { object: made.trainer, ...made }
    },
    name,
    ...args,
  )
const ofModel = (make: () => ngrad.Model, name: string, ...args: unknown[]) =>
  method(
    () => {
      const object = make()
      return { object, alive: [object] }
    },
    name,
    ...args,
  )
const ofDataset = (name: string, ...args: unknown[]) =>
  method(() => ({ object: data.dataset({ x: [1, 2, 3, 4], y: [1, 2, 3, 4], size: 4 }), alive: [] }), name, ...args)

const withNetwork =
  (f: unknown, ...args: unknown[]) =>
  (): Door => {
    const made = network()
    return { args: [made.network, ...args], call: any(f), alive: [made.network], state: made.state }
  }
const checkpoint = (): Uint8Array => {
  const { network: made } = network()
  const trainer = createTrainer(made, teaching())
  const bytes = save(trainer)
  trainer.dispose()
  made.dispose()
  return bytes
}
const modelCheckpoint = (): Uint8Array => {
  const { trainer, alive } = teachModel()
  const bytes = save(trainer)
  for (const made of alive) made.dispose()
  return bytes
}

const relaxation = { beta: 0.1, step: 0.5, freeSweeps: 5, nudgedSweeps: 5, tolerance: 1e-3 }
const doors: Record<string, () => Door> = {
  adam: accepting(
    plain(adam, { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 }),
    /learningRate = a function/,
  ),
  sgd: accepting(plain(sgd, { learningRate: 0.1, momentum: 0.5, nesterov: true, weightDecay: 0.1 }), /learningRate = a function/),
  chain: plain(ngrad.chain, adam(), adam()),
  clipNorm: plain(ngrad.clipNorm, 1),
  linearSchedule: plain(ngrad.linearSchedule, 1, 0.1, 10),
  stepSchedule: plain(ngrad.stepSchedule, 1, 0.5, 10),
  warmup: accepting(plain(ngrad.warmup, 10, 0.1), /argument 1 = a function/),

  backprop: plain(backprop),
  binaryCrossEntropy: plain(ngrad.binaryCrossEntropy),
  crossEntropy: plain(crossEntropy),
  withActivation: plain(ngrad.withActivation, ngrad.dense(2), { name: 'own', f: (z: number) => z, slope: () => 1 }),
  weighted: plain(ngrad.weighted, crossEntropy()),
  defineLoss: plain(ngrad.defineLoss, { name: 'own', sample: () => 0, threshold: 0.5, metrics: () => [] }),
  squaredError: plain(squaredError),
  hebbian: plain(ngrad.hebbian),
  oja: plain(ngrad.oja),
  hopfield: plain(ngrad.hopfield),
  pairStdp: plain(ngrad.pairStdp, { aPlus: 0.1, aMinus: 0.1, tauPlus: 10, tauMinus: 10, dt: 1, pairing: 'all' }),
  reinforce: plain(ngrad.reinforce, { baseline: 0.1, discount: 0.9 }),
  reward: plain(ngrad.reward),
  randomWalk: plain(ngrad.randomWalk, { states: 5, slip: 0.5, limit: 10 }),
  rbmLikelihood: plain(ngrad.rbmLikelihood),
  centralDifferences: plain(ngrad.centralDifferences, { step: 1e-2 }),
  contrastiveHebbian: plain(ngrad.contrastiveHebbian, { gamma: 0.1, step: 0.5, freeSweeps: 5, nudgedSweeps: 5, tolerance: 1e-3 }),
  differenceTargetPropagation: plain(ngrad.differenceTargetPropagation, {
    from: 'outputs',
    decoder: 'learned',
    reconstruction: 'difference',
    eta: 0.1,
    noise: 0.1,
  }),
  directFeedbackAlignment: plain(ngrad.directFeedbackAlignment, { scale: 1 }),
  equilibriumPropagation: plain(equilibriumPropagation, { nudging: 'symmetric', readout: 'within', states: 'rates', ...relaxation }),
  feedbackAlignment: plain(ngrad.feedbackAlignment, { scale: 1 }),
  gaussNewton: plain(ngrad.gaussNewton, { damping: 0.1 }),
  generec: plain(ngrad.generec, { variant: 'symmetric', freeSweeps: 5, nudgedSweeps: 5, tolerance: 1e-3, step: 0.5 }),
  kolenPollack: plain(ngrad.kolenPollack, { decay: 0.1, scale: 1 }),
  nodePerturbation: plain(ngrad.nodePerturbation, { sigma: 0.1, samples: 2, noise: 'gaussian', difference: 'forward' }),
  predictiveCoding: plain(ngrad.predictiveCoding, { variant: 'strict', precision: 1, hiddenPrecisions: [1, 2], steps: 5, rate: 0.1 }),
  predictiveHierarchy: plain(ngrad.predictiveHierarchy, { layers: [3, 2], activation: 'tanh', precisions: [1, 2] }),
  predictiveLearning: plain(ngrad.predictiveLearning, { steps: 5, rate: 0.1, tolerance: 1e-4 }),
  recirculation: plain(ngrad.recirculation, { regression: 0.5 }),
  recurrentBackprop: plain(ngrad.recurrentBackprop, {
    gamma: 1,
    readout: 'within',
    freeSweeps: 5,
    adjointSweeps: 3,
    tolerance: 1e-3,
    step: 0.5,
  }),
  postRateHebbian: plain(ngrad.postRateHebbian, relaxation),
  targetPropagation: plain(ngrad.targetPropagation, { eta: 0.1 }),
  weightPerturbation: plain(ngrad.weightPerturbation, { sigma: 0.1, samples: 2, noise: 'gaussian', difference: 'forward' }),
  boltzmannLearning: plain(boltzmannLearning, { expectations: 'gibbs', temperatures: [1], samples: 2 }),
  contrastiveDivergence: plain(contrastiveDivergence, { steps: 2, persistent: 2, expected: false }),
  meanFieldLearning: plain(ngrad.meanFieldLearning, { temperatures: [1], sweeps: 5, tolerance: 1e-3 }),
  wakeSleep: plain(wakeSleep, { expected: true }),

  boltzmannMachine: plain(boltzmannMachine, { visible: 3, hidden: 2, inputs: 1, connected: () => true, spread: 0.1 }),
  helmholtzMachine: plain(helmholtzMachine, { layers: [3, 2], spread: 0.1, visibleBias: 0.1 }),
  synapses: plain(ngrad.synapses, { pre: 2, post: 1 }),
  associativeMemory: plain(ngrad.associativeMemory, { units: 3 }),
  rbm: plain(rbm, { visible: 3, hidden: 2, deviation: 0.1 }),
  averagePool2d: plain(ngrad.averagePool2d, [2, 1], { stride: 1 }),
  conv2d: plain(
    ngrad.conv2d,
    3,
    { kernel: [2, 3], stride: [1, 2], padding: 1, pool: [2, 1], initialization: { law: 'glorotUniform', gain: 1 } },
    'tanh',
  ),
  recurrent: plain(ngrad.recurrent, 3, 'tanh', {
    initialization: { law: 'lecunNormal', gain: 1 },
    lateral: { law: 'heNormal', gain: 0.3 },
    sweeps: 50,
    tolerance: 1e-3,
  }),
  dense: plain(dense, 3, 'tanh', { initialization: { law: 'lecunNormal', gain: 1 } }),
  sequential: plain(sequential, 2, [dense(3)]),
  'NetworkDescription.build': plain((options: object) => description().build(options), { dtype: 'f32', seed: 1 }),
  'ModelDescription.build': plain((options: object) => rbm({ visible: 3, hidden: 2 }).build(options), { dtype: 'f32', seed: 1 }),

  createTrainer: withNetwork(createTrainer, { ...teaching(), seed: 1 }),
  'createTrainer of a model': () => {
    const model = models.rbm()
    return {
      args: [model, { learner: contrastiveDivergence(), optimizer: adam(), seed: 1 }],
      call: any(createTrainer),
      alive: [model],
    }
  },
  'Network.predict': ofNetwork('predict', batch.x),
  'Network.dispose': ofNetwork('dispose'),
  'Parameter.read': () => {
    const made = network()
    return { args: [], alive: [made.network], call: () => made.network.parameters[0].read() }
  },
  'Parameter.write': () => {
    const made = network()
    return {
      args: [new Array(6).fill(0.5)],
      alive: [made.network],
      state: made.state,
      call: (values) => made.network.parameters[0].write(values as number[]),
    }
  },
  'Trainer.step': ofTrainer('step', batch),
  'Trainer.direction': ofTrainer('direction', batch),
  'Trainer.evaluate': ofTrainer('evaluate', batch),
  'Trainer.dispose': ofTrainer('dispose'),
  'Trainer.predict': ofTrainer('predict', batch.x),
  'Trainer.probabilities': ofTrainer('probabilities', batch.x),
  'Trainer.activities': ofTrainer('activities', batch.x),
  apply: () => {
    const { trainer, alive, state } = teach()
    const direction = trainer.direction(batch)
    return { args: [trainer, { of: (name: string) => direction.of(name) }], alive, state, call: any(ngrad.apply) }
  },
  accumulate: () => {
    const { trainer, alive, state } = teach()
    return { args: [trainer, [batch, batch]], alive, state, call: any(ngrad.accumulate) }
  },
  'Predictor.predict': ofPredictor('predict', batch.x),
  'Predictor.probabilities': ofPredictor('probabilities', batch.x),
  'Predictor.activities': ofPredictor('activities', batch.x),
  'Predictor.dispose': ofPredictor('dispose'),
  tensorNumbers: plain(ngrad.tensorNumbers, { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) }),
  torchTensors: () => {
    const made = network()
    // Any word may be a module's name.
    return { args: [made.network, { names: ['a', 'b'] }], alive: [made.network], call: any(ngrad.torchTensors), accepts: /names/ }
  },
  readTorch: () => {
    const made = network()
    const bytes = ngrad.writeSafetensors(ngrad.torchTensors(made.network))
    return { args: [made.network, bytes, { names: ['0', '2'] }], alive: [made.network], state: made.state, call: any(ngrad.readTorch) }
  },
  summary: () => {
    const made = network()
    return { args: [made.network], alive: [made.network], call: any(ngrad.summary) }
  },
  'NetworkSummary.toString': () => {
    const made = network()
    const summary = ngrad.summary(made.network)
    made.network.dispose() // a summary is a copy
    return { args: [], call: () => summary.toString() }
  },
  savePredictor: () => {
    const { trainer, alive } = teach()
    return { args: [trainer], alive, call: any(ngrad.savePredictor) }
  },
  loadPredictor: () => ({ args: [predictorBytes()], call: any(ngrad.loadPredictor) }),
  binaryAccuracy: plain(ngrad.binaryAccuracy),
  labelAccuracy: plain(ngrad.labelAccuracy),
  rSquared: plain(ngrad.rSquared),
  meanAbsoluteError: plain(ngrad.meanAbsoluteError),
  confusionMatrix: plain(ngrad.confusionMatrix),
  // What is wrong with its data is said by `fit`, which knows the model.
  earlyStopping: accepting(
    plain(ngrad.earlyStopping, { data: batch, patience: 3, by: 'loss', restore: true }),
    /\.data|patience = Infinity/,
  ),
  byLayer: plain(ngrad.byLayer, adam(), { 0: 'frozen' }),
  'Trainer.fit': () => {
    const { trainer, alive, state } = teach()
    return {
      args: [batch, { epochs: 1, batchSize: 1, shuffle: true, from: { epoch: 1, examples: 0 } }],
      alive,
      state,
      call: first(trainer.fit.bind(trainer)),
    }
  },
  'Direction.of': () => {
    const { trainer, alive } = teach()
    const direction = trainer.direction(batch)
    for (const made of alive) made.dispose() // a direction is a copy
    return { args: ['layers.0.weight'], call: (name) => direction.of(name as string) }
  },
  'Trainer.step of a model': ofModelTrainer('step', examples),
  'Trainer.direction of a model': ofModelTrainer('direction', examples),
  'Trainer.fit of a model': () => {
    const { trainer, alive, state } = teachModel()
    return {
      args: [
        { x: examples.x, size: 2 },
        { epochs: 1, batchSize: 1, shuffle: true, from: { epoch: 1, examples: 0 } },
      ],
      alive,
      state,
      call: first(trainer.fit.bind(trainer)),
    }
  },
  'Model.dispose': ofModel(models.rbm, 'dispose'),
  'Synapses.dispose': ofModel(models.synapses, 'dispose'),
  'AssociativeMemory.dispose': ofModel(models.memory, 'dispose'),
  'AssociativeMemory.energy': ofModel(models.memory, 'energy', [1, -1, 1]),
  'AssociativeMemory.recall': ofModel(models.memory, 'recall', [1, -1, 1], { sweeps: 3 }),
  'Rbm.dispose': ofModel(models.rbm, 'dispose'),
  'BoltzmannMachine.dispose': ofModel(models.boltzmann, 'dispose'),
  'HelmholtzMachine.dispose': ofModel(models.helmholtz, 'dispose'),
  'PredictiveHierarchy.dispose': ofModel(models.hierarchy, 'dispose'),
  'PredictiveHierarchy.infer': ofModel(models.hierarchy, 'infer', examples.x, { steps: 3, rate: 0.1, tolerance: 1e-3 }),
  'Rbm.freeEnergy': ofModel(models.rbm, 'freeEnergy', examples.x),
  'Rbm.probabilities': ofModel(models.rbm, 'probabilities'),
  'Rbm.features': ofModel(models.rbm, 'features', examples.x),
  'Rbm.reconstruct': ofModel(models.rbm, 'reconstruct', examples.x),
  'Rbm.sample': ofModel(models.rbm, 'sample', 2, { seed: 1, sweeps: 3 }),
  'BoltzmannMachine.sample': ofModel(models.boltzmann, 'sample', [1, 0], { seed: 1, sweeps: 3 }),
  'HelmholtzMachine.features': ofModel(models.helmholtz, 'features', examples.x),
  'HelmholtzMachine.reconstruct': ofModel(models.helmholtz, 'reconstruct', examples.x),
  'HelmholtzMachine.sample': ofModel(models.helmholtz, 'sample', 2, { seed: 1 }),
  'BoltzmannMachine.probabilities': ofModel(models.boltzmann, 'probabilities', [1]),
  'HelmholtzMachine.logLikelihood': ofModel(models.helmholtz, 'logLikelihood', examples.x),

  save: () => {
    const { trainer, alive } = teach()
    return { args: [trainer], call: any(save), alive }
  },
  'save of a model': () => {
    const { trainer, alive } = teachModel()
    return { args: [trainer], call: any(save), alive }
  },
  resume: () => ({ args: [checkpoint(), teaching()], call: any(ngrad.resume) }),
  'resume of a model': () => ({
    args: [
      modelCheckpoint(),
      { model: rbm({ visible: 3, hidden: 2 }), learner: contrastiveDivergence({ persistent: 2 }), optimizer: adam() },
    ],
    call: any(ngrad.resume),
  }),
  readSafetensors: () => ({ args: [checkpoint()], call: any(ngrad.readSafetensors) }),
  writeSafetensors: accepting(
    plain(
      (name: string, dtype: string, shape: number[], bytes: Uint8Array, key: string, value: string) =>
        ngrad.writeSafetensors({ tensors: new Map([[name, { dtype, shape, bytes } as never]]), metadata: new Map([[key, value]]) }),
      'a',
      'F32',
      [1],
      new Uint8Array(4),
      'key',
      'value',
    ),
    /argument [045] = '/,
  ), // any string is a name

  angles: () => {
    const { trainer, alive, state } = teach()
    return { args: [trainer, backprop(), batch], call: any(ngrad.angles), alive, state }
  },
  gradientCheck: withNetwork(ngrad.gradientCheck, backprop(), crossEntropy(), batch, { tolerance: 1e-2, seed: 1 }),
  checkRule: plain(ngrad.checkRule, ngrad.backprop(), { cases: 1, seed: 1 }),
  measureClaim: withNetwork(ngrad.measureClaim, backprop(), crossEntropy(), batch, { seed: 1 }),
  ngrad: plain(ngrad.ngrad, [[1, 2]], [[1, 3]], [[0.5]], 0.5),
  initThreads: plain(initThreads, { threads: 2 }), // too late here, whatever comes
  init: plain(ngrad.init, { module: 1 }), // whatever comes is no module, or too late

  dataset: plain(data.dataset, { x: [1, 2, 3, 4], y: [1, 2], size: 2, shape: [2, 1], weights: [1, 2] }),
  'Dataset.first': ofDataset('first', 2),
  'Dataset.subset': ofDataset('subset', [0, 1]),
  'Dataset.split': ofDataset('split', 2, 1),
  digits: plain(data.digits),
  digests: plain(() => undefined),
  mnist: plain(data.mnist, '/nowhere'),
  emnist: plain(data.emnist, '/nowhere', 'letters'),
  mnistFromBytes: plain(data.mnistFromBytes, idxFiles(), { classes: 3 }),
  multiply: plain(linalg.multiply, square(), square(), { transposeA: true, transposeB: false }),
  transpose: plain(linalg.transpose, square()),
  solve: plain(linalg.solve, square(), square()),
  rank: plain(linalg.rank, square(), { tolerance: 0.1 }),
  pseudoInverse: plain(linalg.pseudoInverse, square(), { tolerance: 0.1, damping: 0.1 }),
  leastSquares: plain(linalg.leastSquares, square(), square(), { tolerance: 0.1, damping: 0.1 }),
  oneHot: plain(data.oneHot, [0, 2, 1], 3),
  classWeights: plain(data.classWeights, data.dataset({ x: [1, 2, 3], labels: [0, 1, 1] }), [1, 2]),
  // Of the columns, by number too.
  parseCsv: accepting(
    plain(data.parseCsv, 'a,b\n1,2\n', { targets: 'b', header: true, separator: ',', classes: false }),
    /targets = (0|1|null)/,
  ),
  standardization: plain(data.standardization, { x: [1, 2, 3, 4], size: 2, shape: [1, 2] }, { per: 'channel' }),
  rescaling: plain(data.rescaling, { x: [1, 2, 3, 4], size: 2 }, { per: 'input', from: 0, to: 1 }),
  normalization: plain(ngrad.normalization, [0, 1], [1, 2]),
  fashionMnist: plain(data.fashionMnist, '/nowhere'),
  parseIdx: plain(data.parseIdx, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7)),
  recipeNetwork: plain(recipeNetwork, 2, [3], 2),
  optimizerOf: plain(optimizerOf, { kind: 'sgd', learningRate: 0.1, momentum: 0.9, falls: true, clip: 1 }, 10),
  rulesNamed: accepting(plain(rulesNamed, ['backprop']), /argument 0\[0\]/), // names of no rule find none
  'Learner.with': plain((changes: object) => ngrad.kolenPollack().with(changes as never), { decay: 0.1, scale: 1 }),
  'Recipe.optimizer': plain((steps: number) => classifiers.forEach(({ recipe }) => recipe.optimizer(steps)), 10),
  relaxed: plain(relaxed),
}
/** Interfaces that the library calls, and its users only pass on; rules, which are here by their own names; and what takes nothing and starts with a running core. */
const notDoors =
  /^(Fit\.\w+|Learner\.attach|(\w*Row|Classifier)\.make|Admissible\.accepts|Environment\.(reset|step)|Gathering\.\w+|LossDefinition\.\w+|OwnActivation\.\w+|CheckRuleOptions\.setting|Metric\.begin|LayerDescription\.(connect|shapes)|PoolingDescription\.before|Threads\.dismiss)$/
/** Without argument, and too much to run here; test/digests.test.ts does. */
void digests

it('every public function and method is here', () => {
  expect(
    Object.keys(doors)
      .filter((name) => !name.endsWith(' of a model'))
      .sort(),
  ).toEqual(publicCallables().filter((name) => !notDoors.test(name)))
})

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    const value = await call()
    dispose(value)
    return undefined
  } catch (error) {
    return error
  }
}

function dispose(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const made = value as { dispose?: () => void; trainer?: { dispose(): void }; network?: { dispose(): void }; model?: { dispose(): void } }
  if (typeof made.dispose === 'function') made.dispose()
  else for (const part of [made.trainer, made.network, made.model]) part?.dispose?.()
}

describe.each(Object.entries(doors))('%s', (_name, make) => {
  beforeAll(() => {
    // The workspace of products is made once and kept.
    const { trainer, alive } = teach()
    trainer.step(batch)
    for (const made of alive) made.dispose()
  })

  it('refuses bad arguments with an NgradError, and changes nothing', { timeout: 120_000 }, async () => {
    const held = bytesInUse()
    const problems: string[] = []
    let door = make()
    for (const { what, args, mustThrow } of badCalls(door.args)) {
      const before = door.state?.()
      const within = bytesInUse()
      const error = await outcome(() => door.call(...args))
      if (error === undefined) {
        if (mustThrow && !door.accepts?.test(what)) problems.push(`${what}: accepted`)
        for (const made of door.alive ?? []) made.dispose()
        door = make() // it may have changed what it was given
        continue
      }
      if (!(error instanceof NgradError)) problems.push(`${what}: ${error instanceof Error ? error.message : typeof error}`)
      if (before && Buffer.compare(before, door.state!()) !== 0) problems.push(`${what}: changed something`)
      // A larger batch may have made room that stays; nothing else may.
      if (bytesInUse() !== within && door.state === undefined) problems.push(`${what}: holds ${bytesInUse() - within} bytes`)
    }
    for (const made of door.alive ?? []) made.dispose()
    expect(problems).toEqual([])
    expect(bytesInUse()).toBe(held)
  })

  it('is refused after dispose, and dispose twice is nothing', async () => {
    const { alive = [] } = make()
    for (const made of alive) made.dispose()
    for (let i = 0; i < alive.length; i++) {
      const { args, call, alive: again } = make()
      again![i].dispose()
      again![i].dispose()
      const error = await outcome(() => call(...args))
      for (const made of again!) made.dispose()
      if (/dispose$/.test(_name)) expect(error).toBeUndefined()
      else expect(error).toMatchObject({ name: 'NgradError', code: 'DISPOSED' })
    }
  })
})
