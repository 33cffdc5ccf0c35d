import fc from 'fast-check'

// The same cases in every run. When a property fails, fast-check prints the seed and the path to its counterexample;
// FC_SEED=... explores others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_200_417) })
