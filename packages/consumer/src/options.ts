import type { KinesisClient, KinesisClientConfig } from '@aws-sdk/client-kinesis';
import type { OutOfRange, UserRecord } from '@shardline/aggregation';
import { InvalidOptionError } from '@shardline/core';
import type { KinesisConnection } from '@shardline/core/connection';
import {
  aClient,
  aConnection,
  anObject,
  callable,
  checkClientChoice,
  integerBetween,
  type OptionTable,
  oneOf,
  resolveOptions,
  streamNameOrArn,
} from '@shardline/core/internal';
import type { ConsumerEvent } from './events.js';
import type { LeaseStore } from './lease-store.js';
import type { RecordContext, ShardHandler, ShardInfo } from './shard-handler.js';

/** Options of a {@link Consumer}. Give exactly one of `onRecord` and `shardHandler`. */
export interface ConsumerOptions {
  /** Stream name, or ARN for a stream of another account. No request is made before `start()`. */
  readonly stream: string;
  /**
   * Name that the workers of one application share, one for each stream; the name of the lease table unless the store was given
   * another. KCL: applicationName.
   */
  readonly applicationName: string;
  /** Where leases and checkpoints are kept: `DynamoDBLeaseStore`, or `InMemoryLeaseStore` for one process and for tests. */
  readonly leaseStore: LeaseStore;
  /**
   * Configuration of the client that the consumer makes and closes: region, credentials, endpoint. It gets keep-alive HTTP/1.1
   * connections and no retries of its own. Never together with `client` or `connection`.
   * @defaultValue the region of the stream's ARN, else the SDK's own chain, as for credentials
   */
  readonly clientConfig?: KinesisClientConfig;
  /**
   * A connection to share with other consumers and producers: sockets, TLS sessions and credentials. Its owner closes it, after
   * them. Never together with `clientConfig` or `client`.
   */
  readonly connection?: KinesisConnection;
  /** A client to use as it is; its owner closes it. Never together with `clientConfig` or `connection`. */
  readonly client?: KinesisClient;
  /**
   * Where shards begin that have no lease yet: the oldest record, records put from now on, or records put from a time on.
   * KCL: initialPositionInStream.
   * @defaultValue `'trim-horizon'`
   */
  readonly initialPosition?: 'trim-horizon' | 'latest' | Date;
  /** First part of the worker's id; a new UUID follows at every start. KCL: workerIdentifier. Default: the host's name. */
  readonly workerName?: string;
  /**
   * How long a worker may be silent before others take its leases, in milliseconds, 2,000 to 600,000. All workers of an
   * application must agree. KCL: failoverTimeMillis.
   * @defaultValue 10,000
   */
  readonly failoverMs?: number;
  /**
   * When progress is written down: at most every so many milliseconds (100 to 600,000), only where there is some; or by the handler
   * alone (`shardHandler` only, as with the KCL).
   * @defaultValue `{ everyMs: 5_000 }`
   */
  readonly checkpoint?: { readonly everyMs: number } | 'manual';
  /**
   * Pause between reads at the tip of a shard, in milliseconds, 200 to 60,000; behind the tip reads follow at the service's pace.
   * KCL: idleTimeBetweenReadsInMillis (1,500 there).
   * @defaultValue 1,000
   */
  readonly pollIntervalMs?: number;
  /**
   * Records read and not yet processed, in bytes over all shards, 10,485,760 or more: one answer of the service may be that large.
   * @defaultValue 67,108,864
   */
  readonly maxBufferedBytes?: number;
  /**
   * What becomes of members of aggregates outside the shard's range: by C12, dropped, or delivered. See `deaggregate`.
   * @defaultValue `'auto'`
   */
  readonly outOfRange?: OutOfRange;
  /**
   * After how long without an end a handler's call is reported, in milliseconds, 1,000 to 86,400,000. KCL: logWarningForTaskAfterMillis.
   * @defaultValue 60,000
   */
  readonly handlerStallMs?: number;
  /** Called with each user record, one at a time for a shard, in the shard's order. What it rejects with is tried again. */
  readonly onRecord?: (record: UserRecord, context: RecordContext) => Promise<void> | void;
  /** Makes a handler for each shard whose lease is gained: the KCL's life cycle. */
  readonly shardHandler?: (shard: ShardInfo) => ShardHandler;
  /** Told of everything that nobody awaits: handlers that fail or hang, reads and lease writes that fail. */
  readonly onError: (error: unknown) => void;
  /** Told of every lease gained and lost, checkpoint, retry and drop, with its reason. Also on the diagnostics channel `shardline:consumer`. */
  readonly onEvent?: (event: ConsumerEvent) => void;
}

type Defaulted =
  | 'initialPosition'
  | 'failoverMs'
  | 'checkpoint'
  | 'pollIntervalMs'
  | 'maxBufferedBytes'
  | 'outOfRange'
  | 'handlerStallMs';

/** Options with every default filled in. */
export type ResolvedConsumerOptions = Required<Pick<ConsumerOptions, Defaulted>> &
  Omit<ConsumerOptions, Defaulted>;

const leaseStoreMethods = Object.freeze({
  open: true,
  list: true,
  get: true,
  create: true,
  take: true,
  renew: true,
  checkpoint: true,
  prepareCheckpoint: true,
  startHandoff: true,
  assign: true,
  release: true,
  updateMetadata: true,
  delete: true,
  close: true,
} satisfies Record<keyof LeaseStore, true>);

const everyMs = Object.freeze(integerBetween(100, 600_000));

/** The option table of the consumer: validation, docs/options.md and the README come from it. */
export const consumerOptions: OptionTable<keyof ConsumerOptions> = Object.freeze({
  stream: {
    summary:
      'Stream name, or ARN for a stream of another account; its region is the one where clientConfig has none.',
    ...streamNameOrArn(),
    required: true,
    javaName: 'streamName',
    reason: 'One consumer reads one stream.',
  },
  applicationName: {
    summary:
      'Name that the workers of one application share, one for each stream; the name of the lease table.',
    expected: 'a string of 1 to 255 characters',
    accepts: (value) => typeof value === 'string' && value.length >= 1 && value.length <= 255,
    required: true,
    javaName: 'applicationName',
    reason:
      'Workers that share it share the shards; two streams under one name would take each other’s leases.',
  },
  leaseStore: {
    summary: 'Where leases and checkpoints are kept.',
    expected: 'a LeaseStore, such as DynamoDBLeaseStore or InMemoryLeaseStore',
    accepts: anObject().accepts,
    required: true,
    reason: 'There is no default: a store in memory loses its checkpoints with the process.',
  },
  clientConfig: {
    summary:
      'Configuration of the client that the consumer makes and closes; never with client or connection.',
    ...anObject(),
    javaName: 'kinesisClient',
    reason: 'The client gets keep-alive HTTP/1.1 and no retries underneath ours.',
  },
  connection: {
    summary: 'A connection to share with other consumers and producers; never with clientConfig or client.',
    ...aConnection(),
    reason: 'One set of sockets, TLS sessions and credentials for all streams of a process.',
  },
  client: {
    summary: 'A client to use as it is; never together with clientConfig or connection.',
    ...aClient('KinesisClient'),
    reason: 'Its retries hide throttling from the pace of reading.',
  },
  initialPosition: {
    summary: 'Where shards begin that have no lease yet.',
    expected: "'trim-horizon', 'latest' or a valid Date",
    accepts: (value) =>
      value === 'trim-horizon' ||
      value === 'latest' ||
      (value instanceof Date && !Number.isNaN(value.getTime())),
    defaultValue: 'trim-horizon',
    javaName: 'initialPositionInStream',
    reason: 'Nothing that the stream holds is passed over unless you say so.',
  },
  workerName: {
    summary: "First part of the worker's id; a new UUID follows at every start.",
    expected: 'a string of 1 to 100 characters',
    accepts: (value) => typeof value === 'string' && value.length >= 1 && value.length <= 100,
    javaName: 'workerIdentifier',
    reason: "The host's name when absent.",
  },
  failoverMs: {
    summary: 'How long a worker may be silent before others take its leases, in milliseconds.',
    ...integerBetween(2_000, 600_000),
    defaultValue: 10_000,
    javaName: 'failoverTimeMillis',
    reason: 'Less costs more writes: each lease is renewed three times in that time.',
  },
  checkpoint: {
    summary:
      "When progress is written down: { everyMs }, or 'manual' by the handler alone (shardHandler only).",
    expected: `{ everyMs: ${everyMs.expected} } or 'manual'`,
    accepts: isCheckpointing,
    defaultValue: Object.freeze({ everyMs: 5_000 }),
    reason: 'What was processed since the last checkpoint is delivered again after a crash.',
  },
  pollIntervalMs: {
    summary: 'Pause between reads at the tip of a shard, in milliseconds.',
    ...integerBetween(200, 60_000),
    defaultValue: 1_000,
    javaName: 'idleTimeBetweenReadsInMillis',
    reason: 'A shard answers five reads a second, shared by all its consumers.',
  },
  maxBufferedBytes: {
    summary: 'Records read and not yet processed, in bytes over all shards.',
    ...integerBetween(10_485_760, Number.MAX_SAFE_INTEGER),
    defaultValue: 67_108_864,
    javaName: 'maxByteSize',
    reason: 'An answer of the service may have 10 MiB, and each read reserves as much.',
  },
  outOfRange: {
    summary: "What becomes of members of aggregates outside the shard's range.",
    ...oneOf('auto', 'drop', 'deliver'),
    defaultValue: 'auto',
    reason: 'Their producer has put again what was aggregated for a parent shard.',
  },
  handlerStallMs: {
    summary: "After how long without an end a handler's call is reported, in milliseconds.",
    ...integerBetween(1_000, 86_400_000),
    defaultValue: 60_000,
    javaName: 'logWarningForTaskAfterMillis',
    reason: 'A handler that never settles would stop its shard in silence.',
  },
  onRecord: {
    summary: 'Called with each user record; this or shardHandler.',
    ...callable(),
    reason: 'One at a time for a shard, in the shard’s order.',
  },
  shardHandler: {
    summary: 'Makes a handler for each shard whose lease is gained; this or onRecord.',
    ...callable(),
    javaName: 'ShardRecordProcessorFactory',
    reason: "The KCL's life cycle and checkpointer.",
  },
  onError: {
    summary: 'Told of everything that nobody awaits.',
    ...callable(),
    required: true,
    reason: 'A consumer that fails in silence loses days.',
  },
  onEvent: {
    summary: 'Told of every lease gained and lost, checkpoint, retry and drop, with its reason.',
    ...callable(),
    reason: 'The same events are on the diagnostics channel shardline:consumer.',
  },
} satisfies OptionTable<keyof ConsumerOptions>);

/** Checks options and fills in defaults; throws {@link InvalidOptionError}. */
export function resolveConsumerOptions(given: ConsumerOptions): ResolvedConsumerOptions {
  const resolved = resolveOptions('Consumer', consumerOptions, given) as unknown as ResolvedConsumerOptions;
  const { leaseStore, onRecord, shardHandler, checkpoint } = resolved;
  // One that lacks a method would start, and fail for ever later.
  const lacking = Object.keys(leaseStoreMethods).find(
    (name) => typeof leaseStore[name as keyof LeaseStore] !== 'function',
  );
  if (lacking) refuse('leaseStore', leaseStore, `a LeaseStore; it lacks ${lacking}()`);
  checkClientChoice('Consumer', resolved);
  if (onRecord && shardHandler) refuse('shardHandler', shardHandler, 'absent where onRecord is given');
  if (!onRecord && !shardHandler) refuse('onRecord', onRecord, 'a function, or shardHandler must be one');
  if (onRecord && checkpoint === 'manual') {
    refuse('checkpoint', checkpoint, '{ everyMs } with onRecord: only a shardHandler has a checkpointer');
  }
  return resolved;
}

function refuse(option: keyof ConsumerOptions, received: unknown, expected: string): never {
  throw new InvalidOptionError({ owner: 'Consumer', option, received, expected });
}

function isCheckpointing(value: unknown): boolean {
  if (value === 'manual') return true;
  if (typeof value !== 'object' || value === null) return false;
  const names = Object.keys(value);
  return (
    names.length === 1 && names[0] === 'everyMs' && everyMs.accepts((value as { everyMs: unknown }).everyMs)
  );
}
