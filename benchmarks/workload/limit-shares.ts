import { type LimitGoal, shardLimits } from './limit-scenario.js';

/** What one producer did in the time that counts. */
export interface ProducerTake {
  /** When it began to count, by the clock that all share. */
  readonly countedFromMs: number;
  readonly countedMs: number;
  readonly storedBytes: number;
  readonly storedEntries: number;
  readonly sentEntries: number;
  readonly throttledEntries: number;
  readonly failedRecords: number;
}

/** What they did together, as shares. */
export interface LimitShares {
  /** Part of the longest count in which all counted. */
  readonly togetherShare: number;
  /** Of the limit that was nearer: records or bytes. */
  readonly storedShare: number;
  readonly throttledShare: number;
  readonly jainIndex: number;
  readonly failedRecords: number;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** How even shares are: 1 where all have the same, 1 / n where one of n has everything. */
export function jainIndex(shares: readonly number[]): number {
  const squares = sum(shares.map((share) => share ** 2));
  return squares === 0 ? Number.NaN : sum(shares) ** 2 / (shares.length * squares);
}

/** Adds the producers of a stream up; each is taken at its own rate, since no two count at quite the same time. */
export function limitShares(takes: readonly ProducerTake[], shards: number): LimitShares {
  const rates = (of: (take: ProducerTake) => number) =>
    takes.map((take) => (of(take) * 1_000) / take.countedMs);
  const bytes = rates((take) => take.storedBytes);
  const entries = rates((take) => take.storedEntries);
  const from = takes.map((take) => take.countedFromMs);
  const until = takes.map((take) => take.countedFromMs + take.countedMs);
  const together = Math.max(0, Math.min(...until) - Math.max(...from));
  return {
    togetherShare: together / Math.max(...takes.map((take) => take.countedMs)),
    storedShare: Math.max(
      sum(bytes) / (shards * shardLimits.bytes),
      sum(entries) / (shards * shardLimits.records),
    ),
    throttledShare:
      sum(takes.map((take) => take.throttledEntries)) / sum(takes.map((take) => take.sentEntries)),
    jainIndex: jainIndex(bytes),
    failedRecords: sum(takes.map((take) => take.failedRecords)),
  };
}

/** Producers that count one after the other have the shard each to itself, and together more than it takes. */
const leastTogether = 0.8;

/** What of the goal does not hold; undefined where all does. */
export function brokenLimit(shares: LimitShares, goal: LimitGoal): string | undefined {
  const { togetherShare, storedShare, throttledShare, jainIndex: jain, failedRecords } = shares;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  if (!(togetherShare >= leastTogether))
    return `the producers counted together for ${percent(togetherShare)} of the time only`;
  // Not the other way round: what is not a number keeps no goal.
  if (!(storedShare >= goal.leastStored)) return `${percent(storedShare)} of the cap stored`;
  if (!(throttledShare <= goal.mostThrottled)) return `${percent(throttledShare)} of entries throttled`;
  if (!(jain >= goal.leastJain)) return `Jain's index is ${jain.toFixed(3)}`;
  return failedRecords === 0 ? undefined : `${failedRecords} records failed`;
}
