import type { GetRecordsInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { streamArn, streamId } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { millisBehind, readPage } from '../record-page.js';
import { refuse, refuseDryRun } from '../refuse.js';
import { KinesisServiceError } from '../service-error.js';
import { describeChildren, type Shard } from '../shard.js';
import {
  existingShard,
  openIterator,
  refuseExpired,
  type ShardPosition,
  sealIterator,
} from '../shard-position.js';
import type { Stream } from '../stream.js';
import { throttled } from '../throttled.js';

/** Data plus partition keys in one answer. */
const pageMaxBytes = 10_485_760;
const pageMaxRecords = 10_000;

/** GetRecords. At the end of a closed shard the answer has no iterator, but the child shards. */
export const getRecords = operation<GetRecordsInput>(
  structure(
    {
      ShardIterator: { type: 'string', min: 1, max: 512 },
      Limit: { type: 'integer', min: 1 },
      StreamARN: streamArn,
      StreamId: streamId,
      DryRun: { type: 'boolean' },
    },
    ['ShardIterator'],
  ),
  (context, input) => {
    const { account, now } = context;
    const maxRecords = maxRecordsOf(input);
    const start = openIterator(account, input.ShardIterator ?? '', now);
    const stream = streamOf(context, start, input);
    const shard = existingShard(account, stream, start.shardId);
    refuseExpired(context, stream, start);
    countRead(context, stream, shard);
    refuseDryRun(input.DryRun);
    shard.log.trimBefore(stream.trimHorizonMs(now));
    const page = readPage(shard.log, start, {
      maxRecords,
      maxBytes: pageMaxBytes,
      emptyPageGapMs: account.emptyPageGapMs,
      now,
    });
    shard.reads.charge(page.bytes, now);
    const atEnd = shard.closedAtMs !== undefined && page.position >= shard.log.end;
    return {
      Records: page.records,
      MillisBehindLatest: millisBehind(shard.log, page.position, now),
      ...(atEnd
        ? { ChildShards: describeChildren(shard) }
        : { NextShardIterator: sealIterator(account, stream, shard, page.position, page.timeMs, now) }),
    };
  },
);

/** The service's reference gives too high a limit an error of its own; too low a one fails the form as usual. */
function maxRecordsOf({ Limit = pageMaxRecords }: GetRecordsInput): number {
  if (Limit <= pageMaxRecords) return Limit;
  throw new KinesisServiceError(
    'InvalidArgumentException',
    `Limit is ${Limit}; GetRecords gives up to ${pageMaxRecords} records at once.`,
  );
}

function streamOf({ account, now }: OperationContext, start: ShardPosition, input: GetRecordsInput): Stream {
  const stream = account.stream({ StreamName: start.streamName, StreamARN: input.StreamARN }, now);
  if (stream.createdAtMs === start.streamCreatedAtMs) return stream;
  throw new KinesisServiceError(
    'ResourceNotFoundException',
    `Stream ${stream.name} under account ${account.id} was created after this shard iterator.`,
  );
}

/** Counts the call against the shard's limits, or throws. */
function countRead({ account, now, faults }: OperationContext, stream: Stream, shard: Shard): void {
  const refusal = faults.refusal('read', stream, shard.id);
  if (refusal === undefined && shard.reads.tryCall(now)) return;
  refuse(refusal === undefined || refusal === 'throttled' ? throttled(account, stream, shard) : refusal);
}
