import type { CreateStreamInput } from '@aws-sdk/client-kinesis';
import { type Clock, InvalidOptionError, type Random } from '@shardline/core';
import { integerBetween, type OptionTable, oneOf, resolveOptions } from '@shardline/core/internal';
import type { Fault } from './fault.js';
import type { FaultPlan } from './fault-plan.js';
import { resolveLimits } from './limit-options.js';
import { maxShardsOfStream, type ServiceLimits } from './service-limits.js';

/** A stream that exists from the start. */
export interface StreamSpec {
  /** 1 to 128 of the characters a–z, A–Z, 0–9, `_`, `.` and `-`. */
  readonly name: string;
  /**
   * Open shards; not to be given for an on-demand stream, which begins with 4.
   * @defaultValue 1
   */
  readonly shards?: number;
  /**
   * Capacity mode.
   * @defaultValue 'provisioned'
   */
  readonly mode?: 'provisioned' | 'on-demand';
  /**
   * Whether records go where their partition key says, or anywhere (on-demand streams only).
   * @defaultValue 'user-partition-key'
   */
  readonly recordDistribution?: 'user-partition-key' | 'auto';
  /**
   * The largest record, data plus partition key, in KiB: 1,024 to 10,240.
   * @defaultValue 1,024
   */
  readonly maxRecordKiB?: number;
}

/** Options of `LocalKinesis`. */
export interface LocalKinesisOptions {
  /** Where time comes from; nothing waits on any other. */
  readonly clock: Clock;
  /** Where chance comes from: placement on AUTO streams, faults with a probability, tokens. */
  readonly random: Random;
  /** Streams that exist from the start, ACTIVE at once, as many as `limits` have room for. None when absent. */
  readonly streams?: readonly StreamSpec[];
  /** Limits other than the service's; `'none'` lifts those of throughput and rates, not quotas nor the size of a call. */
  readonly limits?: Partial<ServiceLimits> | 'none';
  /** What goes wrong on purpose. Nothing when absent. */
  readonly faults?: FaultPlan | readonly Fault[];
  /**
   * Account in the streams' ARNs, twelve digits.
   * @defaultValue '000000000000'
   */
  readonly accountId?: string;
  /**
   * Region in the streams' ARNs.
   * @defaultValue 'us-east-1'
   */
  readonly region?: string;
  /**
   * How long a stream is CREATING, UPDATING or DELETING, in milliseconds.
   * @defaultValue 500
   */
  readonly transitionMs?: number;
  /**
   * Reading across a stretch of so many milliseconds without records takes an empty page, as it may in the service.
   * @defaultValue 300,000
   */
  readonly emptyPageGapMs?: number;
  /**
   * A subscription that has had no records for so many milliseconds is sent an event without any. The service does so too
   * every few seconds, and documents no interval.
   * @defaultValue 5,000
   */
  readonly idleEventMs?: number;
  /**
   * How much the records of all streams may hold, in bytes: data, partition keys, and 64 for each record, or 320 where its
   * data has 4,096 or more. Beyond it puts are refused with `LocalMemoryExceededException`.
   * @defaultValue 536,870,912
   */
  readonly maxRetainedBytes?: number;
}

/** The options of `LocalKinesis` with defaults filled in. */
export interface ResolvedLocalOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly streams: readonly CreateStreamInput[];
  readonly limits: ServiceLimits;
  readonly accountId: string;
  readonly region: string;
  readonly transitionMs: number;
  readonly emptyPageGapMs: number;
  readonly idleEventMs: number;
  readonly maxRetainedBytes: number;
}

/** Every option of `LocalKinesis`. */
export const localKinesisOptions: OptionTable<keyof LocalKinesisOptions> = Object.freeze({
  clock: {
    summary: 'Where time comes from.',
    expected: 'a Clock',
    accepts: hasMethods('now', 'monotonic', 'schedule'),
    required: true,
  },
  random: {
    summary: 'Where chance comes from.',
    expected: 'a Random',
    accepts: hasMethods('next'),
    required: true,
  },
  streams: {
    summary: 'Streams that exist from the start.',
    expected: 'an array of { name, shards?, mode?, recordDistribution?, maxRecordKiB? }',
    accepts: Array.isArray,
    defaultValue: [],
  },
  limits: {
    summary: 'Limits other than the service’s.',
    expected: "an object of limits, or 'none'",
    accepts: (value: unknown) => value === 'none' || (typeof value === 'object' && value !== null),
    defaultValue: {},
  },
  faults: {
    summary: 'What goes wrong on purpose.',
    expected: 'a FaultPlan or an array of faults',
    // Not by `instanceof`: the plan may come from another copy of this package.
    accepts: (value: unknown) => Array.isArray(value) || hasMethods('attach', 'draw')(value),
  },
  accountId: {
    summary: 'Account of the streams.',
    expected: 'a string of twelve digits',
    accepts: (value: unknown) => typeof value === 'string' && /^\d{12}$/.test(value),
    defaultValue: '000000000000',
  },
  region: {
    summary: 'Region of the streams.',
    expected: 'the name of a region, such as us-east-1',
    accepts: (value: unknown) => typeof value === 'string' && /^[a-z0-9-]+$/.test(value),
    defaultValue: 'us-east-1',
  },
  transitionMs: {
    summary: 'How long a stream is CREATING, UPDATING or DELETING.',
    ...integerBetween(0, Number.MAX_SAFE_INTEGER),
    defaultValue: 500,
  },
  emptyPageGapMs: {
    summary: 'Reading across so long a stretch without records takes an empty page.',
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
    defaultValue: 300_000,
  },
  idleEventMs: {
    summary: 'A subscription that had no records for so long is sent an event without any.',
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
    defaultValue: 5_000,
  },
  maxRetainedBytes: {
    summary: 'How much the records of all streams may hold.',
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
    defaultValue: 536_870_912,
  },
});

/** Every option of a stream that exists from the start. */
export const streamSpecOptions: OptionTable<keyof StreamSpec> = Object.freeze({
  name: {
    summary: 'Name of the stream.',
    expected: '1 to 128 of the characters a-z, A-Z, 0-9, _ . -',
    accepts: (value: unknown) => typeof value === 'string' && /^[a-zA-Z0-9_.-]{1,128}$/.test(value),
    required: true,
  },
  shards: {
    summary: 'Open shards; refused for an on-demand stream, which begins with 4.',
    ...integerBetween(1, maxShardsOfStream),
  },
  mode: { summary: 'Capacity mode.', ...oneOf('provisioned', 'on-demand'), defaultValue: 'provisioned' },
  recordDistribution: {
    summary: 'Who decides which shard a record goes to.',
    ...oneOf('user-partition-key', 'auto'),
    defaultValue: 'user-partition-key',
  },
  maxRecordKiB: { summary: 'The largest record.', ...integerBetween(1_024, 10_240), defaultValue: 1_024 },
});

/** Checks options and fills in defaults. */
export function resolveLocalOptions(owner: string, given: object): ResolvedLocalOptions {
  const resolved = resolveOptions(owner, localKinesisOptions, given);
  const streams = (resolved.streams as readonly unknown[]).map((spec) => createInput(owner, spec));
  requireDistinctNames(owner, streams);
  const limits = resolveLimits(owner, resolved.limits as Partial<ServiceLimits> | 'none');
  requireRoom(owner, streams, limits);
  return {
    ...(resolved as unknown as Omit<ResolvedLocalOptions, 'limits' | 'streams'>),
    limits,
    streams,
  };
}

/** Throws unless the limits have room for the streams: CreateStream would refuse them, with an error of the service. */
function requireRoom(owner: string, streams: readonly CreateStreamInput[], limits: ServiceLimits): void {
  const onDemand = streams.filter(({ ShardCount }) => ShardCount === undefined).length;
  const shards = streams.reduce((sum, { ShardCount = 0 }) => sum + ShardCount, 0);
  const requireAtMost = (received: number, limit: 'maxOnDemandStreams' | 'maxOpenShards', what: string) => {
    if (received <= limits[limit]) return;
    const expected = `no more than ${limits[limit]} ${what}, which is limits.${limit}`;
    throw new InvalidOptionError({ owner, option: 'streams', received, expected });
  };
  requireAtMost(onDemand, 'maxOnDemandStreams', 'on-demand streams');
  requireAtMost(shards, 'maxOpenShards', 'shards of provisioned streams');
}

function requireDistinctNames(owner: string, streams: readonly CreateStreamInput[]): void {
  const names = new Set<string | undefined>();
  for (const { StreamName } of streams) {
    if (names.has(StreamName)) {
      throw new InvalidOptionError({
        owner: `${owner} stream "${StreamName}"`,
        option: 'name',
        received: StreamName,
        expected: 'a name that no other of the streams has',
      });
    }
    names.add(StreamName);
  }
}

function createInput(owner: string, given: unknown): CreateStreamInput {
  const spec = resolveOptions(`${owner} stream`, streamSpecOptions, given) as unknown as StreamSpec;
  const onDemand = spec.mode === 'on-demand';
  const fail = (option: keyof StreamSpec, expected: string) =>
    new InvalidOptionError({
      owner: `${owner} stream "${spec.name}"`,
      option,
      received: spec[option],
      expected,
    });
  if (onDemand && spec.shards !== undefined) throw fail('shards', 'absent for an on-demand stream');
  if (!onDemand && spec.recordDistribution === 'auto') {
    throw fail('recordDistribution', "'user-partition-key' unless mode is 'on-demand'");
  }
  return {
    StreamName: spec.name,
    ShardCount: onDemand ? undefined : (spec.shards ?? 1),
    StreamModeDetails: { StreamMode: onDemand ? 'ON_DEMAND' : 'PROVISIONED' },
    RecordDistributionStrategy: spec.recordDistribution === 'auto' ? 'AUTO' : 'USER_PARTITION_KEY',
    MaxRecordSizeInKiB: spec.maxRecordKiB,
  };
}

function hasMethods(...names: readonly string[]): (value: unknown) => boolean {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}
