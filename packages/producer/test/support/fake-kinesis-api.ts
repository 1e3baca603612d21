import { HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import type { Clock } from '@shardline/core';
import type { EntryContent } from '../../src/entry-content.js';
import type {
  EntryAnswer,
  KinesisApi,
  KinesisApiListener,
  PutRequest,
  ShardQuery,
  StreamSummary,
} from '../../src/kinesis-api.js';
import type { ShardRange } from '../../src/shard-map.js';
import { shardId } from './shards.js';

/** An entry as it came in. */
export type ReceivedEntry = Pick<EntryContent, 'data' | 'partitionKey' | 'explicitHashKey' | 'aggregated'>;

/** A PutRecords call as it came in. */
export interface ReceivedPut {
  readonly entries: readonly ReceivedEntry[];
  readonly atMs: number;
  readonly signal: AbortSignal;
}

/** A record that the fake stored. */
export interface StoredEntry extends ReceivedEntry {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** What a scripted call does: answer, throw, or never settle. */
export type PutScript = (put: ReceivedPut) => readonly EntryAnswer[] | Promise<readonly EntryAnswer[]>;

/** What a given-back body is overwritten with: whoever still reads there finds no record of any test. */
const scrub = 0xee;

/**
 * A service that stores everything at once, unless the next call is scripted. It has no limits and no wire: for tests that
 * need an exact answer. What the service refuses is the local Kinesis' part. Entries move into the body of their request.
 */
export class FakeKinesisApi implements KinesisApi {
  /** The open shards: where records go, and what a listing shows. */
  shards: readonly ShardRange[];
  summary: StreamSummary;
  /** What a listing shows, if not the open shards. */
  list: (query: ShardQuery) => readonly ShardRange[] | Promise<readonly ShardRange[]> = () => this.shards;
  describe: () => StreamSummary | Promise<StreamSummary> = () => this.summary;
  /** What every put does that is not scripted. */
  onPut: PutScript = (put) => this.store(put);
  readonly puts: ReceivedPut[] = [];
  readonly stored: StoredEntry[] = [];
  readonly queries: ShardQuery[] = [];
  describeCalls = 0;
  /** Requests that were prepared and not yet released. */
  heldRequests = 0;
  closeCalls = 0;
  trimCalls = 0;
  readonly setAsideBytes = 0;
  listener: KinesisApiListener | undefined;
  readonly #clock: Clock;
  readonly #scripts: PutScript[] = [];
  #lastNumber = 0;
  /** Of the shards that were open when it was last needed: tests put thousands of entries. */
  #placing: { readonly shards: readonly ShardRange[]; readonly index: HashRangeIndex } | undefined;

  constructor(clock: Clock, shards: readonly ShardRange[]) {
    this.#clock = clock;
    this.shards = shards;
    this.summary = {
      recordDistribution: 'USER_PARTITION_KEY',
      maxRecordBytes: 1_048_576,
      openShardCount: shards.length,
    };
  }

  /** The next calls do these, one each. */
  script(...next: readonly PutScript[]): void {
    this.#scripts.push(...next);
  }

  /** Stores every entry where the open shards say. */
  store({ entries }: ReceivedPut): readonly EntryAnswer[] {
    return entries.map((entry) => this.storeOne(entry));
  }

  /** Stores one entry, in `shard` if it is given. */
  storeOne(entry: ReceivedEntry, shard = this.shardOf(entry)): EntryAnswer {
    this.#lastNumber += 1;
    const place = { shardId: shard, sequenceNumber: String(10_000_000_000 + this.#lastNumber) };
    this.stored.push({ ...contentOf(entry), ...place });
    return place;
  }

  /** The open shard that an entry's hash key belongs to. */
  shardOf({ partitionKey, explicitHashKey }: ReceivedEntry): string {
    const { shards } = this;
    if (this.#placing?.shards !== shards) this.#placing = { shards, index: new HashRangeIndex(shards) };
    const at = this.#placing.index.find(hashKeyOf(partitionKey, explicitHashKey));
    return shards[at]?.shardId ?? shardId(-1);
  }

  listen(listener: KinesisApiListener): void {
    this.listener = listener;
  }

  prepare(entries: readonly EntryContent[]): PutRequest {
    const body = new Uint8Array(entries.reduce((sum, { dataBytes }) => sum + dataBytes, 0));
    let at = 0;
    for (const entry of entries) at = entry.moveTo(body, at);
    this.heldRequests += 1;
    this.listener?.held(body.length);
    return {
      send: async (signal) => {
        const put = { entries: entries.map(contentOf), atMs: this.#clock.monotonic(), signal };
        this.puts.push(put);
        return (this.#scripts.shift() ?? this.onPut)(put);
      },
      release: (isLivedIn) => {
        this.heldRequests -= 1;
        this.listener?.held(-body.length);
        if (!isLivedIn) body.fill(scrub);
      },
    };
  }

  async listShards(query: ShardQuery): Promise<readonly ShardRange[]> {
    this.queries.push(query);
    return this.list(query);
  }

  async describeStreamSummary(): Promise<StreamSummary> {
    this.describeCalls += 1;
    return this.describe();
  }

  shrink(): void {}

  trim(): void {
    this.trimCalls += 1;
  }

  close(): void {
    this.closeCalls += 1;
  }
}

/** Refuses every entry with one error. */
export function refusing(errorCode: string, errorMessage = `${errorCode}, scripted.`): PutScript {
  return ({ entries }) => entries.map(() => ({ errorCode, errorMessage }));
}

/** The whole call is answered with an error of the service. */
export function failing(name: string, httpStatusCode = 400): PutScript {
  return () => {
    throw serviceError(name, httpStatusCode);
  };
}

/** No answer ever comes, whatever the caller does. */
export function unanswered(): Promise<never> {
  return new Promise(() => {});
}

/** An error in the SDK's shape. */
export function serviceError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`${name}, scripted.`), { name, $metadata: { httpStatusCode } });
}

function contentOf({ data, partitionKey, explicitHashKey, aggregated }: ReceivedEntry): ReceivedEntry {
  return { data: data.slice(), partitionKey, explicitHashKey, aggregated };
}
