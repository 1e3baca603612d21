import type { UserRecord } from '@shardline/aggregation';
import type { Checkpoint } from '../../src/checkpoint.js';
import { CheckpointWriter } from '../../src/checkpoint-writer.js';
import type { ConsumerEvent } from '../../src/events.js';
import { Progress } from '../../src/progress.js';
import { ShardCheckpointer } from '../../src/shard-checkpointer.js';
import { FakeLeaseHold } from './fake-lease-hold.js';
import { type Members, sequenceNumber, storedFrom, userRecordsOf } from './stored-records.js';

/** The place of the user record at `index` of the stored record numbered `record`. */
export function at(record: number, index = 0): Checkpoint {
  return { sequenceNumber: sequenceNumber(record), subSequenceNumber: index };
}

/** A shard in the hands of a handler, with a checkpointer over a lease that keeps what is written. */
export function shardInHand(
  all: readonly Members[] = [],
  checkpoint: Checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
) {
  const hold = new FakeLeaseHold(checkpoint);
  const progress = new Progress(checkpoint);
  const events: ConsumerEvent[] = [];
  const writer = new CheckpointWriter({ hold, progress, tell: (make) => events.push(make()) });
  const checkpointer = new ShardCheckpointer({ shardId: hold.shardId, progress, writer });
  const records = userRecordsOf(storedFrom(1, all));
  const handOver = (given: readonly UserRecord[]) => {
    const last = given.at(-1);
    if (last !== undefined) progress.handOver(last, given);
  };
  handOver(records);
  return { hold, progress, events, writer, checkpointer, records, handOver };
}
