/** What rules were called when they were saved before they were renamed. */
const former: Readonly<Record<string, readonly string[]>> = { postRateHebbian: ['stdp'] }

/** The names by which a checkpoint may call a rule. */
export const namesOf = (learner: string): readonly string[] => [learner, ...(former[learner] ?? [])]
