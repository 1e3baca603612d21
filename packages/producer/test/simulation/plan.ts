import type { Random } from '@shardline/core';
import type { Fault, WriteModel } from '@shardline/local';
import type { ProducerOptions } from '../../src/producer-options.js';
import { type EdgeFault, edgeFaultKinds } from './edge-faults.js';
import { drawFaults, nameOf } from './plan-faults.js';

/** What an operator does to the stream while records flow. */
export const happeningKinds = ['split', 'merge', 'toggleAuto', 'recreate', 'resize'] as const;

/** Something that happens after the one before it. */
export interface Happening {
  readonly kind: (typeof happeningKinds)[number];
  readonly afterMs: number;
  /** How long the stream is gone, how many shards it has next, how large its records may be: what the kind makes of it. */
  readonly draw: number;
}

/** Everything that a seed decides before the first put. */
export interface Plan {
  readonly shards: number;
  /** The stream has on-demand capacity, and may place records itself. */
  readonly onDemand: boolean;
  /** It does so from the start. */
  readonly auto: boolean;
  /** How the shards' limits are kept; the service does not say. */
  readonly writeModel: WriteModel;
  readonly faults: readonly Fault[];
  readonly edgeFaults: readonly EdgeFault[];
  readonly happenings: readonly Happening[];
  readonly options: Omit<ProducerOptions, 'stream'>;
  readonly records: number;
  readonly keys: number;
  /** Largest payload, in bytes. */
  readonly maxDataBytes: number;
  /** Some records are about a megabyte. */
  readonly big: boolean;
  /** Some records are put without a promise. */
  readonly silent: boolean;
  /** Virtual time between bursts of puts, in milliseconds. */
  readonly pauseMs: number;
  /** Records that the service refuses the whole request for. */
  readonly poison: boolean;
  /** What the user gives to be called with throws now and then. */
  readonly throwingCallbacks: boolean;
  /** After everything is mended the producer must work as if nothing had been. */
  readonly mended: boolean;
  readonly closeDeadlineMs: number;
}

/** The ways in which a shard's limits may be kept. */
export const writeModels = ['token-bucket', 'fixed-window', 'single-tank'] as const;

/** Draws a plan. Each kind of fault is in about a quarter of the seeds, so that a few meet in most of them. */
export function drawPlan(random: Random): Plan {
  const chance = (share: number) => random.next() < share;
  const between = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const onDemand = chance(0.3);
  const big = chance(0.12);
  const maxDataBytes = [200, 2_000, 30_000][between(0, 2)] ?? 200;
  return leftAlone({
    onDemand,
    auto: onDemand && chance(0.35),
    shards: onDemand ? 4 : between(1, 6),
    faults: drawFaults(random),
    edgeFaults: drawEdgeFaults(random),
    happenings: drawHappenings(random, onDemand),
    records: between(50, maxDataBytes > 10_000 ? 300 : 1_200),
    keys: between(1, 60),
    maxDataBytes,
    big,
    silent: chance(0.7),
    pauseMs: between(0, 60),
    poison: chance(0.2),
    throwingCallbacks: chance(0.1),
    mended: chance(0.5),
    closeDeadlineMs: chance(0.15) ? between(0, 400) : 600_000,
    options: drawOptions(random, big),
    writeModel: writeModels[between(0, writeModels.length - 1)] ?? 'token-bucket',
  });
}

/** Where single records meet a part of a shard's rate, nothing else disturbs that: so that the rate can be judged (P5). */
function leftAlone(plan: Plan): Plan {
  const { options, faults, onDemand } = plan;
  const isScarce = options.aggregate === 'never' && (options.rateLimitPercent ?? 100) < 100 && !onDemand;
  if (!isScarce) return plan;
  const alone = faults.filter(
    (fault) =>
      fault.kind !== 'reshard' &&
      fault.kind !== 'staleListShards' &&
      nameOf(fault) === nameOf({ ...fault, operation: 'PutRecords' } as Fault),
  );
  const { rateLimitPercent = 100 } = options;
  return {
    ...plan,
    shards: 1,
    happenings: [],
    faults: alone,
    keys: 60,
    options: {
      ...options,
      rateLimitPercent: Math.ceil(rateLimitPercent / 5),
      recordTtlMs: 300_000,
      ordering: 'none',
      maxOutstandingRecords: 200_000,
    },
  };
}

function drawOptions(random: Random, big: boolean): Plan['options'] {
  const chance = (share: number) => random.next() < share;
  const between = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const lingerMs = between(0, 3) * 40;
  return {
    lingerMs,
    aggregate: chance(0.15) ? 'never' : 'auto',
    aggregateBytes: between(1, 3) === 1 ? 2_048 : 51_200,
    ordering: chance(0.1) ? 'none' : 'key',
    recordTtlMs: chance(0.2) ? Math.max(lingerMs + 1, between(100, 4_000)) : 300_000,
    maxOutstandingRecords: chance(0.4) ? between(1, 60) : 200_000,
    maxOutstandingBytes: chance(0.3) && !big ? 1_048_576 : 33_554_432,
    maxWaitingPuts: chance(0.2) ? between(0, 20) : 10_000,
    whenFull: chance(0.1) ? 'reject' : 'wait',
    rateLimitPercent: chance(0.25) ? between(big ? 50 : 5, 100) : 100,
    maxInFlightRequests: between(1, 8),
    requestTimeoutMs: between(1, 6) * 300,
    maxRequestBytes: chance(0.3) ? 65_536 : 2_097_152,
  };
}

function drawEdgeFaults(random: Random): readonly EdgeFault[] {
  return edgeFaultKinds
    .filter(() => random.next() < 0.2)
    .map((kind) => {
      const skip = Math.floor(random.next() * (kind === 'shuffledListing' ? 3 : 12));
      return { kind, skip, times: 1 + Math.floor(random.next() * 6) };
    });
}

/** Reshards in most seeds; the other things in a few, since each makes others impossible to judge. */
function drawHappenings(random: Random, onDemand: boolean): readonly Happening[] {
  const drawn: Happening[] = [];
  const add = (share: number, most: number, kinds: readonly Happening['kind'][]) => {
    if (random.next() >= share) return;
    for (let count = 1 + Math.floor(random.next() * most); count > 0; count -= 1) {
      const kind = kinds[Math.floor(random.next() * kinds.length)] ?? 'split';
      drawn.push({ kind, afterMs: 200 + Math.floor(random.next() * 2_000), draw: random.next() });
    }
  };
  add(0.6, 4, ['split', 'merge']);
  if (onDemand) add(0.7, 4, ['toggleAuto']);
  else add(0.3, 2, ['recreate']);
  add(0.25, 4, ['resize']);
  return drawn
    .map((one) => [random.next(), one] as const)
    .sort(([one], [other]) => one - other)
    .map(([, one]) => one);
}
