import type { GetShardIteratorInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { sequenceNumber, shardId, streamReference } from '../member-shapes.js';
import { operation } from '../operation.js';
import { refuse, refuseDryRun } from '../refuse.js';
import { existingShard, sealIterator } from '../shard-position.js';
import { startOf } from '../starting-position.js';
import { throttled } from '../throttled.js';

/** GetShardIterator. The position is fixed when the iterator is made: what is put after a LATEST iterator is read by it. */
export const getShardIterator = operation<GetShardIteratorInput>(
  structure(
    {
      ...streamReference,
      ShardId: shardId,
      ShardIteratorType: {
        type: 'choice',
        choices: ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'],
      },
      StartingSequenceNumber: sequenceNumber,
      Timestamp: { type: 'timestamp' },
      DryRun: { type: 'boolean' },
    },
    ['ShardId', 'ShardIteratorType'],
  ),
  (context, input) => {
    const { account, now } = context;
    const stream = account.stream(input, now);
    const shard = existingShard(account, stream, input.ShardId ?? '');
    shard.log.trimBefore(stream.trimHorizonMs(now));
    const { ShardIteratorType: type, StartingSequenceNumber, Timestamp } = input;
    const start = { type, sequenceNumber: StartingSequenceNumber, timestamp: Timestamp };
    const { position, timeMs } = startOf(account, stream, shard, start, now);
    if (!shard.iteratorCalls.tryTake(1, now)) refuse(throttled(account, stream, shard));
    refuseDryRun(input.DryRun);
    return { ShardIterator: sealIterator(account, stream, shard, position, timeMs, now) };
  },
);
