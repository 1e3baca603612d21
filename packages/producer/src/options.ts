import {
  aClient,
  aConnection,
  anObject,
  callable,
  integerBetween,
  type OptionTable,
  oneOf,
  resolveOptions,
  serviceLimits,
  streamNameOrArn,
} from '@shardline/core/internal';
import { refuseConflicts } from './option-conflicts.js';
import type { ProducerOptions } from './producer-options.js';

type Defaulted = Exclude<
  keyof ProducerOptions,
  'streamId' | 'clientConfig' | 'connection' | 'client' | 'onOutcomes' | 'onEvent'
>;

/** Options with every default filled in. */
export type ResolvedProducerOptions = Omit<ProducerOptions, Defaulted> & {
  readonly [Name in Defaulted]-?: Exclude<ProducerOptions[Name], undefined>;
};

const { defaultMaxRecordBytes } = serviceLimits;

/** The option table of the producer: validation, docs/options.md and the README come from it. */
export const producerOptions: OptionTable<keyof ProducerOptions> = Object.freeze({
  stream: {
    summary:
      'Stream name, or ARN for a stream of another account; its region is the one where clientConfig has none.',
    ...streamNameOrArn(),
    required: true,
    javaName: 'argument of addUserRecord',
    reason: 'One producer serves one stream; several may share one client.',
  },
  streamId: {
    summary: 'Id of the stream, which goes with each request.',
    expected: "a stream id of 20 letters and digits, '-' and 3 more",
    accepts: (value) => typeof value === 'string' && /^[a-zA-Z0-9]{20}-[a-zA-Z0-9]{3}$/.test(value),
    javaName: 'setStreamId',
    reason: 'The service reserves it for later; requests then go to a host of its own.',
  },
  clientConfig: {
    summary:
      'Configuration of the client that the producer makes and closes; never with client or connection.',
    ...anObject(),
    javaName: 'Region, KinesisEndpoint, CredentialsProvider …',
    reason: 'The client gets keep-alive HTTP/1.1 and no retries underneath ours.',
  },
  connection: {
    summary: 'A connection to share with other producers and consumers; never with clientConfig or client.',
    ...aConnection(),
    reason: 'One set of sockets, TLS sessions and credentials for all streams of a process.',
  },
  client: {
    summary: 'A client to use as it is; never together with clientConfig or connection.',
    ...aClient('KinesisClient'),
    reason: "Its retries are hidden from the attempts' history and may reorder a shard.",
  },
  aggregate: {
    summary: 'Whether user records are packed into KPL aggregates.',
    ...oneOf('auto', 'always', 'never'),
    defaultValue: 'auto',
    javaName: 'AggregationEnabled',
    reason: "'auto' stops where the stream places records itself: readers would drop the aggregates.",
  },
  aggregateBytes: {
    summary: 'Size at which an aggregate is sealed, in bytes.',
    ...integerBetween(1_024, defaultMaxRecordBytes),
    defaultValue: 51_200,
    javaName: 'AggregationMaxSize',
    reason: 'Two payload units of 25 KiB, as the service bills on-demand and provisioned puts.',
  },
  maxAggregateBytes: {
    summary:
      'Size to which an aggregate may grow while its shard has to wait, in bytes; an eighth of `maxOutstandingBytes` at most.',
    ...integerBetween(1_024, defaultMaxRecordBytes),
    defaultValue: defaultMaxRecordBytes,
    reason:
      'With one request in flight per shard, a long round trip needs larger aggregates to reach the rate.',
  },
  maxRequestBytes: {
    summary:
      'Size of a PutRecords request, in bytes; one larger record goes alone. An eighth of `maxOutstandingBytes` at most.',
    ...integerBetween(65_536, serviceLimits.putRecordsMaxBytes),
    defaultValue: 2_097_152,
    javaName: 'CollectionMaxSize',
    reason: 'Building and signing a larger body holds up the event loop for more than some ten milliseconds.',
  },
  lingerMs: {
    summary: 'Longest wait of a record for others to share its aggregate, in milliseconds.',
    ...integerBetween(0, 60_000),
    defaultValue: 100,
    javaName: 'RecordMaxBufferedTime',
    reason: "The KPL's default; less costs requests, more costs latency.",
  },
  ordering: {
    summary: "Whether the records of one key are stored in put order ('key') or not ('none').",
    ...oneOf('key', 'none'),
    defaultValue: 'key',
    reason: "The KPL has no order; 'key' allows one request in flight per shard.",
  },
  recordTtlMs: {
    summary:
      'How long a record is tried, from its acceptance (waiting for room does not count), in milliseconds; above lingerMs.',
    ...integerBetween(100, 86_400_000),
    defaultValue: 120_000,
    javaName: 'RecordTtl',
    reason: 'The 30 s of the KPL lose records in a common throttling spell or failover.',
  },
  rateLimitPercent: {
    summary: "Share of a shard's write limits that this producer may use, in percent.",
    ...integerBetween(1, 100),
    defaultValue: 100,
    javaName: 'RateLimit',
    reason: 'Above 100 only buys throttling; several producers converge by themselves.',
  },
  maxOutstandingBytes: {
    summary: 'Bound on accepted and unsettled records, in bytes.',
    ...integerBetween(defaultMaxRecordBytes, Number.MAX_SAFE_INTEGER),
    defaultValue: 33_554_432,
    reason: 'A few seconds of what one process can send to a few shards.',
  },
  maxOutstandingRecords: {
    summary: 'Bound on accepted and unsettled records.',
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
    defaultValue: 200_000,
    reason: 'Small records cost more in book-keeping than in bytes.',
  },
  whenFull: {
    summary:
      "What a put does when the bound is reached: wait for room ('wait'), or fail with BUFFER_FULL ('reject').",
    ...oneOf('wait', 'reject'),
    defaultValue: 'wait',
    reason: 'Waiting is back-pressure; rejecting suits callers that must answer at once.',
  },
  maxWaitingPuts: {
    summary:
      'Records that may wait for room; once as many wait, or as many bytes as maxOutstandingBytes, the next call fails with BUFFER_FULL.',
    ...integerBetween(0, Number.MAX_SAFE_INTEGER),
    defaultValue: 10_000,
    reason: 'Callers that do not await would otherwise grow without bound.',
  },
  maxInFlightRequests: {
    summary: 'PutRecords requests in flight at once.',
    ...integerBetween(1, 256),
    defaultValue: 16,
    javaName: 'MaxConnections',
    reason: 'Enough for 64 shards at their cap with 200 ms of round trip.',
  },
  requestTimeoutMs: {
    summary: 'Longest wait for the answer to one request, in milliseconds.',
    ...integerBetween(100, 600_000),
    defaultValue: 6_000,
    javaName: 'RequestTimeout',
    reason: "The KPL's default.",
  },
  bodyFormat: {
    summary: "Format of PutRecords bodies: 'cbor', or 'json' at about half the speed.",
    ...oneOf('cbor', 'json'),
    defaultValue: 'cbor',
    reason: 'The service takes both; an endpoint that refuses CBOR gets JSON from then on.',
  },
  onOutcomes: {
    summary: 'Told of the outcomes of every Kinesis record; required by tryPut.',
    ...callable(),
    reason: 'One call per aggregate is the cheapest way to learn what became of records.',
  },
  onEvent: {
    summary: 'Told of every seal, retry, failure and map change, with its reason.',
    ...callable(),
    reason: 'The same events are on the diagnostics channel shardline:producer.',
  },
} satisfies OptionTable<keyof ProducerOptions>);

/** Checks options and fills in defaults; throws `INVALID_OPTION`. */
export function resolveProducerOptions(given: ProducerOptions): ResolvedProducerOptions {
  const resolved = resolveOptions('Producer', producerOptions, given) as unknown as ResolvedProducerOptions;
  refuseConflicts(resolved);
  return resolved;
}
