// One-line faults, at least three for each rule: file in src, or in src/learners, the text (once in it), what it becomes.
const of = (rule, rows, suite) => rows.map(([file, what, from, to]) => ({ rule, file, what, from, to, ...(suite && { suite }) }))

export const mutants = [
  ...of('backprop', [
    ['pass.ts', "no f' in the hidden layers", '    ops.multiplySlope(layers[l - 2]!.code, h[l - 1]!, delta[l - 1]!)\n', ''],
    ['pass.ts', 'errors come down with the wrong sign', 'feedback[l - 1]!, delta[l - 1]!)', 'feedback[l - 1]!, delta[l - 1]!, -1)'],
    ['pass.ts', 'sums over the batch, not a mean', 'statistics(network, delta, h, direction, 1 / x.rows)', 'statistics(network, delta, h, direction, 1)'],
    ['pass.ts', "no f' at the outputs", '  ops.multiplySlope(layers.at(-1)!.code, output, delta)\n', ''],
  ]),
  ...of('kolenPollack', [
    ['kolen-pollack.ts', 'feedback moves against the weights', 'ops.combine(-size,', 'ops.combine(size,'],
    ['kolen-pollack.ts', 'feedback does not decay', 'ops.combine(1 - decay, r', 'ops.combine(1, r'],
    ['kolen-pollack.ts', 'one layer is left out', 'for (let l = 1; l < feedback', 'for (let l = 2; l < feedback'],
  ]),
  ...of('weightPerturbation', [
    ['weight-perturbation.ts', 'wrong sign', 'ops.combine(change * factor', 'ops.combine(-change * factor'],
    ['weight-perturbation.ts', 'sigma left in', '* sigma * samples)', '* samples)'],
    ['weight-perturbation.ts', 'both differences on one side', 'lossAt(-sigma, y)', 'lossAt(-2 * sigma, y)'],
  ]),
  ...of('nodePerturbation', [
    ['node-perturbation.ts', 'wrong sign', 'doubles.combine(-1, sampleMinus, 1, samplePlus)', 'doubles.combine(1, sampleMinus, -1, samplePlus)'],
    ['node-perturbation.ts', 'sigma left in', '* sigma * samples)', '* samples)'],
    ['node-perturbation.ts', 'noise does not reach the layers above', 'map.forward(noisy[index]!', 'map.forward(h[index]!'],
  ]),
  ...of('hebbian', [
    ['hebbian.ts', 'anti-Hebbian', 'direction, -1 / x.rows)', 'direction, 1 / x.rows)'],
    ['hebbian.ts', 'outputs not clamped', 'if (clamp) post', 'if (!clamp) post'],
    ['hebbian.ts', 'sums over the batch, not a mean', 'direction, -1 / x.rows)', 'direction, -1)'],
  ]),
  ...of('contrastiveHebbian', [
    ['contrastive-hebbian.ts', 'gamma to the wrong power', 'integerPower(gamma, layers - k)', 'integerPower(gamma, layers - k + 1)'],
    ['contrastive-hebbian.ts', 'phases exchanged', 'contrast(network, clamped, free,', 'contrast(network, free, clamped,'],
    ['contrast.ts', 'Hebbian in both phases', 'map.weightStatistic(minus[index + 1]!, minus[index]!, weight, factor, true)', 'map.weightStatistic(minus[index + 1]!, minus[index]!, weight, -factor, true)'],
    ['relaxation.ts', 'no feedback from above', 'potential, this.#gamma, true)', 'potential, 0, true)'],
  ]),
  ...of('generec', [
    ['generec.ts', 'phases exchanged', 'differences(ops, plus, minus, difference)', 'differences(ops, minus, plus, difference)'],
    ['contrast.ts', 'midpoint is the sum', 'ops.combine(0.5, minus[l]!, 0.5, middle[l]!)', 'ops.combine(1, minus[l]!, 1, middle[l]!)'],
    ['contrast.ts', 'the other direction with the wrong sign', "direction[index]!.weight, factor, true) // the inputs", "direction[index]!.weight, -factor, true) // the inputs"],
    ['contrast.ts', 'the other direction from the wrong layer', 'map.weightStatistic(pre[index + 1]!, difference[index]!', 'map.weightStatistic(difference[index + 1]!, pre[index]!'],
    ['generec.ts', 'plus phase from zero, not settled', 'relaxation.clamped(plus, y)', 'plus.at(-1)!.copy(y)'],
  ]),
  ...of('equilibriumPropagation', [
    ['equilibrium-propagation.ts', 'a factor 2', 'symmetric ? 2 * beta : nudge', 'symmetric ? beta : nudge'],
    ['equilibrium-propagation.ts', 'phases exchanged', 'contrast(network, plus, minus,', 'contrast(network, minus, plus,'],
    ['equilibrium-propagation.ts', 'nudges not opposite', 'nudged(minus, -nudge, y)', 'nudged(minus, -nudge / 2, y)'],
    ['relaxation.ts', 'nudged up the loss', 'ops.combine(-this.#beta, this.#errors', 'ops.combine(this.#beta, this.#errors'],
  ]),
  ...of('equilibriumPropagation', [
    ['holomorphic.ts', 'conjugated', 'out.weight, weight * cos, true)', 'out.weight, -weight * cos, true)'],
    ['holomorphic.ts', 'conjugate phases counted once', '2 * k < phases ? 2 : 1', '2 * k < phases ? 1 : 1'],
    ['holomorphic.ts', 'radius left in', '(phases * radius * x.rows)', '(phases * x.rows)'],
    ['holomorphic.ts', 'nudge conjugated', 'ops.combine(c, im[l]!, 1, zRe)', 'ops.combine(-c, im[l]!, 1, zRe)'],
  ], 'holomorphic'),
  ...of('stdp', [
    ['stdp.ts', 'beta left in', 'between, beta, direction', 'between, 1, direction'],
    ['stdp.ts', 'presynaptic activity of one end of the step', 'middle(ops, s, before, between)', 'middle(ops, s, s, between)'],
    ['stdp.ts', 'learns as activity falls', 'differences(ops, s, before, change)', 'differences(ops, before, s, change)'],
    ['stdp.ts', 'changes since the start, not since the last step', '      keep()\n      }', '      }'],
  ]),
  ...of('recirculation', [
    ['recirculation.ts', 'a factor 1 - r', '1 / (change * change))', '1 / change)'],
    ['recirculation.ts', 'wrong sign', 'direction[index]!.weight, -scale / pre.rows)', 'direction[index]!.weight, scale / pre.rows)'],
    ['recirculation.ts', 'regression the wrong way round', 'ops.combine(regression, x, change, v2)', 'ops.combine(change, x, regression, v2)'],
    ['recirculation.ts', 'the second round starts at the data', 'encoder.map.forward(v2,', 'encoder.map.forward(x,'],
  ]),
  ...of('differenceTargetPropagation', [
    ['targets.ts', 'no difference correction', 'corrected ? decodedH[l]! : h[l]!', 'h[l]!'],
    ['targets.ts', 'eta left in', 'ops.combine(1 / eta, d[l]!', 'ops.combine(1, d[l]!'],
    ['targets.ts', 'targets on the wrong side', 'ops.combine(-1, d[l + 1]!, 1, t[l + 1]!)', 'ops.combine(1, d[l + 1]!, 1, t[l + 1]!)'],
    ['targets.ts', 'decoders unlearn (inversion)', 'ops.combine(-1, noisy[l]!, 1, delta[l]!)', 'ops.combine(1, noisy[l]!, -1, delta[l]!)'],
    ['targets.ts', 'decoders learn the noise negated (difference)', 'ops.combine(-1, shift[l]!, -1, d[l]!)', 'ops.combine(1, shift[l]!, -1, d[l]!)'],
    ['targets.ts', "no f' in the local gradient", '        ops.multiplySlope(layers[l - 1]!.code, h[l]!, delta[l]!)\n', ''],
  ]),
  ...of('targetPropagation', [
    ['target-propagation.ts', 'difference correction', 'targetRule(site, settings, false)', 'targetRule(site, settings, true)'],
    ['targets.ts', 'transposed through the wrong side', 'ops.combine(1, y, -1, gated)', 'ops.combine(-1, y, 1, gated)'],
    ['targets.ts', 'transposed without the gate', '    ops.multiplySlope(code, h[l + 1]!, gated)\n', ''],
  ], 'difference-target-propagation'),
  ...of('gaussNewton', [
    ['gauss-newton.ts', 'the Jacobian without f\'', '        ops.multiplySlope(layers[l - 1]!.code, h[l]!, gated)\n', ''],
    ['gauss-newton.ts', 'row and column of J exchanged', '? i * outputs + k :', '? k * outputs + i :'],
    ['gauss-newton.ts', 'damping, not its root', 'outputs + k] = Math.sqrt(damping)', 'outputs + k] = damping'],
  ], 'difference-target-propagation'),
  ...of('recurrentBackprop', [
    ['recurrent-backprop.ts', 'one way of each connection only', 'for (let l = 2; l <= last; l++)', 'for (let l = 3; l <= last; l++)'],
    ['recurrent-backprop.ts', 'no feedback in the adjoint', 'parameters.weight, next, gamma, true)', 'parameters.weight, next, 0, true)'],
    ['recurrent-backprop.ts', "no f' in the adjoint", '          ops.multiplySlope(code, s[l]!, next)\n', ''],
  ]),
  ...of('predictiveCoding', [
    ['predictive-coding.ts', 'precision left in', '-1 / (precision * y.rows))', '-1 / y.rows)'],
    ['predictive-coding.ts', 'inference up the free energy', 'ops.combine(-rate, this.eps[l]!, rate, change)', 'ops.combine(rate, this.eps[l]!, -rate, change)'],
    ['predictive-coding.ts', 'credited one step late', 'const l = last - t\n', 'const l = Math.min(last, last - t + 1)\n'],
    ['predictive-coding.ts', "no f' in the pull from above", '      ops.multiplySlope(this.#layer(l).code, this.h[l]!, change)\n', ''],
  ]),
  ...of('predictiveCoding', [
    ['predictive-coding.ts', 'precision of the layer above', 'const precision = this.precisions[l - 1]!', 'const precision = this.precisions[l]!'],
    ['predictive-coding.ts', 'precision left out of the prediction', 'ops.combine(precision, this.#x[l]!, -precision, this.eps[l]!)', 'ops.combine(precision, this.#x[l]!, -1, this.eps[l]!)'],
    ['predictive-coding.ts', 'divided by the precision of a hidden layer', 'const precision = precisions.at(-1)!\n', 'const precision = precisions[0]!\n'],
  ], 'verify/verify-rules'),
  ...of('boltzmannLearning', [
    ['models/boltzmann-phases.ts', 'Hebbian in both phases', 'free.run(x, add(1))', 'free.run(x, add(-1))'],
    ['models/boltzmann-phases.ts', 'a factor', 'ops.multiplyTN(correlation, one, weight, 0.5)', 'ops.multiplyTN(correlation, one, weight)'],
    ['models/boltzmann-phases.ts', 'self-connections', '      ops.multiply(1, connections, weight)\n', ''],
    ['models/boltzmann-phases.ts', 'samples not averaged', 'collect(states, weights, 1 / samples)', 'collect(states, weights, 1)'],
    ['models/boltzmann-learning.ts', 'inputs free in the model phase', 'phase(site.model.inputs)', 'phase(0)'],
    ['models/boltzmann-machine.ts', 'every pair counted twice', 'this.weight, drives, 0.5)', 'this.weight, drives)'],
  ], ['models/claims', 'models/boltzmann-machine']),
  ...of('meanFieldLearning', [
    ['models/mean-field-learning.ts', 'phases exchanged', 'phase(site.model.visible), phase(site.model.inputs)', 'phase(site.model.inputs), phase(site.model.visible)'],
    ['models/boltzmann-phases.ts', 'data not held', '      hold(x, held, means)\n', ''],
    ['models/boltzmann-phases.ts', 'rests at another temperature', 'residual = sweep(1)', 'residual = sweep(2)'],
  ], ['models/claims', 'models/boltzmann-machine']),
  ...of('rbmLikelihood', [
    ['models/rbm.ts', 'visible bias with the wrong sign', 'visibleBias, logWeights, 1, true)', 'visibleBias, logWeights, -1, true)'],
    ['models/rbm-contrast.ts', 'phases exchanged', 'add(-1, x, hidden, weights)', 'add(1, x, hidden, weights)'],
    ['models/rbm-contrast.ts', 'hidden states of the data in both phases', 'add(1, ensemble.states, modelHidden,', 'add(1, ensemble.states, hidden,'],
    ['models/rbm-contrast.ts', 'bias of hidden units by their states unweighted', 'ops.columnSums(scaled.hidden, gHidden', 'ops.columnSums(h, gHidden'],
  ], ['models/claims', 'models/rbm']),
  ...of('contrastiveDivergence', [
    ['models/contrastive-divergence.ts', 'a step too few', 'for (let step = 0; step < steps; step++) {\n    if', 'for (let step = 1; step < steps; step++) {\n    if'],
    ['models/contrastive-divergence.ts', 'hidden units of the data in every step', 'if (step > 0) probabilitiesUp(', 'if (step > 2) probabilitiesUp('],
    ['models/contrastive-divergence.ts', 'chains start anew', 'applied: () => last.copy(chain.v)', 'applied: () => {}'],
    ['models/contrastive-divergence.ts', 'hidden states not sampled', 'random.bernoulliOf(ph, h)', 'h.copy(ph)'],
    ['models/contrastive-divergence.ts', 'the enumerated chain stops', 'if (step > 0) ops.multiplyNN(qv, hGivenV, qh)', 'if (step > 1) ops.multiplyNN(qv, hGivenV, qh)'],
  ], ['models/claims', 'models/rbm']),
  ...of('wakeSleep', [
    ['models/wake-sleep.ts', 'wrong sign', 'ops.combine(-1, post, 1, errors)', 'ops.combine(1, post, -1, errors)'],
    ['models/wake-sleep.ts', 'recognition learns from the data', 'asleep.layers[k]!, asleep.layers[k - 1]!, asleep.weights', 'awake.layers[k]!, awake.layers[k - 1]!, awake.weights'],
    ['models/wake-sleep.ts', 'fantasies layer by layer apart', 'generative[k]!, layers[k + 1] ?? null, p[k]!', 'generative[k]!, null, p[k]!'],
    ['models/wake-sleep.ts', 'states not weighted', '  ops.scaleRows(weights, errors)\n', ''],
    ['models/helmholtz-machine.ts', 'joint probability inverted', 'combine(-1, logs, 1, joint)', 'combine(1, logs, 1, joint)'],
  ], ['models/claims', 'models/helmholtz-machine']),
  ...of('predictiveLearning', [
    ['models/predictive-learning.ts', 'wrong sign', 'inference.h[k + 1]!, weight, -1)', 'inference.h[k + 1]!, weight, 1)'],
    ['models/predictive-learning.ts', 'causes without their nonlinearity', 'inference.h[k + 1]!, weight, -1)', 'inference.x[k + 1]!, weight, -1)'],
    ['models/predictive-learning.ts', 'examples not weighted', '      ops.scaleRows(weights, weighted)\n', '      void weights\n'],
    ['models/predictive-hierarchy.ts', 'inference up the free energy', 'ops.combine(-this.#size, this.eps[k]!, this.#size, change)', 'ops.combine(this.#size, this.eps[k]!, -this.#size, change)'],
    ['models/predictive-hierarchy.ts', "no f' in the pull from below", '      ops.multiplySlope(this.#code, this.h[k]!, change)\n', ''],
    ['models/predictive-hierarchy.ts', 'precision of the visible layer everywhere', 'const precision = this.model.precisions[k]!', 'const precision = this.model.precisions[0]!'],
    ['models/predictive-hierarchy.ts', 'steps never halved', 'halvings < 30', 'halvings < 0'],
  ], ['models/claims', 'models/predictive-hierarchy']),
  ...of('feedbackAlignment', [
    ['feedback-alignment.ts', 'no feedback', 'randomFeedback(site, scale)', 'randomFeedback(site, 1e-9)'],
    ['pass.ts', 'climbs the loss', 'statistics(network, delta, h, direction, 1 / x.rows)', 'statistics(network, delta, h, direction, -1 / x.rows)'],
    ['pass.ts', "no f' in the hidden layers", '    ops.multiplySlope(layers[l - 2]!.code, h[l - 1]!, delta[l - 1]!)\n', ''],
  ]),
  ...of('directFeedbackAlignment', [
    ['direct-feedback-alignment.ts', 'climbs the loss', 'direction, 1 / x.rows)', 'direction, -1 / x.rows)'],
    ['direct-feedback-alignment.ts', "no f' in the hidden layers", '            ops.multiplySlope(layers[l - 1]!.code, h[l]!, delta[l]!)\n', ''],
    ['direct-feedback-alignment.ts', 'no error at the outputs', 'outputDelta(network, loss, h.at(-1)!, y, error)', 'outputDelta(network, loss, h.at(-1)!, h.at(-1)!, error)'],
  ]),
]
