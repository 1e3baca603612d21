import type { UserRecord } from '@shardline/aggregation';
import { type Checkpoint, compareCheckpoints, compareSequenceNumbers, isShardEnd } from './checkpoint.js';
import { RecordEnds } from './record-ends.js';

/** A place, or a user record, which knows whether its stored record goes on. */
export type Place = Checkpoint & Partial<Pick<UserRecord, 'lastOfAggregate' | 'aggregateCount'>>;

/** Index at which a place is done: the last one of the stored record when no further user record of it follows (C4). */
export function doneIndexOf(place: Place): number {
  const { lastOfAggregate, aggregateCount } = place;
  return lastOfAggregate === true && aggregateCount !== undefined
    ? aggregateCount - 1
    : place.subSequenceNumber;
}

/** The checkpoint at which a place is done, see {@link doneIndexOf}. */
export function doneAt(place: Place): Checkpoint {
  return { sequenceNumber: place.sequenceNumber, subSequenceNumber: doneIndexOf(place) };
}

/** The later of two places. */
export function laterOf(a: Checkpoint, b: Checkpoint): Checkpoint {
  return compareCheckpoints(a, b) >= 0 ? a : b;
}

/**
 * What is known of one shard's progress; it decides nothing and writes nothing.
 *
 * ```
 * stored ≤ done ≤ handedOver    `lastRecord` is the last one that a handler saw; from there to handedOver all were dropped
 * ```
 * Each of them moves forward only, but for a batch that failed: what comes again of it may be cut shorter, so handedOver and
 * `lastRecord` begin at `done` again. `done` is the low watermark (C1, C4): records finish in the shard's order, dropped ones
 * count as done. Moving them makes no objects: it happens with every record.
 */
export class Progress {
  readonly #stored: Watermark;
  readonly #done: Watermark;
  readonly #handedOver: Watermark;
  readonly #lastRecord: Watermark;
  readonly #ends = new RecordEnds();
  #atShardEnd = false;
  #failed = false;

  /** Begins where the lease was gained. */
  constructor(stored: Checkpoint) {
    this.#stored = new Watermark(stored);
    this.#done = new Watermark(stored);
    this.#handedOver = new Watermark(stored);
    this.#lastRecord = new Watermark(stored);
  }

  /** The last checkpoint in the store. */
  get stored(): Checkpoint {
    return this.#stored.place;
  }

  /** Everything up to and including it is done. */
  get done(): Checkpoint {
    return this.#done.place;
  }

  /** Everything up to and including it was handed to the handler or dropped. */
  get handedOver(): Checkpoint {
    return laterOf(this.#handedOver.place, this.done);
  }

  /**
   * What a handler that names no place means: all that it was handed, but nothing of a batch that it has failed with, unless
   * that is in its hands again (C1).
   */
  get unnamed(): Checkpoint {
    return this.#failed ? this.done : this.handedOver;
  }

  /** The last user record that was handed over. */
  get lastRecord(): Checkpoint {
    return this.#lastRecord.place;
  }

  /** Whether everything of a closed shard was handed over and its children have leases: its checkpoint may become SHARD_END. */
  get atShardEnd(): boolean {
    return this.#atShardEnd;
  }

  /** Whether there is anything done that is not stored. */
  get isAhead(): boolean {
    return compareCheckpoints(this.done, this.stored) > 0;
  }

  /**
   * `last` and what comes before it go to the handler, before it is called. `records` are those that it is called with: checkpoints
   * may name their stored records by number alone, see {@link Progress.endOf}.
   */
  handOver(last: UserRecord, records?: readonly UserRecord[]): void {
    const index = doneIndexOf(last);
    this.#forgetFailed();
    this.#lastRecord.advance(last.sequenceNumber, index);
    this.#handedOver.advance(last.sequenceNumber, index);
    if (records !== undefined) this.#ends.note(records);
  }

  /** Everything up to and including `place` is done: a user record, or the end of a batch with what was dropped there. */
  finish(place: Place): void {
    this.#done.advance(place.sequenceNumber, doneIndexOf(place));
  }

  /** The handler failed with what it was handed last; it is handed over again. */
  fail(): void {
    this.#failed = true;
  }

  /** See {@link Progress.atShardEnd}. */
  reachEnd(): void {
    this.#forgetFailed();
    this.#atShardEnd = true;
  }

  /** The store has it. Whoever asked for it said that it is done. */
  wasStored(checkpoint: Checkpoint): void {
    const { sequenceNumber, subSequenceNumber } = checkpoint;
    this.#stored.advance(sequenceNumber, subSequenceNumber);
    this.#done.advance(sequenceNumber, subSequenceNumber);
    if (!isShardEnd(checkpoint)) this.#ends.forgetBefore(sequenceNumber);
  }

  /**
   * Where a stored record ends, so far as it was handed over: undefined when it is not known. Only aggregates of several user
   * records are; the rest ends at 0.
   */
  endOf(sequenceNumber: string): number | undefined {
    const { handedOver } = this;
    if (sequenceNumber === handedOver.sequenceNumber) return handedOver.subSequenceNumber;
    return this.#ends.lastIndexOf(sequenceNumber);
  }

  /** Takes back that the batch which failed was handed over: what comes again, or that nothing does, says how far it is. */
  #forgetFailed(): void {
    if (!this.#failed) return;
    this.#failed = false;
    const { done } = this;
    this.#handedOver.reset(done);
    this.#lastRecord.reset(done);
  }
}

/** A place that moves forward only, unless it is reset. Taken apart, since it moves with every record. */
class Watermark {
  #sequenceNumber: string;
  #subSequenceNumber: number;

  constructor(place: Checkpoint) {
    this.#sequenceNumber = place.sequenceNumber;
    this.#subSequenceNumber = place.subSequenceNumber;
  }

  get place(): Checkpoint {
    return { sequenceNumber: this.#sequenceNumber, subSequenceNumber: this.#subSequenceNumber };
  }

  advance(sequenceNumber: string, subSequenceNumber: number): void {
    // Most often the next user record of the same aggregate.
    if (sequenceNumber === this.#sequenceNumber) {
      if (subSequenceNumber > this.#subSequenceNumber) this.#subSequenceNumber = subSequenceNumber;
    } else if (isNumber(sequenceNumber) && isNumber(this.#sequenceNumber)) {
      if (compareSequenceNumbers(this.#sequenceNumber, sequenceNumber) < 0)
        this.#move(sequenceNumber, subSequenceNumber);
    } else if (compareCheckpoints({ sequenceNumber, subSequenceNumber }, this.place) > 0) {
      this.#move(sequenceNumber, subSequenceNumber);
    }
  }

  reset({ sequenceNumber, subSequenceNumber }: Checkpoint): void {
    this.#move(sequenceNumber, subSequenceNumber);
  }

  #move(sequenceNumber: string, subSequenceNumber: number): void {
    this.#sequenceNumber = sequenceNumber;
    this.#subSequenceNumber = subSequenceNumber;
  }
}

/** Whether it is a sequence number and no sentinel. */
function isNumber(sequenceNumber: string): boolean {
  return sequenceNumber.charCodeAt(0) <= 0x39;
}
