// Declared here as TypeScript's own library has it, and one with that where there are both: 5.0 and 5.1 have none.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol
  }
  /** What `using` asks for, by this name. */
  interface Disposable {
    [Symbol.dispose](): void
  }
}

/** What `using` takes, where the host knows it. */
export interface Disposable {
  /** Disposes of it. */
  [Symbol.dispose](): void
}

/** Makes an object with a `dispose` method work with `using`, in hosts that have `Symbol.dispose`. */
export function disposable(object: { dispose(): void }): void {
  // Without the guard a host that lacks the symbol would get a method named "undefined".
  if (typeof Symbol.dispose === 'symbol') Object.defineProperty(object, Symbol.dispose, { value: () => object.dispose() })
}
