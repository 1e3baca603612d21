import type { RetryReason, SealReason } from './events.js';

/** Counters since the producer was made; all only grow. */
export interface ProducerCounters {
  /** User records accepted. */
  readonly acceptedRecords: number;
  /** User records stored and acknowledged. */
  readonly storedRecords: number;
  /** What the stored Kinesis records took of shards' byte limits: data plus partition keys. */
  readonly storedBytes: number;
  /** User records failed, by error code. */
  readonly failedRecords: Readonly<Record<string, number>>;
  /** PutRecords requests sent. */
  readonly requests: number;
  /** Kinesis records sent, retries included. */
  readonly sentEntries: number;
  /** Kinesis records stored. With `storedRecords`: the aggregation ratio. */
  readonly storedEntries: number;
  /** Kinesis records that the service refused for want of throughput. */
  readonly throttledEntries: number;
  /** User records put again, by reason. */
  readonly retriedRecords: Readonly<Partial<Record<RetryReason, number>>>;
  /** Aggregates sealed, by reason; not those into which a newer shard map packs what was there before, as the first map does. */
  readonly sealed: Readonly<Partial<Record<SealReason, number>>>;
  /** Times that a later request of a shard got a lower sequence number (P3). */
  readonly orderInverted: number;
}

type Plain = { -readonly [Name in keyof ProducerCounters]: ProducerCounters[Name] };

/** Keeps the counters. Grows with the number of reasons and codes, not with load (P2). */
export class Tally {
  readonly #counters: Plain = {
    acceptedRecords: 0,
    storedRecords: 0,
    storedBytes: 0,
    failedRecords: {},
    requests: 0,
    sentEntries: 0,
    storedEntries: 0,
    throttledEntries: 0,
    retriedRecords: {},
    sealed: {},
    orderInverted: 0,
  };

  accepted(): void {
    this.#counters.acceptedRecords += 1;
  }

  add(name: 'requests' | 'sentEntries' | 'throttledEntries' | 'orderInverted', count: number): void {
    this.#counters[name] += count;
  }

  stored(userRecords: number, bytes: number): void {
    this.#counters.storedEntries += 1;
    this.#counters.storedRecords += userRecords;
    this.#counters.storedBytes += bytes;
  }

  /** Counts under a reason or a code. */
  addBy<Name extends 'failedRecords' | 'retriedRecords' | 'sealed'>(
    name: Name,
    reason: string,
    count: number,
  ): void {
    const before = (this.#counters[name] as Record<string, number>)[reason] ?? 0;
    this.#counters[name] = { ...this.#counters[name], [reason]: before + count };
  }

  snapshot(): ProducerCounters {
    return { ...this.#counters };
  }
}
