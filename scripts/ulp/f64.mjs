// Judges f64 results against the BigInt references, on stratified samples.

import { doubles } from './f32.mjs'
import { bitLength, exactly, fixed, references } from './reference.mjs'

/** Where the samples lie: the function is finite there, and not beneath every subnormal. */
const domains = {
  exp: [-745.2, 709.782712893384],
  expm1: [-Infinity, 709.782712893384],
  log: [0, Infinity],
  log1p: [-1, Infinity],
  tanh: [-Infinity, Infinity],
  sigmoid: [-745.2, Infinity],
  softplus: [-745.2, Infinity],
  sinTurns: [0, 1],
  cosTurns: [0, 1],
}

/** A small generator of doubles in [0, 1): the samples are the same in every run. */
function generator(seed) {
  let state = BigInt(seed)
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
    return Number(state >> 11n) / 2 ** 53
  }
}

/** Every other one from all exponents of both signs, the rest from where the functions bend. */
function stratified(name, count) {
  const random = generator(2024)
  const [low, high] = domains[name]
  const intervals = [
    [-1, 1],
    [0.5, 2],
    [-3, 3],
    [-0.5, 0],
    [-40, 40],
    [-746, -700],
    [700, 710],
  ]
  const xs = []
  for (let i = 0; xs.length < count; i++) {
    const [a, b] = intervals[(i >> 1) % intervals.length]
    const anywhere = (2 * random() - 1) * 2 ** Math.floor(2098 * random() - 1074)
    const x = i % 2 ? anywhere : a + (b - a) * random()
    if (x > low && x < high && x !== 0) xs.push(x)
  }
  return xs
}

/** Arguments whose value a double function gets exactly right. */
const specials = {
  exp: [1000],
  expm1: [1000],
  log: [1],
  log1p: [-1],
  tanh: [1000],
  sigmoid: [1000],
  softplus: [1000],
}
const specialsOf = (name) => (name in specials ? [0, -0, Infinity, -Infinity, NaN, -1000, ...specials[name]] : [0])

/** Errors are measured in 2^-FINE ulp. */
const FINE = 40n

/** |got - exact| in ulps of f64 at the exact value; an infinity is judged as 2^1024. */
function errorInUlps(got, exact) {
  if (Number.isNaN(got)) return Infinity
  const g = Number.isFinite(got) ? exactly(got) : { m: BigInt(Math.sign(got)), e: 1024n }
  const exponent = bitLength(exact.m) + exact.e - 53n
  const ulp = exponent > -1074n ? exponent : -1074n
  const difference = fixed(g, FINE - ulp) - fixed(exact, FINE - ulp)
  return Number(difference < 0n ? -difference : difference) / 2 ** Number(FINE)
}

/** The largest error over `samples` arguments inside the domain and over the specials. */
export function worstOf({ kernel, memory, buffer, count }, name, samples) {
  const xs = new Float64Array(memory.buffer, buffer, count)
  const ys = new Float64Array(memory.buffer, buffer + 8 * count, count)
  const run = (values) => {
    xs.set(values)
    kernel(buffer, buffer + 8 * count, 8 * count)
  }
  const exact = specialsOf(name)
  run(exact)
  for (let i = 0; i < exact.length; i++) {
    if (!Object.is(ys[i], doubles[name](exact[i]))) return { error: Infinity, x: exact[i], got: ys[i] }
  }
  let worst = { error: 0 }
  const all = stratified(name, samples)
  for (let first = 0; first < samples; first += count) {
    const chunk = all.slice(first, first + count)
    run(chunk)
    for (let i = 0; i < chunk.length; i++) {
      const error = errorInUlps(ys[i], references[name](chunk[i]))
      if (error > worst.error) worst = { error, x: chunk[i], got: ys[i] }
    }
  }
  return worst
}
