// What the checkpoint tests train, for their own process and for others: from a library, either the sources or the built one.

/** Every optimizer, with and without what it keeps from step to step, and one that counts steps. */
export const optimizersOf = ({ adam, chain, clipNorm, linearSchedule, sgd }) => ({
  sgd: () => sgd({ learningRate: 0.02 }),
  'sgd with momentum and decay': () => sgd({ learningRate: 0.02, momentum: 0.9, weightDecay: 1e-3 }),
  'sgd with Nesterov momentum': () => sgd({ learningRate: 0.02, momentum: 0.9, nesterov: true }),
  adam: () => adam({ learningRate: 1e-3 }),
  'adam on a schedule': () => adam({ learningRate: linearSchedule(1e-2, 0, 12) }),
  'clipNorm and adam': () => chain(clipNorm(0.1), adam({ learningRate: 1e-3 })),
})

export const fitting = { epochs: 3, batchSize: 8 }
export const dataOf = ({ digits }) => digits().train.first(30)

/** Fits for `steps` steps at most, from where the trainer is. */
export async function fit(trainer, data, steps = Infinity) {
  if (steps === 0) return
  for await (const { step } of trainer.fit(data, { ...fitting, from: trainer.position })) if (step === steps) break
}
