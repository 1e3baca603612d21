import { decodeAggregate, formatHashKey, HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import { seededRandom } from '@shardline/core/internal';
import { type Fault, LocalKinesis, type StreamSpec } from '@shardline/local';
import { ManualClock, type ReadAs, readStream, type StoredUserRecord } from '@shardline/testing';
import type { ProducerEvent } from '../../src/events.js';
import { Producer } from '../../src/producer.js';
import type { ProducerOptions } from '../../src/producer-options.js';
import type { ShardRange } from '../../src/shard-map.js';
import { bodyKinesisApi } from '../simulation/body-edge.js';

/** A record of a request, as the service saw it. */
export interface SeenRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

/** The service's answer for it. */
export interface SeenResult {
  readonly ShardId?: string;
  readonly SequenceNumber?: string;
  readonly ErrorCode?: string;
}

/** A PutRecords request and what was answered. */
export interface SeenRequest {
  readonly atMs: number;
  readonly records: readonly SeenRecord[];
  /** Undefined where the call failed, or has no answer. */
  results: readonly SeenResult[] | undefined;
  endMs: number;
}

/** What a case chooses. */
export interface ServiceFacts {
  readonly stream?: Omit<StreamSpec, 'name'>;
  readonly faults?: readonly Fault[];
  readonly options?: Partial<ProducerOptions>;
}

/** A producer before a local Kinesis in virtual time, and what passed between them. */
export class Service {
  readonly clock = new ManualClock();
  readonly kinesis: LocalKinesis;
  readonly producer: Producer;
  readonly events: ProducerEvent[] = [];
  readonly requests: SeenRequest[] = [];
  /** Calls other than PutRecords, by name. */
  readonly calls: Record<string, number> = {};

  constructor({ stream = {}, faults = [], options = {} }: ServiceFacts = {}) {
    const { clock } = this;
    this.kinesis = new LocalKinesis({
      clock,
      random: seededRandom(1),
      streams: [{ name: 's', ...stream }],
      faults,
    });
    const api = bodyKinesisApi((...call) => this.#call(...call), 's', clock, 1_048_576);
    const onEvent = (event: ProducerEvent) => void this.events.push(event);
    this.producer = new Producer(
      { stream: 's', onEvent, ...options },
      { api, clock, random: seededRandom(2) },
    );
  }

  /** The records of all requests, in the order in which they were sent. */
  get sent(): readonly SeenRecord[] {
    return this.requests.flatMap(({ records }) => records);
  }

  /** What the service stored, with where. */
  get stored(): readonly (SeenRecord & SeenResult)[] {
    return this.requests.flatMap(({ records, results = [] }) =>
      records.flatMap((record, at) => (results[at]?.SequenceNumber ? [{ ...record, ...results[at] }] : [])),
    );
  }

  /** Resolves with what `run` comes to while time passes, `ms` at most. */
  async within<Value>(ms: number, run: Promise<Value>): Promise<Value> {
    let settled = false;
    const over = () => {
      settled = true;
    };
    run.then(over, over);
    for (let passed = 0; passed < ms && !settled; passed += 50) await this.clock.advance(50);
    if (!settled) throw new Error(`It was not over after ${ms} ms.`);
    return run;
  }

  /** All user records of the stream, parents before children, as a reader meets them. */
  async read(readAs: ReadAs = 'kcl', stream = 's'): Promise<readonly StoredUserRecord[]> {
    this.kinesis.faults.clear();
    const { kinesis, clock } = this;
    const reading = async () => {
      const records: StoredUserRecord[] = [];
      for await (const page of readStream({ kinesis, stream, clock, random: seededRandom(3), readAs }))
        records.push(...page.userRecords);
      return records;
    };
    return this.within(600_000, reading());
  }

  /** The shards that are open now. */
  async openShards(): Promise<readonly ShardRange[]> {
    const answer = await this.kinesis.call('ListShards', {
      StreamName: 's',
      ShardFilter: { Type: 'AT_LATEST' },
    });
    const { Shards } = answer as {
      Shards: { ShardId: string; HashKeyRange: { StartingHashKey: string; EndingHashKey: string } }[];
    };
    return Shards.map(({ ShardId, HashKeyRange }) => ({
      shardId: ShardId,
      startingHashKey: HashKeyRange.StartingHashKey,
      endingHashKey: HashKeyRange.EndingHashKey,
    }));
  }

  async #call(operation: string, input: object, options?: { signal?: AbortSignal }): Promise<object> {
    if (operation !== 'PutRecords') {
      this.calls[operation] = (this.calls[operation] ?? 0) + 1;
      return this.kinesis.call(operation, input, options);
    }
    // Copies: the producer's own buffers serve other records later.
    const records = (input as { Records: SeenRecord[] }).Records.map((record) => ({
      ...record,
      Data: Uint8Array.from(record.Data),
    }));
    const request: SeenRequest = {
      atMs: this.clock.monotonic(),
      records,
      results: undefined,
      endMs: Number.NaN,
    };
    this.requests.push(request);
    const answer = (await this.kinesis.call(operation, { ...input, Records: records }, options)) as {
      Records: SeenResult[];
    };
    request.results = answer.Records;
    request.endMs = this.clock.monotonic();
    return answer;
  }
}

/** The shard of `shards` that a record belongs to. */
export function shardOf(
  shards: readonly ShardRange[],
  partitionKey: string,
  explicitHashKey?: string,
): string | undefined {
  return shards[new HashRangeIndex(shards).find(hashKeyOf(partitionKey, explicitHashKey))]?.shardId;
}

/** The hash key of a partition key, decimal. */
export function hashOf(partitionKey: string): string {
  return formatHashKey(hashKeyOf(partitionKey, undefined));
}

/** Where records stand that stand again elsewhere: their aggregate landed on a shard that is not that of all of them. */
export function repeatedPlaces({ stored }: Service): ReadonlySet<string> {
  const repeated = new Set<string>();
  const seen = new Map<string, string>();
  for (const { Data, SequenceNumber = '' } of stored) {
    for (const { data } of decodeAggregate(Data) ?? [{ data: Data }]) {
      const text = textOf({ data });
      const earlier = seen.get(text);
      if (earlier !== undefined) repeated.add(earlier);
      seen.set(text, SequenceNumber);
    }
  }
  return repeated;
}

/** Bytes that a record takes of limits: data plus partition key. */
export function bytesOf({ Data, PartitionKey }: SeenRecord): number {
  return Data.length + Buffer.byteLength(PartitionKey);
}

/** `count` records with keys of their own, unlike any other. */
export function manyRecords(
  count: number,
  dataBytes = 10,
): readonly { partitionKey: string; data: string }[] {
  return Array.from({ length: count }, (_, at) => ({
    partitionKey: `key-${at}`,
    data: `${at}:`.padEnd(dataBytes, 'x'),
  }));
}

export function textOf({ data }: { readonly data: Uint8Array | string }): string {
  return Buffer.from(data).toString();
}
