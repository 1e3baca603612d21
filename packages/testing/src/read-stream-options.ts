import type { Clock, Random } from '@shardline/core';
import {
  integerBetween,
  type OptionRow,
  type OptionTable,
  oneOf,
  resolveOptions,
  systemClock,
  systemRandom,
} from '@shardline/core/internal';
import type { KinesisReads } from './kinesis-reads.js';
import type { ReadAs } from './reader-rule.js';

/** Options of `readStream`. */
export interface ReadStreamOptions {
  /** How the stream is read: a `LocalKinesis`, or `sdkReads(client)`. */
  readonly kinesis: KinesisReads;
  /** Name or ARN of the stream. */
  readonly stream: string;
  /**
   * As whom to read: which members of aggregates are left out.
   * @defaultValue 'shardline'
   */
  readonly readAs?: ReadAs;
  /**
   * Follows open shards until this has settled, then reads on to what is newest at that time. A promise that rejects ends
   * the following like one that resolves.
   * @defaultValue settled from the start: reads what is there
   */
  readonly until?: Promise<unknown>;
  /**
   * Pause between two reads of one shard, in milliseconds, 1 or more. The service takes five reads a second of a shard from
   * all readers together.
   * @defaultValue 250
   */
  readonly pollMs?: number;
  /**
   * How long an open shard must have brought nothing new before it counts as read to its end, in milliseconds, 0 or more.
   * Where others go on writing, it is read at least to this long after the following has ended.
   * @defaultValue 1,000
   */
  readonly settleMs?: number;
  /**
   * Longest wait for one answer, in milliseconds; the call is then made again.
   * @defaultValue 10,000
   */
  readonly callTimeoutMs?: number;
  /**
   * Longest time that one call may go without success, all its attempts together, in milliseconds. For GetRecords it counts
   * from the start of the read, new iterators included.
   * @defaultValue 60,000
   */
  readonly giveUpAfterMs?: number;
  /**
   * Where time comes from.
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock;
  /**
   * Where the chance in the back-off comes from.
   * @defaultValue the machine's randomness
   */
  readonly random?: Random;
}

function withMethod(name: string, what: string): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: `${what}, with a method ${name}()`,
    accepts: (value) => typeof (value as Record<string, unknown> | null)?.[name] === 'function',
  };
}

const upwards = (least: number) => integerBetween(least, Number.MAX_SAFE_INTEGER);

/** Every option of `readStream`. */
export const readStreamOptions: OptionTable<keyof ReadStreamOptions> = {
  kinesis: {
    summary: 'How the stream is read.',
    required: true,
    ...withMethod('call', 'a LocalKinesis or what sdkReads returns'),
  },
  stream: {
    summary: 'Name or ARN of the stream.',
    required: true,
    expected: 'the name or ARN of a stream',
    accepts: (value) => typeof value === 'string' && value !== '',
  },
  readAs: {
    summary: 'As whom to read: which members of aggregates are left out.',
    defaultValue: 'shardline',
    ...oneOf('everything', 'kcl', 'shardline'),
  },
  until: {
    summary: 'Follows open shards until this has settled.',
    reason: 'When absent, what is there is read.',
    ...withMethod('then', 'a promise'),
  },
  pollMs: {
    summary: 'Pause between two reads of one shard, in milliseconds.',
    defaultValue: 250,
    ...upwards(1),
  },
  settleMs: {
    summary: 'Quiet time after which an open shard is read to its end, in milliseconds.',
    defaultValue: 1_000,
    ...upwards(0),
  },
  callTimeoutMs: {
    summary: 'Longest wait for one answer, in milliseconds.',
    defaultValue: 10_000,
    ...upwards(1),
  },
  giveUpAfterMs: {
    summary: 'Longest time that one call may go without success, in milliseconds.',
    defaultValue: 60_000,
    ...upwards(0),
  },
  clock: {
    summary: 'Where time comes from; the machine’s clock when absent.',
    ...withMethod('schedule', 'a Clock'),
  },
  random: {
    summary: 'Chance for the back-off.',
    defaultValue: systemRandom,
    ...withMethod('next', 'a Random'),
  },
};

/** Checks options and fills in defaults. */
export function resolveReadStreamOptions(given: ReadStreamOptions): Required<ReadStreamOptions> {
  const resolved = resolveOptions(
    'readStream',
    readStreamOptions,
    given,
  ) as unknown as Required<ReadStreamOptions>;
  return {
    ...resolved,
    until: given.until ?? Promise.resolve(),
    clock: given.clock ?? systemClock,
    random: given.random ?? systemRandom,
  };
}
