import type { Random } from '@shardline/core';
import type { Fault, FaultPlan, WriteModel } from '@shardline/local';
import type { ProducerOptions } from '../../src/options.js';

/** Everything that a seed decides before the first put. */
export interface Plan {
  readonly shards: number;
  readonly auto: boolean;
  /** How the shards' limits are kept; the service does not say. */
  readonly writeModel: WriteModel;
  readonly faults: readonly Fault[];
  readonly options: Omit<ProducerOptions, 'stream'>;
  readonly records: number;
  readonly keys: number;
  /** Largest payload, in bytes. */
  readonly maxDataBytes: number;
  /** Virtual time between bursts of puts, in milliseconds. */
  readonly pauseMs: number;
  readonly reshards: number;
  /** Records that the service refuses the whole request for. */
  readonly poison: boolean;
  readonly closeDeadlineMs: number;
}

const stream = 's';

/** The ways in which a shard's limits may be kept. */
export const writeModels = ['token-bucket', 'fixed-window', 'single-tank'] as const;

/** Draws a plan. Each kind of fault is in about a third of the seeds, so that a few meet in most of them. */
export function drawPlan(random: Random): Plan {
  const chance = (share: number) => random.next() < share;
  const between = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const auto = chance(0.1);
  const maxDataBytes = [200, 2_000, 30_000][between(0, 2)] ?? 200;
  return {
    auto,
    shards: auto ? 4 : between(1, 6),
    faults: drawFaults(random),
    records: between(50, maxDataBytes > 10_000 ? 300 : 1_200),
    keys: between(1, 60),
    maxDataBytes,
    pauseMs: between(0, 60),
    reshards: chance(0.6) ? between(1, 4) : 0,
    poison: chance(0.2),
    closeDeadlineMs: chance(0.15) ? between(0, 400) : 600_000,
    options: {
      lingerMs: between(0, 3) * 40,
      aggregate: chance(0.15) ? 'never' : 'auto',
      aggregateBytes: between(1, 3) === 1 ? 2_048 : 51_200,
      ordering: chance(0.1) ? 'none' : 'key',
      recordTtlMs: chance(0.2) ? between(100, 4_000) : 300_000,
      maxOutstandingRecords: chance(0.4) ? between(1, 60) : 200_000,
      maxOutstandingBytes: chance(0.3) ? 1_048_576 : 33_554_432,
      maxWaitingPuts: chance(0.2) ? between(0, 20) : 10_000,
      whenFull: chance(0.1) ? 'reject' : 'wait',
      rateLimitPercent: chance(0.2) ? between(5, 100) : 100,
      maxInFlightRequests: between(1, 8),
      requestTimeoutMs: between(1, 6) * 300,
      maxRequestBytes: chance(0.3) ? 65_536 : 2_097_152,
    },
    writeModel: drawWriteModel(random),
  };
}

function drawWriteModel(random: Random): WriteModel {
  return writeModels[Math.floor(random.next() * writeModels.length)] ?? 'token-bucket';
}

/** The kinds of faults that {@link drawPlan} draws. */
export const faultKinds = [
  'latency',
  'throttleShard',
  'failRecord',
  'failCall',
  'shuffleRecords',
  'loseAnswer',
  'stall',
  'storeLate',
  'reset',
  'staleListShards',
  'reshard',
] as const satisfies readonly Fault['kind'][];

function drawFaults(random: Random): Fault[] {
  const between = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const skip = () => between(0, 12);
  const times = () => between(1, 6);
  const put = { operation: 'PutRecords' } as const;
  const listing = { operation: ['ListShards', 'DescribeStreamSummary'] } as const;
  const kinds: (() => Fault)[] = [
    () => ({ kind: 'latency', ...put, delayMs: between(0, 150), jitterMs: between(0, 300) }),
    () => ({ kind: 'latency', ...listing, delayMs: between(0, 400), jitterMs: between(0, 400) }),
    () => ({ kind: 'throttleShard', probability: random.next() / 2, skip: skip(), times: between(1, 80) }),
    () => ({ kind: 'failRecord', probability: random.next() / 2, skip: skip(), times: between(1, 60) }),
    () => ({
      kind: 'failCall',
      ...put,
      errorCode: 'InternalFailure',
      when: when(random),
      skip: skip(),
      times: times(),
    }),
    () => ({ kind: 'failCall', ...put, errorCode: 'KMSThrottlingException', skip: skip(), times: times() }),
    () => ({ kind: 'failCall', ...put, errorCode: 'AccessDeniedException', skip: skip(), times: 1 }),
    () => ({
      kind: 'failCall',
      ...listing,
      errorCode: 'LimitExceededException',
      skip: between(0, 3),
      times: times(),
    }),
    () => ({ kind: 'failCall', ...listing, errorCode: 'AccessDeniedException', times: between(1, 8) }),
    () => ({ kind: 'shuffleRecords', probability: random.next(), skip: skip(), times: between(1, 40) }),
    () => ({ kind: 'loseAnswer', ...put, skip: skip(), times: times() }),
    () => ({ kind: 'stall', ...put, skip: skip(), times: times() }),
    () => ({ kind: 'storeLate', ...put, afterMs: between(0, 2_000), skip: skip(), times: times() }),
    () => ({ kind: 'reset', ...put, when: when(random), skip: skip(), times: times() }),
    () => ({ kind: 'reset', ...listing, when: 'before', times: between(1, 4) }),
    () => ({ kind: 'staleListShards', ageMs: between(100, 3_000), times: between(1, 5) }),
    () => ({ kind: 'reshard', ...put, stream, change: { split: {} }, skip: skip() }),
    () => ({ kind: 'reshard', ...put, stream, change: { merge: {} }, skip: skip() }),
    () => ({ kind: 'reshard', ...put, stream, change: { shardCount: between(1, 8) }, skip: skip() }),
  ];
  return kinds.filter(() => random.next() < 0.25).map((make) => make());
}

function when(random: Random): 'before' | 'after' {
  return random.next() < 0.5 ? 'before' : 'after';
}

/** Whether a put that was given up may still be stored later, after newer records: the documented limit of P3. */
export function storesLate(plan: FaultPlan | readonly Fault[]): boolean {
  return Array.isArray(plan) && plan.some((fault) => (fault as Fault).kind === 'storeLate');
}
