/** What is timed, of a function: it is called so many times, and what the last call returned is the answer. */
export const repeated = (once) => (repeats) => {
  let value
  for (let i = 0; i < repeats; i++) value = once()
  return value
}
