import type { Clock } from '@shardline/core';
import type { ChildShard, GetRecordsAnswer, ReadRecord } from './kinesis-reads.js';
import type { PatientCalls } from './patient-calls.js';
import type { ReaderRule } from './reader-rule.js';
import type { StoredPage, StoredUserRecord } from './stored-page.js';
import { unpackAggregate } from './unpack-aggregate.js';

/** What one read of a shard brought. */
export interface CursorPage extends StoredPage {
  /** Whether the shard is closed and read to its end. */
  readonly ended: boolean;
  /** Whether the read reached the newest record of the shard. */
  readonly atTip: boolean;
  /** How far its end lies behind the newest record, in milliseconds, by the service's count. */
  readonly behindMs: number;
  /** The shards that follow this one; told by the last read of a closed shard. */
  readonly children: readonly ChildShard[];
}

/** What {@link ShardCursor} is built from. */
export interface ShardCursorOptions {
  readonly calls: PatientCalls;
  readonly clock: Clock;
  /** The stream as requests name it. */
  readonly stream: { readonly StreamName: string } | { readonly StreamARN: string };
  readonly shardId: string;
  readonly rule: ReaderRule;
}

/** Reads one shard from its oldest record on, a page at a time. */
export class ShardCursor {
  readonly #options: ShardCursorOptions;
  #iterator: string | undefined;
  #lastSequenceNumber: string | undefined;

  constructor(options: ShardCursorOptions) {
    this.#options = options;
  }

  async next(): Promise<CursorPage> {
    const answer = await this.#getRecords();
    this.#iterator = answer.NextShardIterator;
    const records = answer.Records ?? [];
    this.#lastSequenceNumber = records.at(-1)?.SequenceNumber ?? this.#lastSequenceNumber;
    const userRecords: StoredUserRecord[] = [];
    const behindMs = answer.MillisBehindLatest ?? 0;
    let dropped = 0;
    for (const record of records) dropped += this.#unpack(record, userRecords);
    return {
      shardId: this.#options.shardId,
      userRecords,
      records: records.length,
      dropped,
      ended: !this.#iterator,
      atTip: behindMs === 0,
      behindMs,
      children: answer.ChildShards ?? [],
    };
  }

  async #getRecords(): Promise<GetRecordsAnswer> {
    const { calls, clock, shardId } = this.#options;
    const what = `shard ${shardId}`;
    const startedAtMs = clock.monotonic();
    for (let attempt = 1; ; attempt += 1) {
      this.#iterator ??= await this.#getIterator();
      try {
        const input = { ShardIterator: this.#iterator };
        return await calls.call<GetRecordsAnswer>('GetRecords', input, what, isExpired);
      } catch (error) {
        if (!isExpired(error)) throw error;
        this.#iterator = undefined;
        await calls.backOff({ error, retryable: true, call: `${what}: GetRecords`, attempt, startedAtMs });
      }
    }
  }

  async #getIterator(): Promise<string> {
    const { calls, stream, shardId } = this.#options;
    const start =
      this.#lastSequenceNumber === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: this.#lastSequenceNumber };
    const input = { ...stream, ShardId: shardId, ...start };
    const answer = await calls.call<{ ShardIterator: string }>('GetShardIterator', input, `shard ${shardId}`);
    return answer.ShardIterator;
  }

  /** Adds the user records of `record` to `into`; returns how many were left out. */
  #unpack(record: ReadRecord, into: StoredUserRecord[]): number {
    const { shardId, rule } = this.#options;
    const { SequenceNumber: sequenceNumber, PartitionKey: partitionKey = '', Data: data } = record;
    const members = unpackAggregate(data);
    if (!members) {
      const alone = { subSequenceNumber: 0, aggregated: false, explicitHashKey: undefined };
      into.push({ shardId, sequenceNumber, partitionKey, data, ...alone });
      return 0;
    }
    const delivered = rule.delivers(members);
    let dropped = 0;
    members.forEach((member, subSequenceNumber) => {
      if (delivered[subSequenceNumber]) {
        into.push({ shardId, sequenceNumber, subSequenceNumber, aggregated: true, ...member });
      } else dropped += 1;
    });
    return dropped;
  }
}

function isExpired(error: unknown): boolean {
  return (error as { name?: unknown } | undefined)?.name === 'ExpiredIteratorException';
}
