import {
  beginsWithMagic,
  type DeaggregateOptions,
  deaggregate,
  type HashRange,
  type KinesisRecord,
  type OutOfRange,
  type UserRecord,
} from '@shardline/aggregation';
import { type Checkpoint, compareSequenceNumbers, isInitial } from './checkpoint.js';
import type { ConsumerEvent } from './events.js';
import { doneAt } from './progress.js';

/** What a {@link RecordFeed} is built from. */
export interface RecordFeedParts {
  readonly shardId: string;
  /** Undefined where it is unknown, or the stream places records itself: everything is delivered. */
  readonly range: HashRange | undefined;
  readonly parentRanges: readonly HashRange[];
  readonly outOfRange: OutOfRange;
  /** Called when something is to be told; `make` only if somebody listens. */
  readonly tell: (make: () => ConsumerEvent) => void;
}

/** Turns the stored records of one shard into user records by C12, counts what it leaves out and tells of it. */
export class RecordFeed {
  readonly #parts: RecordFeedParts;
  #droppedRecords = 0;
  /** The last stored record of which the drops are counted: what was given back comes again, and counts once. */
  #countedTo = '0';

  constructor(parts: RecordFeedParts) {
    this.#parts = parts;
  }

  /** User records left out so far by C12. */
  get droppedRecords(): number {
    return this.#droppedRecords;
  }

  /** The user records of a batch that come after `after`: where the batches before it ended, or the checkpoint. */
  read(records: readonly KinesisRecord[], after: Checkpoint): FeedBatch {
    const { range, parentRanges, outOfRange, shardId, tell } = this.#parts;
    return new FeedBatch(
      records,
      after,
      { range, parentRanges, outOfRange },
      {
        isCounted: (sequenceNumber) => compareSequenceNumbers(sequenceNumber, this.#countedTo) <= 0,
        dropped: (userRecords, to) => {
          this.#droppedRecords += userRecords;
          this.#countedTo = to;
          tell(() => ({ type: 'records-dropped', reason: 'out-of-range', shardId, userRecords }));
        },
        outOfRange: (userRecords) =>
          tell(() => ({
            type: 'records-out-of-range',
            reason: 'careless-aggregator',
            shardId,
            userRecords,
          })),
        corrupt: (sequenceNumber) =>
          tell(() => ({ type: 'corrupt-aggregate', reason: 'not-decodable', shardId, sequenceNumber })),
      },
    );
  }
}

/** Who is told of what a {@link FeedBatch} comes across. */
interface FeedReports {
  /** Whether the drops of a stored record were told before. */
  readonly isCounted: (sequenceNumber: string) => boolean;
  readonly dropped: (userRecords: number, to: string) => void;
  readonly outOfRange: (userRecords: number) => void;
  readonly corrupt: (sequenceNumber: string) => void;
}

/**
 * The user records of one batch, in order, taken apart as they are asked for; to be iterated once. It makes no object a record but the
 * user record: `next` hands on what `deaggregate` gave.
 *
 * Drops are told once a batch, and once however often they are read: when it is exhausted or, by `return`, given up (`for … of`
 * calls it on `break`).
 */
export class FeedBatch implements IterableIterator<UserRecord, undefined> {
  readonly #records: readonly KinesisRecord[];
  readonly #inner: Iterator<UserRecord, undefined>;
  readonly #reports: FeedReports;
  readonly #anyMagic: boolean;
  #end: Checkpoint;
  #last: UserRecord | undefined;
  #lastDropped: UserRecord | undefined;
  #dropped = 0;
  #outOfRange = 0;

  constructor(
    records: readonly KinesisRecord[],
    after: Checkpoint,
    rules: DeaggregateOptions,
    reports: FeedReports,
  ) {
    this.#records = records;
    this.#end = after;
    this.#reports = reports;
    this.#anyMagic = records.some(({ Data }) => Data !== undefined && beginsWithMagic(Data));
    const userRecords = deaggregate(records, {
      ...rules,
      after: isInitial(after) ? undefined : after,
      onDropped: (dropped) => {
        const last = dropped.at(-1);
        this.#lastDropped = last;
        if (last && !reports.isCounted(last.sequenceNumber)) this.#dropped += dropped.length;
      },
      onOutOfRange: (delivered) => {
        this.#outOfRange += delivered.length;
      },
    });
    this.#inner = userRecords[Symbol.iterator]() as Iterator<UserRecord, undefined>;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<UserRecord, undefined> {
    const result = this.#inner.next();
    if (result.done === true) {
      this.#finish();
      return result;
    }
    const record = result.value;
    this.#last = record;
    if (this.#anyMagic && !record.aggregated && beginsWithMagic(record.data)) {
      this.#reports.corrupt(record.sequenceNumber);
    }
    return result;
  }

  /** Tells of what was dropped so far. */
  return(): IteratorResult<UserRecord, undefined> {
    const to = this.#lastDropped?.sequenceNumber;
    if (this.#dropped > 0 && to !== undefined) this.#reports.dropped(this.#dropped, to);
    if (this.#outOfRange > 0) this.#reports.outOfRange(this.#outOfRange);
    this.#dropped = 0;
    this.#outOfRange = 0;
    return { done: true, value: undefined };
  }

  /**
   * The place that is done when every user record given so far is. Of an exhausted batch it is the last index of its last
   * stored record, whatever of it was dropped or done before.
   */
  get end(): Checkpoint {
    return this.#last === undefined ? this.#end : doneAt(this.#last);
  }

  #finish(): void {
    this.return();
    this.#end = this.#endOfBatch();
    this.#last = undefined;
    this.#lastDropped = undefined;
  }

  /** A last stored record of which nothing was given nor dropped was done before the batch. */
  #endOfBatch(): Checkpoint {
    const sequenceNumber = this.#records.at(-1)?.SequenceNumber;
    for (const record of [this.#last, this.#lastDropped]) {
      if (record !== undefined && record.sequenceNumber === sequenceNumber) {
        return { sequenceNumber, subSequenceNumber: record.aggregateCount - 1 };
      }
    }
    return this.end;
  }
}
