import type { CaseParameters } from '../benchmark.js';

/** The stream whose limits producers are held to. */
export const limitedStream = 'limits';
/** What the service lets a shard take a second. */
export const shardLimits = Object.freeze({ bytes: 1_048_576, records: 1_000 });

/** Producers, each a process, that are offered three times what the stream takes. */
export interface LimitScenario {
  readonly name: string;
  readonly shards: number;
  readonly recordBytes: number;
  readonly aggregate: 'auto' | 'never';
  /** Added to every answer by the service. */
  readonly latencyMs: number;
  readonly producers: number;
  /** From the start of one producer to that of the next. */
  readonly apartMs: number;
  /** From the start of the last producer to the time that counts, at least. */
  readonly settleMs: number;
  /** The time that counts. */
  readonly countMs: number;
  readonly goal: LimitGoal;
}

/** What must hold of the time that counts. */
export interface LimitGoal {
  /** Share of the cap that is stored, by all together. */
  readonly leastStored: number;
  /** Share of the entries sent that are refused. */
  readonly mostThrottled: number;
  /** Jain's index of what each stores: 1 where all have the same, 1 / n where one has everything. */
  readonly leastJain: number;
}

const alone = {
  shards: 1,
  latencyMs: 0,
  producers: 1,
  apartMs: 0,
  settleMs: 2_000,
  countMs: 58_000,
} as const;
const aloneGoal: LimitGoal = { leastStored: 0.97, mostThrottled: 0.02, leastJain: 1 };
const lanes = { shards: 4, producers: 1, apartMs: 0, settleMs: 10_000, countMs: 20_000 } as const;
const laneGoal: LimitGoal = { leastStored: 0.95, mostThrottled: 0.02, leastJain: 1 };
const together = {
  shards: 1,
  latencyMs: 0,
  producers: 3,
  apartMs: 0,
  settleMs: 30_000,
  countMs: 30_000,
} as const;
const togetherGoal: LimitGoal = { leastStored: 0.95, mostThrottled: 0.08, leastJain: 0.9 };

export const limitScenarios: readonly LimitScenario[] = [
  { ...alone, name: 'one producer, 1 kB', recordBytes: 1_000, aggregate: 'auto', goal: aloneGoal },
  {
    ...alone,
    name: 'one producer, 200 B not aggregated',
    recordBytes: 200,
    aggregate: 'never',
    goal: aloneGoal,
  },
  {
    ...alone,
    name: 'one producer, 50 kB not aggregated',
    recordBytes: 50_000,
    aggregate: 'never',
    goal: aloneGoal,
  },
  {
    ...alone,
    name: 'one producer, 900 kB not aggregated',
    recordBytes: 900_000,
    aggregate: 'never',
    goal: aloneGoal,
  },
  ...[5, 50, 200].map((latencyMs) => ({
    ...lanes,
    name: `four shards, 1 kB, answers after ${latencyMs} ms`,
    recordBytes: 1_000,
    aggregate: 'auto' as const,
    latencyMs,
    goal: laneGoal,
  })),
  { ...together, name: 'three producers, 1 kB', recordBytes: 1_000, aggregate: 'auto', goal: togetherGoal },
  {
    ...together,
    name: 'three producers, 1 kB, 10 s apart',
    recordBytes: 1_000,
    aggregate: 'auto',
    apartMs: 10_000,
    goal: togetherGoal,
  },
  {
    ...together,
    name: 'three producers, 200 B not aggregated, 10 s apart',
    recordBytes: 200,
    aggregate: 'never',
    apartMs: 10_000,
    goal: togetherGoal,
  },
];

/** Shorter, and told by it: two of them. */
export const quickLimitScenarios: readonly LimitScenario[] = limitScenarios
  .filter(({ name }) => name === 'one producer, 1 kB' || name === 'three producers, 1 kB')
  .map((scenario) => ({
    ...scenario,
    settleMs: scenario.producers === 1 ? 2_000 : 8_000,
    countMs: 8_000,
    // So soon after the start shares are not even yet.
    goal: { ...scenario.goal, leastJain: scenario.producers === 1 ? 1 : 0.8 },
  }));

/** How long a process takes to start, on a machine that is busy. */
const STARTS_WITHIN_MS = 5_000;

/** From now to the time that counts, which is the same for all producers. */
export function countsInMs({ producers, apartMs, settleMs }: LimitScenario): number {
  return STARTS_WITHIN_MS + (producers - 1) * apartMs + settleMs;
}

/** What the processes of the producers are told; `countFromMs` is a time of day. */
export function producerParameters(
  { shards, recordBytes, aggregate, countMs }: LimitScenario,
  endpoint: string,
  countFromMs: number,
): CaseParameters {
  return { endpoint, shards, recordBytes, aggregate, countFromMs, countMs };
}
