import type { UserRecord } from '@shardline/aggregation';
import { compareSequenceNumbers } from './checkpoint.js';

/** Most aggregates remembered for a shard: some ten answers of the service. */
const mostAggregates = 10_000;

/**
 * Remembers where the aggregates end that were handed to a handler since the last checkpoint, so that the sequence number alone
 * of one can stand for all of it. Those of one user record are not worth remembering.
 *
 * Bounded: where a handler does not checkpoint, the oldest are forgotten.
 */
export class RecordEnds {
  readonly #most: number;
  readonly #ends = new Map<string, number>();

  constructor(most = mostAggregates) {
    this.#most = most;
  }

  /** Notes the aggregates of which the last user record is among `records`, which come in the shard's order. */
  note(records: readonly UserRecord[]): void {
    for (const record of records) {
      if (record.lastOfAggregate && record.aggregateCount > 1) {
        this.#ends.set(record.sequenceNumber, record.aggregateCount - 1);
      }
    }
    this.#forget((_, left) => left > this.#most);
  }

  /** The last index of an aggregate; undefined when it is not remembered. */
  lastIndexOf(sequenceNumber: string): number | undefined {
    return this.#ends.get(sequenceNumber);
  }

  /** Forgets those before a sequence number, which cannot be checkpointed any more. */
  forgetBefore(sequenceNumber: string): void {
    this.#forget((oldest) => compareSequenceNumbers(oldest, sequenceNumber) < 0);
  }

  /** A map keeps the order in which keys were added: the shard's. */
  #forget(goes: (oldest: string, left: number) => boolean): void {
    for (const oldest of this.#ends.keys()) {
      if (!goes(oldest, this.#ends.size)) return;
      this.#ends.delete(oldest);
    }
  }
}
