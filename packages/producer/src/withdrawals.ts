import type { AbortableSink } from './abortable-sink.js';
import type { Sink } from './sink.js';

/**
 * The signals of puts that are accepted and not settled. When one fires, all that was put with it is withdrawn in one pass, however many
 * calls share it; what cannot be withdrawn any more goes on, and its outcome says so. Nothing stays on a signal longer than needed.
 */
export class Withdrawals {
  readonly #withdraw: (sinks: ReadonlySet<Sink>, reason: unknown) => void;
  readonly #watched = new Map<AbortSignal, Set<AbortableSink>>();

  /** `withdraw` fails the records of `sinks` that can be withdrawn. */
  constructor(withdraw: (sinks: ReadonlySet<Sink>, reason: unknown) => void) {
    this.#withdraw = withdraw;
  }

  /** Withdraws what `sink` waits for when `signal` fires. */
  watch(signal: AbortSignal, sink: AbortableSink): void {
    if (sink.isOver) return;
    const sinks = this.#watched.get(signal) ?? this.#begin(signal);
    sinks.add(sink);
    sink.whenOver(() => {
      if (sinks.delete(sink) && sinks.size === 0) this.#end(signal);
    });
    // By what reading the records has called.
    if (signal.aborted) this.#fired(signal);
  }

  /** One listener for all signals: most puts that have one have it for themselves (P2). */
  readonly #onAbort = (event: Event): void => this.#fired(event.target as AbortSignal);

  #begin(signal: AbortSignal): Set<AbortableSink> {
    const sinks = new Set<AbortableSink>();
    this.#watched.set(signal, sinks);
    signal.addEventListener('abort', this.#onAbort);
    return sinks;
  }

  #fired(signal: AbortSignal): void {
    const sinks = this.#watched.get(signal) ?? new Set();
    this.#withdraw(sinks, signal.reason);
    for (const sink of sinks) sink.abortCameTooLate();
    this.#end(signal);
  }

  #end(signal: AbortSignal): void {
    if (this.#watched.delete(signal)) signal.removeEventListener('abort', this.#onAbort);
  }
}
