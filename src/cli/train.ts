// `ngrad train RULE`: one rule on one set of data, saved and resumed.
import type { Dataset } from '../data/dataset.js'
import { mostPasses } from '../errors.js'
import { resume } from '../io/checkpoint.js'
import { recipeNetwork } from '../learners/registry.js'
import { type Classifier, isClassifier } from '../learners/row.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { createTrainer, type Trainer } from '../training/trainer.js'
import { describeNetwork } from '../verify/random-setting.js'
import { command, UsageError } from './command.js'
import { type Data, readData } from './data.js'
import { aboutFile, readBytes, replaceFile, requireWritable } from './files.js'
import { version } from './host.js'
import { flagsOf, rowNamed } from './named-rule.js'
import { forms, printResult } from './results.js'
import { givenOptions, ruleFlags } from './rule-options.js'
import { allowInterrupts, deferInterrupts, interrupted } from './interrupt.js'
import { data, hidden, integer, optional, seed, somePath } from './options.js'
import { endProgress, print, showProgress, warn } from './terminal.js'
import { type Course, mostEpochs, readCourse, requireConsistent, saveTraining } from './train/saved-training.js'

/** Far more than a network that this command builds could need. */
const mostBytes = 2 ** 32

export const train = command({
  name: 'train',
  summary: 'Trains one rule by its recipe, and tests it at the end.',
  details:
    'Recipes were chosen on the digits; on other data they are a beginning. `ngrad rules` lists the rules, and RULE --help has\n'
    + 'the options of one. RULE may be the path of a module that exports a rule of your own.\n'
    + 'A training that was saved goes on to the bit as if it had never stopped: its file says everything but\n'
    + 'where the data are. With --save, an interrupt (SIGINT, SIGTERM) saves before it ends.',
  argument: 'RULE',
  more: flagsOf,
  options: {
    data: optional(data),
    hidden,
    epochs: integer('passes over the training images (as the recipe says)', [1, mostEpochs], undefined),
    'batch-size': integer('images in a batch (as the recipe says)', [1, mostPasses], undefined),
    seed: optional(seed('of the initial weights, the order of the images, and the noise')),
    save: somePath('where the training is saved after each epoch: a safetensors file, replaced in one piece'),
    'save-every': integer('steps between two saves, within epochs too', [1, Number.MAX_SAFE_INTEGER], undefined),
    resume: somePath('the file of a training, to go on with'),
    ...forms,
  },
  examples: [
    ['train backprop', 'on the digits'],
    ['train equilibriumPropagation --beta 0.5', 'with an option of the rule; train equilibriumPropagation --help lists them'],
    ['train ./my-rule.js', 'a rule of your own'],
    ['train feedbackAlignment --hidden 100,50 --seed 3', 'two hidden layers'],
    ['train equilibriumPropagation --data fashion:/usr/share/datasets/fashion-mnist', 'on Fashion-MNIST, from a folder'],
    ['train backprop --data mnist:data/mnist --save b.safetensors', 'keeps what it learns'],
    ['train backprop --data mnist:data/mnist --resume b.safetensors --save b.safetensors', 'goes on where that stopped'],
  ],
  run: async (options, name) => {
    const { save, 'save-every': saveEvery } = options
    if (saveEvery !== undefined && save === undefined) throw new UsageError('--save-every needs --save')
    if (save !== undefined) requireWritable(save)
    const row = await rowNamed(name)
    if (!isClassifier(row)) throw new UsageError(`${name} is not taught to classify; ngrad digest ${name} runs it on a task of its own`)
    const { trainer, course, data, test, train } = options.resume === undefined ? begin(options, row) : goOn(options, options.resume, row)
    const { epochs, batchSize, history } = course
    if (save !== undefined) deferInterrupts()
    const put = (): void => (save === undefined ? undefined : replaceFile(save, saveTraining(trainer, course)))
    const before = trainer.steps
    let samplesPerSecond = 0
    for await (const step of trainer.fit(train, { epochs, batchSize, from: trainer.position })) {
      course.sum += step.loss
      course.seen++
      samplesPerSecond = step.samplesPerSecond
      showProgress(
        `epoch ${step.epoch} of ${epochs}  loss ${(course.sum / course.seen).toFixed(4)}  ${Math.round(samplesPerSecond)} samples/s  ${timeLeft(step.secondsLeft)}`,
      )
      if (step.epochEnd) {
        history.push({ epoch: step.epoch, loss: course.sum / course.seen })
        course.sum = course.seen = 0
      }
      if (step.epochEnd || (saveEvery !== undefined && trainer.steps % saveEvery === 0)) put()
      if (interrupted() === 0) continue
      put()
      endProgress()
      warn(`stopped after ${trainer.steps} steps, epoch ${step.epoch} of ${epochs}; --resume ${save} goes on`)
      return interrupted()
    }
    if (trainer.steps === before) put() // else the last epoch did
    allowInterrupts()
    endProgress()
    const settles = trainer.settling !== undefined
    const { loss, accuracy } = trainer.evaluate(test)
    const { network, unsettledSteps } = trainer
    const taken = trainer.steps - before
    const result = {
      version,
      rule: row.name,
      options: trainer.learner.options,
      data: data.name,
      network: describeNetwork(network),
      seed: trainer.seed,
      epochs,
      batchSize,
      steps: trainer.steps,
      samplesPerSecond,
      ...(settles && { unsettledSteps }),
      history,
      test: { loss, accuracy, images: test.size },
    }
    trainer.dispose()
    network.dispose()
    printResult(options, {
      document: result,
      rows: () => history.map((point) => ({ rule: row.name, data: data.name, network: result.network, seed: result.seed, ...point })),
      text: () => {
        const speed = samplesPerSecond > 0 ? `, ${Math.round(samplesPerSecond)} samples/s` : ''
        print(`${name}, ${result.network}, ${data.name}, seed ${result.seed}: ${epochs} epochs of ${train.size} images${speed}`)
        print(`training loss ${history.at(-1)!.loss.toFixed(4)} in the last epoch`)
        if (settles) print(`${unsettledSteps} of ${taken} steps had not settled when they ended`)
        print(`test loss ${loss.toFixed(4)}, accuracy ${(100 * accuracy).toFixed(2)} % of ${test.size} images`)
      },
    })
    return 0
  },
})

/** `1 h 20 min left`, in the two largest units. */
function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return ''
  const whole = Math.ceil(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  if (hours > 0) return `${hours} h ${minutes} min left`
  return minutes > 0 ? `${minutes} min ${whole % 60} s left` : `${whole} s left`
}

interface Typed extends Readonly<Record<string, unknown>> {
  readonly data: Data | undefined
  readonly hidden: readonly number[] | undefined
  readonly epochs: number | undefined
  readonly 'batch-size': number | undefined
  readonly seed: number | undefined
}

interface Training {
  readonly trainer: Trainer
  readonly course: Course
  readonly data: Data
  readonly train: Dataset
  readonly test: Dataset
}

/** What stays the same in a training that goes on: the optimizer may plan for all of its steps. */
const teaching = ({ recipe }: Classifier, { epochs, batchSize, options }: Course, train: Dataset) => ({
  learner: recipe.learner.with(options),
  loss: crossEntropy(),
  optimizer: recipe.optimizer(epochs * Math.ceil(train.size / batchSize)),
})

function begin({ data = readData('digits'), hidden = data.hidden, seed = 0, ...typed }: Typed, row: Classifier): Training {
  const sets = data.load()
  const epochs = typed.epochs ?? data.epochs ?? row.recipe.epochs
  const batchSize = typed['batch-size'] ?? row.recipe.batchSize
  const options = givenOptions(row.make, typed)
  const course: Course = { data: data.name, epochs, batchSize, options, history: [], sum: 0, seen: 0 }
  const network = recipeNetwork(sets.train.inputs, hidden, sets.train.outputs).build({ seed })
  return { ...sets, data, course, trainer: createTrainer(network, { ...teaching(row, course, sets.train), seed }) }
}

function goOn({ data = readData('digits'), ...typed }: Typed, file: string, row: Classifier): Training {
  for (const option of ['hidden', 'epochs', 'batch-size', 'seed', ...Object.keys(ruleFlags(row.make))])
    if (typed[option] !== undefined) throw new UsageError(`--${option}: the file of --resume says it`)
  const bytes = readBytes(file, mostBytes)
  const course = aboutFile(file, () => readCourse(bytes))
  if (course.data !== data.name) throw new UsageError(`--data: ${file} is of a training on ${course.data}, not ${data.name}`)
  const sets = data.load()
  const { trainer } = aboutFile(file, () => resume(bytes, teaching(row, course, sets.train)))
  requireConsistent(file, course, trainer, sets.train.size)
  return { ...sets, data, course, trainer }
}
