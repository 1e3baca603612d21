/** One listener per signal, however many calls wait with it: thousands may share the signal of a shutdown, at which Node would warn. */
export class SharedAbort {
  readonly #calls = new Map<AbortSignal, Set<() => void>>();

  /** Calls `onAbort` when `signal` fires. The returned function forgets it. */
  listen(signal: AbortSignal, onAbort: () => void): () => void {
    const calls = this.#calls.get(signal) ?? this.#begin(signal);
    calls.add(onAbort);
    return () => {
      if (calls.delete(onAbort) && calls.size === 0) this.#end(signal);
    };
  }

  readonly #fired = (event: Event): void => {
    const signal = event.target as AbortSignal;
    const calls = [...(this.#calls.get(signal) ?? [])];
    this.#end(signal);
    for (const onAbort of calls) onAbort();
  };

  #begin(signal: AbortSignal): Set<() => void> {
    const calls = new Set<() => void>();
    this.#calls.set(signal, calls);
    signal.addEventListener('abort', this.#fired);
    return calls;
  }

  #end(signal: AbortSignal): void {
    this.#calls.delete(signal);
    signal.removeEventListener('abort', this.#fired);
  }
}
