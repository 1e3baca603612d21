import type { PutRecordInput, PutRecordsInput, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { type HashKey, hashKeyFromDecimal, hashPartitionKey } from '../hash-key.js';
import { structure } from '../input-shape.js';
import { hashKey, sequenceNumber, streamReference } from '../member-shapes.js';
import { type OperationContext, operation, type Refusal } from '../operation.js';
import { retainedSize } from '../record-segment.js';
import { refuse, refuseDryRun } from '../refuse.js';
import { KinesisServiceError } from '../service-error.js';
import type { Shard } from '../shard.js';
import type { Stream } from '../stream.js';
import { throttled } from '../throttled.js';

/** One record of a put, checked for its form only. */
interface Entry {
  readonly Data: Uint8Array;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

/** An entry that may be stored. */
interface WeighedEntry {
  readonly entry: Entry;
  /** Its data plus its partition key in UTF-8. */
  readonly sizeBytes: number;
  /** Its explicit hash key, where there is one that counts. */
  readonly explicitHashKey: HashKey | undefined;
}

const entryMembers = {
  Data: { type: 'blob', max: 10_485_760 },
  PartitionKey: { type: 'string', min: 1, max: 256 },
  ExplicitHashKey: hashKey,
} as const;

/** PutRecords: every entry is judged in order and alone; one that is refused does not stop those after it. */
export const putRecords = operation<PutRecordsInput>(
  structure(
    {
      ...streamReference,
      Records: {
        type: 'list',
        // The highest number of entries is a limit that can be set, so it is judged below.
        min: 1,
        of: structure(entryMembers, ['Data']),
      },
      DryRun: { type: 'boolean' },
    },
    ['Records'],
  ),
  (context, input) => {
    const stream = writableStream(context, input);
    const at = (index: number) => `records.${index + 1}.member.`;
    const entries = weigh(context, stream, (input.Records ?? []) as readonly Entry[], at);
    refuseDryRun(input.DryRun);
    reserve(context, entries);
    const order = context.faults.recordOrder(stream, entries.length) ?? entries.keys();
    const results = new Array<PutRecordsResultEntry>(entries.length);
    let failed = 0;
    for (const index of order) {
      const entry = entries[index];
      if (!entry) continue;
      const result = store(context, stream, entry);
      if ('code' in result) failed += 1;
      results[index] =
        'code' in result
          ? { ErrorCode: result.code, ErrorMessage: result.message }
          : { SequenceNumber: result.sequenceNumber, ShardId: result.shard.id };
    }
    return { FailedRecordCount: failed, Records: results, ...encryptionOf(stream) };
  },
);

/** PutRecord: one record; where PutRecords reports a refused entry, this throws. */
export const putRecord = operation<PutRecordInput>(
  structure(
    {
      ...streamReference,
      ...entryMembers,
      SequenceNumberForOrdering: sequenceNumber,
      DryRun: { type: 'boolean' },
    },
    ['Data'],
  ),
  (context, input) => {
    const stream = writableStream(context, input);
    const entries = weigh(context, stream, [input as Entry], () => '');
    checkOrdering(context, stream, input.SequenceNumberForOrdering);
    refuseDryRun(input.DryRun);
    reserve(context, entries);
    const [entry] = entries;
    if (!entry) throw new KinesisServiceError('InternalFailure', 'No record to store.', 500);
    const result = store(context, stream, entry);
    if ('sequenceNumber' in result)
      return { ShardId: result.shard.id, SequenceNumber: result.sequenceNumber, ...encryptionOf(stream) };
    return refuse(result);
  },
);

/** What tells that records are encrypted; answers of streams without encryption have no such member. */
function encryptionOf({ encryptionKeyId }: Stream): { readonly EncryptionType?: 'KMS' } {
  return encryptionKeyId === undefined ? {} : { EncryptionType: 'KMS' };
}

/** The stream, if it takes records: the service knows none that is still being created. */
function writableStream(context: OperationContext, input: PutRecordsInput | PutRecordInput): Stream {
  const stream = context.account.stream(input, context.now);
  if (stream.status !== 'CREATING') return stream;
  throw new KinesisServiceError(
    'ResourceNotFoundException',
    `Stream ${stream.name} under account ${context.account.id} not found.`,
  );
}

/** Checks what the whole call must obey before any record is stored. */
function weigh(
  { account }: OperationContext,
  stream: Stream,
  entries: readonly Entry[],
  pathOf: (index: number) => string,
): readonly WeighedEntry[] {
  const { putRecordsMaxRecords, putRecordsMaxBytes } = account.limits;
  if (entries.length > putRecordsMaxRecords) {
    throw new KinesisServiceError(
      'ValidationException',
      "1 validation error detected: Value at 'records' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${putRecordsMaxRecords}`,
    );
  }
  let totalBytes = 0;
  const weighed = entries.map((entry, index) => {
    const sizeBytes = entry.Data.byteLength + Buffer.byteLength(entry.PartitionKey ?? '');
    totalBytes += sizeBytes;
    checkSize(stream, sizeBytes, index);
    if (stream.distribution === 'AUTO') return { entry, sizeBytes, explicitHashKey: undefined };
    requirePartitionKey(entry, pathOf(index));
    return { entry, sizeBytes, explicitHashKey: explicitHashKeyOf(entry) };
  });
  if (totalBytes > putRecordsMaxBytes) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `Records size of ${totalBytes} bytes exceeds the limit of ${putRecordsMaxBytes} bytes for one request.`,
    );
  }
  return weighed;
}

function checkSize(stream: Stream, sizeBytes: number, index: number): void {
  const maxBytes = stream.maxRecordKiB * 1024;
  if (sizeBytes > maxBytes) {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `Record ${index + 1} has ${sizeBytes} bytes of data and partition key; stream ${stream.name} accepts up to ${maxBytes}.`,
    );
  }
}

function requirePartitionKey({ PartitionKey }: Entry, path: string): void {
  if (PartitionKey !== undefined) return;
  throw new KinesisServiceError(
    'ValidationException',
    `1 validation error detected: Value null at '${path}partitionKey' failed to satisfy constraint: Member must not be null`,
  );
}

function explicitHashKeyOf({ ExplicitHashKey }: Entry): HashKey | undefined {
  if (ExplicitHashKey === undefined) return undefined;
  const key = hashKeyFromDecimal(ExplicitHashKey);
  if (key !== undefined) return key;
  throw new KinesisServiceError(
    'InvalidArgumentException',
    'Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. ' +
      `Specified value was ${ExplicitHashKey}`,
  );
}

function reserve({ account, now }: OperationContext, entries: readonly WeighedEntry[]): void {
  let bytes = 0;
  for (const { sizeBytes, entry } of entries) bytes += retainedSize(sizeBytes, entry.Data.byteLength);
  account.reserve(bytes, now);
}

function store(
  { account, now, faults }: OperationContext,
  stream: Stream,
  weighed: WeighedEntry,
): { readonly shard: Shard; readonly sequenceNumber: string } | Refusal {
  const { entry, sizeBytes } = weighed;
  const shard = placeOf(stream, weighed, () => account.random.next());
  const refusal = faults.refusal('write', stream, shard.id);
  if (refusal === 'throttled') return throttled(account, stream, shard);
  if (refusal) return refusal;
  if (!shard.writes.tryTake(sizeBytes, now)) return throttled(account, stream, shard);
  const { Data: data, PartitionKey: partitionKey } = entry;
  const sequenceNumber = shard.append({ data, partitionKey, arrivalMs: Math.floor(now), sizeBytes });
  return { shard, sequenceNumber };
}

/** Where a record goes: by its explicit hash key, else by its partition key; anywhere on a stream that distributes by itself. */
function placeOf(stream: Stream, { entry, explicitHashKey }: WeighedEntry, chance: () => number): Shard {
  const shard =
    stream.distribution === 'AUTO'
      ? stream.openShards[Math.floor(chance() * stream.openShards.length)]
      : stream.shardFor(explicitHashKey ?? hashPartitionKey(entry.PartitionKey ?? ''));
  if (!shard)
    throw new KinesisServiceError('InternalFailure', `Stream ${stream.name} has no open shard.`, 500);
  return shard;
}

/** A sequence number to be passed must be one that this stream gave out. */
function checkOrdering({ account }: OperationContext, stream: Stream, after: string | undefined): void {
  if (after === undefined) return;
  if (stream.distribution === 'AUTO') {
    throw new KinesisServiceError(
      'InvalidArgumentException',
      `SequenceNumberForOrdering cannot be used on stream ${stream.name}, whose record distribution strategy is AUTO.`,
    );
  }
  if (stream.giverOf(after)) return;
  throw new KinesisServiceError(
    'InvalidArgumentException',
    `ExclusiveMinimumSequenceNumber ${after} used in PutRecord on stream ${stream.name} under account ${account.id} is ` +
      'invalid because it did not come from this stream.',
  );
}
