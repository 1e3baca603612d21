import { InvalidOptionError } from '@shardline/core';
import { type Checkpoint, compareCheckpoints, isInitial, isShardEnd, shardEnd } from './checkpoint.js';
import type { CheckpointWriter } from './checkpoint-writer.js';
import { CheckpointOutOfRangeError } from './errors.js';
import type { PendingCheckpoint } from './lease.js';
import { doneIndexOf, type Place, type Progress } from './progress.js';
import type { Checkpointer, CheckpointTarget, PreparedCheckpoint } from './shard-handler.js';

/** What a {@link ShardCheckpointer} is built from. */
export interface ShardCheckpointerParts {
  readonly shardId: string;
  readonly progress: Progress;
  readonly writer: CheckpointWriter;
}

/**
 * The checkpointer that a shard's handler is given: the KCL's rules, and the places that numbers stand for.
 *
 * - Nothing: all that was handed over when it was called, with what was dropped behind it; of a batch that the handler failed with,
 *   nothing (the KCL commits it).
 * - A user record: it and all before it. The last one of an aggregate stands for all of it, dropped members included.
 * - A sequence number and a sub-sequence number: that very place. If only dropped members lie between it and the end of what was
 *   handed over, that end.
 * - A sequence number alone: the stored record, so far as it was handed over. Of an aggregate so long ago that its size is forgotten
 *   (`RecordEnds`) it is the first user record, as in the KCL: the rest may be delivered again, nothing is passed over.
 *
 * At the shard's end the end of what was handed over becomes SHARD_END. Whatever `undefined` or `null` slipped in is refused: to
 * take it for nothing would checkpoint records that the caller did not mean.
 */
export class ShardCheckpointer implements Checkpointer {
  readonly #parts: ShardCheckpointerParts;

  constructor(parts: ShardCheckpointerParts) {
    this.#parts = parts;
  }

  async checkpoint(...given: [at?: CheckpointTarget]): Promise<void> {
    await this.#promote(this.#resolve('checkpoint', given));
  }

  async prepareCheckpoint(
    ...given: [at?: CheckpointTarget, state?: Uint8Array]
  ): Promise<PreparedCheckpoint> {
    const [at, state] = given;
    checkArgument(
      state === undefined || state instanceof Uint8Array,
      'prepareCheckpoint',
      'state',
      state,
      'a Uint8Array',
    );
    const place = this.#resolve('prepareCheckpoint', state !== undefined && at === undefined ? [] : given);
    // A copy: the caller may go on using its buffer while the write waits for its turn.
    const pending: PendingCheckpoint =
      state === undefined ? place : { ...place, state: new Uint8Array(state) };
    const written = await this.#parts.writer.prepare(pending);
    return {
      pendingCheckpoint: place,
      checkpoint: async () => {
        if (written) await this.#promote(this.#atEnd(place));
      },
    };
  }

  async #promote(place: Checkpoint): Promise<void> {
    await this.#parts.writer.write(place, 'handler');
  }

  /** The place that is meant, in range at the time of the call. */
  #resolve(method: string, given: readonly unknown[]): Checkpoint {
    const { progress, writer } = this.#parts;
    if (given.length === 0) {
      writer.ensureHeld();
      return this.#atEnd(progress.unnamed);
    }
    const target = readTarget(method, given[0]);
    writer.ensureHeld();
    const place = this.#atEnd(this.#placeOf(target));
    this.#checkRange(place);
    return place;
  }

  #placeOf(target: CheckpointTarget): Checkpoint {
    const { progress } = this.#parts;
    const { sequenceNumber, subSequenceNumber } = target;
    if (sequenceNumber === shardEnd.sequenceNumber) return shardEnd;
    if (subSequenceNumber !== undefined) {
      const index = doneIndexOf(target as Place);
      // What calls itself a user record need not be one.
      return {
        sequenceNumber,
        subSequenceNumber: Number.isSafeInteger(index)
          ? Math.max(index, subSequenceNumber)
          : subSequenceNumber,
      };
    }
    const { stored } = progress;
    const known = progress.endOf(sequenceNumber) ?? 0;
    return {
      sequenceNumber,
      subSequenceNumber:
        sequenceNumber === stored.sequenceNumber ? Math.max(known, stored.subSequenceNumber) : known,
    };
  }

  /** A place with nothing but drops behind it is the end of what was handed over; that is the shard's end once it is there. */
  #atEnd(place: Checkpoint): Checkpoint {
    const { progress } = this.#parts;
    const { handedOver } = progress;
    if (compareCheckpoints(place, progress.lastRecord) < 0 || compareCheckpoints(place, handedOver) > 0) {
      return place;
    }
    return progress.atShardEnd ? shardEnd : handedOver;
  }

  #checkRange(place: Checkpoint): void {
    const { progress, shardId, writer } = this.#parts;
    if (writer.isStored(place)) return;
    const { stored, handedOver } = progress;
    const tooFar = isShardEnd(place) ? !progress.atShardEnd : compareCheckpoints(place, handedOver) > 0;
    // LATEST is behind TRIM_HORIZON in order, but no place that a shard can come to (C5).
    if (tooFar || isInitial(place)) throw new CheckpointOutOfRangeError(shardId, place, stored, handedOver);
  }
}

/** Checks what a caller in JavaScript may have given. */
function readTarget(method: string, at: unknown): CheckpointTarget {
  checkArgument(
    typeof at === 'object' && at !== null,
    method,
    'at',
    at,
    'a user record or an object with a sequenceNumber; leave it out for everything handed over',
  );
  const { sequenceNumber, subSequenceNumber } = at as Record<keyof CheckpointTarget, unknown>;
  checkArgument(
    typeof sequenceNumber === 'string' && isSequenceNumber(sequenceNumber),
    method,
    'at.sequenceNumber',
    sequenceNumber,
    'a sequence number, a string in decimal',
  );
  checkArgument(
    'subSequenceNumber' in (at as object)
      ? Number.isSafeInteger(subSequenceNumber) && (subSequenceNumber as number) >= 0
      : true,
    method,
    'at.subSequenceNumber',
    subSequenceNumber,
    'a whole number from 0, or left out for the whole stored record',
  );
  return at as CheckpointTarget;
}

/** Sentinels are numbers in a checkpoint's place: whether one is in range is for the range to say. */
function isSequenceNumber(value: string): boolean {
  return /^(?:0|[1-9]\d{0,127}|SHARD_END|TRIM_HORIZON|LATEST|AT_TIMESTAMP)$/.test(value);
}

function checkArgument(
  holds: boolean,
  method: string,
  option: string,
  received: unknown,
  expected: string,
): void {
  if (!holds) throw new InvalidOptionError({ owner: `Checkpointer.${method}`, option, received, expected });
}
