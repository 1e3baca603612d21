import type { _Record, GetRecordsInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { streamArn } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { refuse, refuseDryRun } from '../refuse.js';
import { KinesisServiceError } from '../service-error.js';
import { rangeInDecimal, type Shard } from '../shard.js';
import { existingShard, openIterator, type ShardPosition, sealIterator } from '../shard-position.js';
import type { Stream } from '../stream.js';
import { throttled } from '../throttled.js';

/** Data plus partition keys in one answer. */
const pageMaxBytes = 10_485_760;

/** A stretch of a shard's records, and where the next one begins. */
interface Page {
  readonly records: readonly _Record[];
  readonly bytes: number;
  readonly position: number;
  readonly timeMs: number;
}

/** GetRecords. At the end of a closed shard the answer has no iterator, but the child shards. */
export const getRecords = operation<GetRecordsInput>(
  structure(
    {
      ShardIterator: { type: 'string', min: 1, max: 512 },
      Limit: { type: 'integer', min: 1, max: 10_000 },
      StreamARN: streamArn,
      DryRun: { type: 'boolean' },
    },
    ['ShardIterator'],
  ),
  (context, input) => {
    const { account, now } = context;
    const start = openIterator(account, input.ShardIterator ?? '', now);
    const stream = streamOf(context, start, input);
    const shard = existingShard(account, stream, start.shardId);
    countRead(context, stream, shard);
    refuseDryRun(input.DryRun);
    shard.log.trimBefore(stream.trimHorizonMs(now));
    const page = readPage(shard, start, input.Limit ?? 10_000, account.emptyPageGapMs, now);
    shard.reads.charge(page.bytes, now);
    const atEnd = shard.closedAtMs !== undefined && page.position >= shard.log.end;
    return {
      Records: page.records,
      MillisBehindLatest: millisBehind(shard, page, now),
      ...(atEnd
        ? { ChildShards: shard.children.map(describeChild) }
        : { NextShardIterator: sealIterator(account, stream, shard, page.position, page.timeMs, now) }),
    };
  },
);

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

/**
 * Reads on from `start`. Records that lie far apart in time are not put on one page, and a far gap ahead is answered by
 * an empty page first, as the service does: an empty page does not mean that nothing is left.
 */
function readPage(
  { log }: Shard,
  start: ShardPosition,
  limit: number,
  emptyPageGapMs: number,
  now: number,
): Page {
  const records: _Record[] = [];
  let position = Math.max(start.position, log.first);
  let { timeMs } = start;
  let bytes = 0;
  for (let record = log.at(position); record && records.length < limit; record = log.at(position)) {
    if (record.arrivalMs - timeMs > emptyPageGapMs) {
      timeMs = records.length === 0 ? record.arrivalMs : timeMs;
      break;
    }
    if (records.length > 0 && bytes + record.sizeBytes > pageMaxBytes) break;
    records.push({
      SequenceNumber: record.sequenceNumber,
      ApproximateArrivalTimestamp: new Date(record.arrivalMs),
      Data: Buffer.from(record.data),
      PartitionKey: record.partitionKey,
    });
    bytes += record.sizeBytes;
    timeMs = record.arrivalMs;
    position += 1;
  }
  return { records, bytes, position, timeMs: position < log.end ? timeMs : Math.floor(now) };
}

/** How far the end of the page lies behind the newest record; 0 when nothing is left to read. */
function millisBehind({ log }: Shard, page: Page, now: number): number {
  const next = log.at(page.position);
  return next === undefined ? 0 : Math.max(1, Math.floor(now - next.arrivalMs));
}

function describeChild(child: Shard): object {
  return { ShardId: child.id, ParentShards: child.parentIds, HashKeyRange: rangeInDecimal(child.range) };
}
