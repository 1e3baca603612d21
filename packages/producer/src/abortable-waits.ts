import { SharedAbort } from './shared-abort.js';

/** Calls that only wait, and that a signal ends. */
export class AbortableWaits {
  readonly #aborts = new SharedAbort<(reason: unknown) => void>((ends, reason) => {
    for (const end of ends) end(reason);
  });

  /** Calls `end` when `signal` fires, or at once if it has. The returned function forgets it. */
  join(signal: AbortSignal | undefined, end: (reason: unknown) => void): () => void {
    if (!signal) return () => {};
    if (!signal.aborted) return this.#aborts.join(signal, end);
    end(signal.reason);
    return () => {};
  }

  /** `done`, or the signal's reason if that fires first. Leaves nothing on the signal. */
  until<Value>(done: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    if (!signal) return done;
    return new Promise((resolve, reject) => {
      const forget = this.join(signal, reject);
      void done.then(resolve, reject).then(forget);
    });
  }

  /** The same of what calls back; what `begin` returns is called when the signal has fired. */
  untilTold(begin: (told: () => void) => () => void, signal: AbortSignal | undefined): Promise<void> {
    let end = () => {};
    const told = new Promise<void>((resolve) => {
      end = begin(resolve);
    });
    if (signal) void told.then(this.join(signal, () => end()));
    return this.until(told, signal);
  }
}
