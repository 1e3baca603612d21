import type { AbortableSink } from './abortable-sink.js';
import type { Sink } from './sink.js';

interface Watched {
  readonly sinks: Set<AbortableSink>;
  readonly onAbort: () => void;
}

/**
 * The signals of puts that are accepted and not settled. When one fires, all that was put with it is withdrawn in one pass, however many
 * calls share it; what cannot be withdrawn any more goes on, and its outcome says so. Nothing stays on a signal longer than needed.
 */
export class Withdrawals {
  readonly #withdraw: (sinks: ReadonlySet<Sink>, reason: unknown) => void;
  readonly #watched = new Map<AbortSignal, Watched>();

  /** `withdraw` fails the records of `sinks` that can be withdrawn. */
  constructor(withdraw: (sinks: ReadonlySet<Sink>, reason: unknown) => void) {
    this.#withdraw = withdraw;
  }

  /** Withdraws what `sink` waits for when `signal` fires. */
  watch(signal: AbortSignal, sink: AbortableSink): void {
    if (sink.isOver) return;
    const { sinks } = this.#watched.get(signal) ?? this.#begin(signal);
    sinks.add(sink);
    sink.whenOver(() => {
      if (sinks.delete(sink) && sinks.size === 0) this.#end(signal);
    });
    // By what reading the records has called.
    if (signal.aborted) this.#fired(signal);
  }

  #begin(signal: AbortSignal): Watched {
    const watched: Watched = { sinks: new Set(), onAbort: () => this.#fired(signal) };
    this.#watched.set(signal, watched);
    signal.addEventListener('abort', watched.onAbort);
    return watched;
  }

  #fired(signal: AbortSignal): void {
    const sinks = this.#watched.get(signal)?.sinks ?? new Set();
    this.#withdraw(sinks, signal.reason);
    for (const sink of sinks) sink.abortCameTooLate();
    this.#end(signal);
  }

  #end(signal: AbortSignal): void {
    const watched = this.#watched.get(signal);
    if (!watched) return;
    this.#watched.delete(signal);
    signal.removeEventListener('abort', watched.onAbort);
  }
}
