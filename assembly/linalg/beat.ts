// A helper's sign of life (parallel.ts): a word in shared memory that it counts up with every panel of B, some hundred
// thousand multiplications at most. Only in the build for threads, and nothing on the main thread.

/** Where this instance counts; 0 on the main thread. */
let word: usize = 0

/** From now on this instance counts up the word at `address`. */
export function beatAt(address: usize): void {
  word = address
}

/** Counts up. Helpers count up the same word, and one count may be lost to another: what tells is that it changes. */
// @ts-ignore: decorator
@inline
export function beat(): void {
  if (ASC_FEATURE_THREADS) {
    if (word != 0) store<u32>(word, load<u32>(word) + 1)
  }
}
