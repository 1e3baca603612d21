import { cbor } from '@smithy/core/cbor';
import { NullKinesisError } from './null-kinesis-error.js';
import { type GetRecordsInput, type GetShardIteratorInput, NullReads } from './null-reads.js';
import { countMembers } from './workload/count-members.js';
import { decodeAggregate } from './workload/kpl-format.js';
import { specOf } from './workload/page-spec.js';
import { RecordDigest } from './workload/record-digest.js';
import { uniformShardOf, uniformShards } from './workload/uniform-shards.js';

/** What one stream was given. */
export interface StreamCounts {
  requests: number;
  entries: number;
  /** Entries that were aggregates. */
  aggregates: number;
  userRecords: number;
  /** Data of user records, without keys. */
  userBytes: number;
  /** Bytes of request bodies. */
  bodyBytes: number;
  /** {@link RecordDigest} over all user records; only of checked streams. */
  digest?: string;
  /** Members of aggregates that do not belong to the shard of their entry; only of checked streams. */
  misplaced?: number;
}

/** Streams whose names begin with this are decoded in full, digests and shards included. */
export const CHECKED_PREFIX = 'checked-';

interface StreamState {
  readonly counts: StreamCounts;
  readonly digest: RecordDigest | undefined;
  /** Data of entries whose user records are still to be counted. */
  uncounted: (string | Uint8Array)[];
  uncountedBytes: number;
}

/** Uncounted data that is kept; more is counted at once. */
const MOST_UNCOUNTED_BYTES = 1_000_000_000;

interface PutRecordsInput {
  readonly StreamName?: string;
  readonly StreamARN?: string;
  readonly Records: readonly PutRecordsEntry[];
}

interface PutRecordsEntry {
  /** Base64, or the bytes themselves. */
  readonly Data: string | Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

/**
 * Kinesis that keeps nothing, refuses nothing and answers at once, with shard ids and rising sequence numbers as the
 * service would give. Any stream name exists. It counts what it is given, so that a benchmark can tell work done from work
 * lost. What it serves to readers is made beforehand: see {@link NullReads}.
 */
export class NullKinesis {
  #shards: number;
  /** Number of the first shard that is open: a reshard numbers on. */
  #firstShard = 0;
  /** Place among the open shards of the one that stores nothing. */
  #brokenShard: number | undefined;
  readonly #streams = new Map<string, StreamState>();
  readonly #reads: NullReads;
  readonly #readShards: number;
  #sequence = 0;
  /** Data of one entry, decoded from base64. Grows to the largest. */
  #scratch = Buffer.allocUnsafeSlow(65_536);

  constructor(shards: number) {
    this.#shards = shards;
    this.#readShards = shards;
    this.#reads = new NullReads(shards);
  }

  /** Answers PutRecords given and answered as AWS CBOR 1.1. */
  answerCbor(operation: string, body: Buffer): Uint8Array {
    if (operation !== 'PutRecords')
      throw new NullKinesisError('SerializationException', `the null server reads ${operation} as JSON`);
    return cbor.serialize(this.#putRecords(cbor.deserialize(body) as PutRecordsInput, body.length));
  }

  /** Answers an API call given and answered as JSON text. */
  answer(operation: string, body: Buffer): string | Buffer {
    const input = JSON.parse(body.toString('utf8')) as unknown;
    switch (operation) {
      case 'PutRecords':
        return JSON.stringify(this.#putRecords(input as PutRecordsInput, body.length));
      case 'GetRecords':
        return this.#reads.getRecords(input as GetRecordsInput);
      case 'GetShardIterator':
        return this.#reads.getShardIterator(input as GetShardIteratorInput);
      case 'ListShards':
        return JSON.stringify({ Shards: this.#listShards(input as { StreamName?: string }) });
      case 'DescribeStreamSummary':
        return JSON.stringify({ StreamDescriptionSummary: this.#summary(input as { StreamName?: string }) });
      default:
        throw new NullKinesisError('UnknownOperationException', `the null server has no ${operation}`);
    }
  }

  /** From now on the streams have `shards` new shards in the place of all that were open. */
  reshard(shards: number): void {
    this.#firstShard += this.#shards;
    this.#shards = shards;
  }

  /** From now on the shard at that place among the open ones stores nothing; undefined: all store. */
  break(shard: number | undefined): void {
    this.#brokenShard = shard;
  }

  /** What a stream was given so far; the stream is forgotten. */
  takeCounts(stream: string): StreamCounts {
    const state = this.#stream(stream);
    this.#countLeft(state);
    const { counts, digest } = state;
    this.#streams.delete(stream);
    return digest ? { ...counts, digest: String(digest) } : counts;
  }

  /** Digest of what the first pages of a stream's shards hold; only of streams to be read. */
  firstPages(stream: string): string {
    return this.#reads.firstPages(stream);
  }

  #putRecords(input: PutRecordsInput, bodyBytes: number): object {
    const state = this.#stream(input.StreamName ?? input.StreamARN?.split('/')[1] ?? '');
    state.counts.requests += 1;
    state.counts.entries += input.Records.length;
    state.counts.bodyBytes += bodyBytes;
    let FailedRecordCount = 0;
    const Records = input.Records.map((entry) => {
      const shard = uniformShardOf(this.#shards, entry.PartitionKey, entry.ExplicitHashKey);
      if (shard === this.#brokenShard) {
        FailedRecordCount += 1;
        return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' };
      }
      if (state.digest) {
        const data = Uint8Array.from(this.#decode(entry.Data));
        check(state.counts, state.digest, entry, data, this.#shards, shard);
      } else {
        state.uncounted.push(entry.Data);
        state.uncountedBytes += entry.Data.length;
      }
      return { SequenceNumber: this.#nextSequenceNumber(shard), ShardId: shardId(this.#firstShard + shard) };
    });
    if (state.uncountedBytes > MOST_UNCOUNTED_BYTES) this.#countLeft(state);
    return { FailedRecordCount, Records };
  }

  /** Not while it is put: a server that works beside the client on the same cores takes caches and clock from what is measured. */
  #countLeft(state: StreamState): void {
    for (const data of state.uncounted) count(state.counts, this.#decode(data));
    state.uncounted = [];
    state.uncountedBytes = 0;
  }

  #decode(data: string | Uint8Array): Buffer {
    return typeof data === 'string'
      ? this.#decodeText(data)
      : Buffer.from(data.buffer, data.byteOffset, data.length);
  }

  #decodeText(base64: string): Buffer {
    const most = (base64.length >> 2) * 3 + 3;
    if (this.#scratch.length < most) this.#scratch = Buffer.allocUnsafeSlow(most * 2);
    return this.#scratch.subarray(0, this.#scratch.write(base64, 'base64'));
  }

  #nextSequenceNumber(shard: number): string {
    this.#sequence += 1;
    return `4966${String(this.#sequence).padStart(44, '0')}${String(shard).padStart(8, '0')}`;
  }

  #stream(name: string): StreamState {
    let state = this.#streams.get(name);
    if (state === undefined) {
      const checked = name.startsWith(CHECKED_PREFIX);
      const counts: StreamCounts = {
        requests: 0,
        entries: 0,
        aggregates: 0,
        userRecords: 0,
        userBytes: 0,
        bodyBytes: 0,
        ...(checked && { misplaced: 0 }),
      };
      const digest = checked ? new RecordDigest() : undefined;
      state = { counts, digest, uncounted: [], uncountedBytes: 0 };
      this.#streams.set(name, state);
    }
    return state;
  }

  #listShards({ StreamName = '' }: { readonly StreamName?: string }): object[] {
    // What is read stands in the shards that there were at the beginning.
    const [shards, firstShard] = specOf(StreamName)
      ? [this.#readShards, 0]
      : [this.#shards, this.#firstShard];
    return uniformShards(shards).map(({ startingHashKey, endingHashKey }, index) => ({
      ShardId: shardId(firstShard + index),
      HashKeyRange: { StartingHashKey: startingHashKey, EndingHashKey: endingHashKey },
      SequenceNumberRange: {
        StartingSequenceNumber: `4966${'0'.repeat(44)}${String(index).padStart(8, '0')}`,
      },
    }));
  }

  #summary({ StreamName = 'stream' }: { readonly StreamName?: string }): object {
    return {
      StreamName,
      StreamARN: `arn:aws:kinesis:eu-west-1:123456789012:stream/${StreamName}`,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: 1_760_000_000,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
      OpenShardCount: this.#shards,
      ConsumerCount: 0,
    };
  }
}

const shardId = (shard: number) => `shardId-${String(shard).padStart(12, '0')}`;

/** Counts the user records of an entry without looking closer. */
function count(counts: StreamCounts, data: Buffer): void {
  const members = { records: 0, dataBytes: 0 };
  if (countMembers(data, data.length, members)) {
    counts.aggregates += 1;
    counts.userRecords += members.records;
    counts.userBytes += members.dataBytes;
  } else {
    counts.userRecords += 1;
    counts.userBytes += data.length;
  }
}

/** Decodes an entry with the referee and adds its user records to the digest. `data` must be the entry's own. */
function check(
  counts: StreamCounts,
  digest: RecordDigest,
  entry: PutRecordsEntry,
  data: Uint8Array,
  shards: number,
  shard: number,
): void {
  const message = decodeAggregate(data);
  if (message === undefined) {
    digest.add(entry.PartitionKey, data);
  } else {
    counts.aggregates += 1;
    for (const record of message.records) {
      const key = message.partitionKeyTable[record.partitionKeyIndex] ?? '';
      if (uniformShardOf(shards, key) !== shard) counts.misplaced = (counts.misplaced ?? 0) + 1;
      digest.add(key, record.data);
    }
  }
  counts.userRecords = digest.count;
  counts.userBytes = digest.bytes;
}
