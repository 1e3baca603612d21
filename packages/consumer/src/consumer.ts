import type { ConsumerEnd } from './consumer-end.js';
import type { ConsumerHealth } from './health.js';
import { type ConsumerOptions, type ResolvedConsumerOptions, resolveConsumerOptions } from './options.js';

/**
 * Reads one Kinesis data stream together with the other workers of its application: each shard by one of them, de-aggregated, in order,
 * at least once.
 */
export class Consumer {
  readonly #options: ResolvedConsumerOptions;
  /** Resolves when the consumer has ended, with the reason; never rejects. */
  readonly finished: Promise<ConsumerEnd>;

  /** Checks the options and throws `INVALID_OPTION`; makes no request. */
  constructor(options: ConsumerOptions) {
    this.#options = resolveConsumerOptions(options);
    this.finished = new Promise(() => undefined);
  }

  /**
   * Opens the lease store, creates the leases that are missing, and begins to take and read shards. Rejects where nothing can be read
   * until somebody acts: a wrong table, a missing right, no such stream.
   */
  async start(): Promise<void> {
    throw new Error(`The consumer of "${this.#options.stream}" is being built.`);
  }

  /**
   * Finishes what the handlers have in hand, checkpoints, gives every lease back and lets go of connections. After `deadlineMs` (0 or
   * more, 30,000 by default), or when `signal` fires, handlers' signals fire and leases are given back without waiting for them.
   * A second call returns the first one's promise.
   */
  async stop(_options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {}): Promise<void> {}

  /** {@link Consumer.stop} with its default deadline. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** How the consumer and each of its shards are doing. */
  health(): ConsumerHealth {
    throw new Error(`The consumer of "${this.#options.stream}" is being built.`);
  }
}
