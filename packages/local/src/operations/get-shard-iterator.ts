import type { GetShardIteratorInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { sequenceNumber, shardId, streamReference } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { refuse, refuseDryRun } from '../refuse.js';
import { isSequenceNumber, prefixOf, shardNumberOf } from '../sequence-number.js';
import { KinesisServiceError } from '../service-error.js';
import { type Shard, shardIdOf } from '../shard.js';
import { existingShard, sealIterator } from '../shard-position.js';
import type { Stream } from '../stream.js';
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
    const { position, timeMs } = startOf(context, stream, shard, input);
    if (!shard.iteratorCalls.tryTake(1, now)) refuse(throttled(account, stream, shard));
    refuseDryRun(input.DryRun);
    return { ShardIterator: sealIterator(account, stream, shard, position, timeMs, now) };
  },
);

function startOf(
  context: OperationContext,
  stream: Stream,
  shard: Shard,
  input: GetShardIteratorInput,
): { readonly position: number; readonly timeMs: number } {
  const { log } = shard;
  const horizonMs = Math.max(stream.trimHorizonMs(context.now), shard.openedAtMs);
  switch (input.ShardIteratorType) {
    case 'LATEST':
      return { position: log.end, timeMs: context.now };
    case 'AT_TIMESTAMP': {
      const timeMs = timestampOf(context, input);
      return { position: log.positionAtTime(timeMs), timeMs: Math.max(timeMs, horizonMs) };
    }
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const position = positionOf(context, stream, shard, input);
      return { position, timeMs: log.at(position)?.arrivalMs ?? context.now };
    }
    default:
      return { position: log.first, timeMs: horizonMs };
  }
}

function timestampOf({ now }: OperationContext, { Timestamp }: GetShardIteratorInput): number {
  const timeMs = Timestamp?.getTime();
  if (timeMs === undefined) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  if (timeMs > now) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
        `timestampInMillis: ${timeMs}, currentTimestampInMillis: ${Math.floor(now)}`,
    );
  }
  return timeMs;
}

function positionOf(
  { account }: OperationContext,
  stream: Stream,
  shard: Shard,
  input: GetShardIteratorInput,
): number {
  const { ShardIteratorType: type, StartingSequenceNumber: given } = input;
  if (given === undefined) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `Must specify startingSequenceNumber parameter for iterator of type ${type}. ` +
        'Current request has no startingSequenceNumber parameter.',
    );
  }
  if (!isSequenceNumber(given) || !isOfStream(stream, given)) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `StartingSequenceNumber ${given} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} under ` +
        `account ${account.id} is invalid because it did not come from this stream.`,
    );
  }
  if (prefixOf(given) !== shard.prefix) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(shardNumberOf(given))}, while it was used in a call to a ` +
        `shard with ${shard.id}`,
    );
  }
  const at = shard.log.positionAtSequenceNumber(given);
  return type === 'AFTER_SEQUENCE_NUMBER' && shard.log.at(at)?.sequenceNumber === given ? at + 1 : at;
}

function isOfStream(stream: Stream, sequenceNumber: string): boolean {
  const prefix = prefixOf(sequenceNumber);
  return stream.shards.some((shard) => shard.prefix === prefix);
}
