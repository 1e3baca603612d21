import type { RunnerGate } from './handler-runner.js';
import type { LeaseHold } from './lease-hold.js';

/**
 * Whether a shard's handler may be given more, and when it should stop.
 *
 * ```
 * open ──close: the lease is to be given up, what is in hand is finished──▶ closed
 *   └────lease lost, or abort: what is in hand should stop──────────────────▶ closed, signal fired
 * ```
 */
export class ShardGate implements RunnerGate {
  readonly #hold: LeaseHold;
  readonly #stop = new AbortController();
  readonly #end = new AbortController();

  constructor(hold: LeaseHold) {
    this.#hold = hold;
    const lost = () => this.abort(hold.signal.reason);
    if (hold.signal.aborted) lost();
    else hold.signal.addEventListener('abort', lost, { once: true });
  }

  get closed(): boolean {
    return this.#end.signal.aborted || this.#hold.lost !== undefined;
  }

  /** Fires when handlers should stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Fires when nothing more is handed over: ends every wait. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  close(): void {
    this.#end.abort();
  }

  abort(reason: unknown): void {
    this.#end.abort();
    this.#stop.abort(reason);
  }
}
