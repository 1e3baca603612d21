import type { AbortableSink } from './abortable-sink.js';
import { SharedAbort } from './shared-abort.js';
import type { Sink } from './sink.js';

/**
 * The signals of puts that are accepted and not settled. When one fires, all that was put with it is withdrawn in one pass, however many
 * calls share it; what cannot be withdrawn any more goes on, and its outcome says so.
 */
export class Withdrawals {
  readonly #aborts: SharedAbort<AbortableSink>;

  /** `withdraw` fails the records of `sinks` that can be withdrawn. */
  constructor(withdraw: (sinks: ReadonlySet<Sink>, reason: unknown) => void) {
    this.#aborts = new SharedAbort((sinks, reason) => {
      withdraw(sinks, reason);
      for (const sink of sinks) sink.abortCameTooLate();
    });
  }

  /** Withdraws what `sink` waits for when `signal` fires. */
  watch(signal: AbortSignal, sink: AbortableSink): void {
    if (sink.isOver) return;
    sink.whenOver(this.#aborts.join(signal, sink));
    // By what reading the records has called.
    if (signal.aborted) this.#aborts.fire(signal);
  }
}
