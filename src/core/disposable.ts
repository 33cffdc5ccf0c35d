/// <reference lib="esnext.disposable" preserve="true" />

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
