// What ngrad is to reach beside its peers: how many times as fast, at least, in a plain and in a relaxed build. They
// were set a little under what a prototype reached on another machine, an EPYC of the fourth generation whose vector
// units are half as wide as those of the fifth: torch's are at stake, ours are not.
const large = 'step 784-500-500-10 relu, batch 64'
const small = 'step 64-128-10 tanh, batch 32'
const tiny = 'step 2-16-1 tanh, batch 4'

export const bars = [
  { work: large, peer: 'jax-js', portable: 1.8, relaxed: 2.1 },
  { work: large, peer: 'tfjs-wasm', portable: 10, relaxed: 12 },
  { work: large, peer: 'torch', portable: 0.6, relaxed: 0.6 },
  { work: small, peer: 'jax-js', portable: 5, relaxed: 5 },
  { work: small, peer: 'torch', portable: 4, relaxed: 4 },
  { work: tiny, peer: 'jax-js', portable: 40, relaxed: 40 },
  { work: 'relax 784-500-500-10 tanh, batch 64', peer: 'torch', portable: 0.55, relaxed: 0.65 },
]
/** Microseconds of our own step, at most. */
export const ownBars = [{ work: tiny, portable: 5, relaxed: 5 }]

export function judge({ simd, results }) {
  const of = (work) => results.find(({ name }) => name === work)
  return [
    ...bars.map(({ work, peer, [simd]: bar }) => {
      const measured = of(work)?.peers[peer]?.ratio ?? null
      return { work, peer, atLeast: bar, measured, met: measured === null ? null : measured >= bar }
    }),
    ...ownBars.map(({ work, [simd]: bar }) => {
      const measured = of(work)?.microseconds ?? null
      return { work, microsecondsAtMost: bar, measured, met: measured === null ? null : measured <= bar }
    }),
  ]
}
