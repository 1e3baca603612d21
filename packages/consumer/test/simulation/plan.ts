import type { Random } from '@shardline/core';
import type { Fault } from '@shardline/local';

/** Which form of handler the workers of a seed have. */
export type HandlerForm = 'onRecord' | 'sync' | 'shardHandler' | 'manual';

/** Everything that a seed decides before the first worker starts. */
export interface Plan {
  readonly shards: number;
  readonly workers: number;
  readonly form: HandlerForm;
  /** `bare-latest`: the leases are there already, at LATEST without a time, as the KCL makes them. */
  readonly initialPosition: 'trim-horizon' | 'latest' | 'at-timestamp' | 'bare-latest';
  readonly failoverMs: number;
  readonly checkpointEveryMs: number;
  /** How long the writer puts, in milliseconds of virtual time. */
  readonly loadMs: number;
  readonly keys: number;
  readonly aggregateShare: number;
  readonly reshards: number;
  /** Crashes, pauses, stops and starts of workers. */
  readonly mishaps: number;
  readonly kinesisFaults: readonly Fault[];
  readonly store: StorePlan;
  /** Share of records whose handler fails at first. */
  readonly failingShare: number;
  /** Longest work on a record, in milliseconds. */
  readonly workMs: number;
  /** Clocks of workers that run apart, in milliseconds. */
  readonly skewMs: number;
  /** Most records of a page. */
  readonly pageLimit: number;
  /** A page or two of the service: shards wait for room. */
  readonly maxBufferedBytes: number;
}

/** How the lease store misbehaves: shares of calls. */
export interface StorePlan {
  readonly latencyMs: number;
  readonly throttled: number;
  /** Written, but the answer never comes. */
  readonly lost: number;
  /** Neither written nor answered. */
  readonly stalled: number;
  /** Written only after the caller has given up. */
  readonly late: number;
}

/** Draws a plan. */
export function drawPlan(random: Random): Plan {
  const chance = (share: number) => random.next() < share;
  const between = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const forms: readonly HandlerForm[] = ['onRecord', 'sync', 'shardHandler', 'manual'];
  const positions: readonly Plan['initialPosition'][] = [
    'trim-horizon',
    'latest',
    'at-timestamp',
    'bare-latest',
  ];
  return {
    shards: between(1, 6),
    workers: between(1, 4),
    form: forms[between(0, 3)] ?? 'onRecord',
    initialPosition: positions[between(0, 3)] ?? 'latest',
    failoverMs: between(2, 10) * 1_000,
    checkpointEveryMs: between(2, 50) * 100,
    loadMs: between(10, 40) * 1_000,
    keys: between(1, 40),
    aggregateShare: random.next(),
    reshards: chance(0.6) ? between(1, 4) : 0,
    mishaps: chance(0.8) ? between(1, 8) : 0,
    kinesisFaults: drawFaults(random),
    store: {
      latencyMs: between(0, 200),
      throttled: chance(0.4) ? random.next() * 0.2 : 0,
      lost: chance(0.4) ? random.next() * 0.15 : 0,
      stalled: chance(0.3) ? random.next() * 0.1 : 0,
      late: chance(0.4) ? random.next() * 0.15 : 0,
    },
    failingShare: chance(0.4) ? random.next() * 0.1 : 0,
    workMs: chance(0.5) ? between(0, 60) : between(0, 5),
    skewMs: chance(0.3) ? between(-30_000, 30_000) : 0,
    pageLimit: [3, 20, 10_000][between(0, 2)] ?? 10_000,
    maxBufferedBytes: chance(0.5) ? 10_485_760 : 21_000_000,
  };
}

function drawFaults(random: Random): Fault[] {
  const between = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const skip = () => between(0, 30);
  const times = () => between(1, 20);
  const reading = { operation: ['GetRecords', 'GetShardIterator'] } as const;
  const listing = { operation: ['ListShards', 'DescribeStreamSummary'] } as const;
  const kinds: (() => Fault)[] = [
    () => ({ kind: 'latency', ...reading, delayMs: between(0, 150), jitterMs: between(0, 300) }),
    () => ({ kind: 'latency', ...listing, delayMs: between(0, 400), jitterMs: between(0, 400) }),
    () => ({
      kind: 'throttleShard',
      access: 'read',
      probability: random.next() / 2,
      skip: skip(),
      times: times(),
    }),
    () => ({ kind: 'failCall', ...reading, errorCode: 'InternalFailure', skip: skip(), times: times() }),
    () => ({
      kind: 'failCall',
      ...reading,
      errorCode: 'ExpiredIteratorException',
      skip: skip(),
      times: between(1, 3),
    }),
    () => ({
      kind: 'failCall',
      ...reading,
      errorCode: 'KMSThrottlingException',
      skip: skip(),
      times: times(),
    }),
    () => ({
      kind: 'failCall',
      ...listing,
      errorCode: 'LimitExceededException',
      skip: between(1, 4),
      times: between(1, 5),
    }),
    () => ({ kind: 'loseAnswer', ...reading, skip: skip(), times: between(1, 4) }),
    () => ({ kind: 'stall', ...reading, skip: skip(), times: between(1, 4) }),
    () => ({ kind: 'reset', ...reading, when: 'after', skip: skip(), times: times() }),
    () => ({ kind: 'reset', ...listing, when: 'before', skip: 1, times: between(1, 3) }),
    () => ({ kind: 'staleListShards', ageMs: between(100, 3_000), times: between(1, 3) }),
  ];
  return kinds.filter(() => random.next() < 0.25).map((make) => make());
}
