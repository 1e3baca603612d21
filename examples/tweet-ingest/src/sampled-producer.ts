import type { TweetProducer } from './put-tweets.js';
import type { TweetRecord } from './tweet.js';

/** The part of `Producer` that {@link SampledProducer} uses. */
export interface PromisingProducer extends TweetProducer {
  put(record: TweetRecord): Promise<unknown>;
}

/** How {@link SampledProducer} measures. */
export interface SamplingOptions {
  /** One tweet in so many is measured. */
  readonly every: number;
  readonly nowMs: () => number;
  /** Told how long a tweet took from put to stored. */
  readonly onLatency: (latencyMs: number) => void;
  /** Told why a measured tweet was not stored. */
  readonly onFailed: (record: TweetRecord, error: unknown) => void;
}

/**
 * Measures latency by putting one tweet in many with a promise. A promise for each would cost more than the put itself.
 * Order is kept: a put that waits for room is passed by none.
 */
export class SampledProducer implements TweetProducer {
  readonly #producer: PromisingProducer;
  readonly #options: SamplingOptions;
  #put = 0;

  constructor(producer: PromisingProducer, options: SamplingOptions) {
    this.#producer = producer;
    this.#options = options;
  }

  tryPut(record: TweetRecord): boolean {
    if (this.#put % this.#options.every !== 0) {
      if (!this.#producer.tryPut(record)) return false;
    } else this.#measure(record);
    this.#put += 1;
    return true;
  }

  waitForRoom(): Promise<void> {
    return this.#producer.waitForRoom();
  }

  #measure(record: TweetRecord): void {
    const { nowMs, onLatency, onFailed } = this.#options;
    const putMs = nowMs();
    this.#producer.put(record).then(
      () => onLatency(nowMs() - putMs),
      (error: unknown) => onFailed(record, error),
    );
  }
}
