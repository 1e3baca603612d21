import { delay } from '@shardline/core/internal';
import type { Fault } from '@shardline/local';
import { seededRandom } from '@shardline/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLimits } from '../src/read-pace.js';
import type { SourceEndedError } from '../src/record-source.js';
import { firstShard, fromHorizon, PollingWorld, textsOf } from './support/polling-world.js';

const operation = fc.constantFrom('GetRecords', 'GetShardIterator', 'ListShards');
const when = { skip: fc.nat(12), times: fc.integer({ min: 1, max: 4 }) };
const errorCode = fc.constantFrom(
  'ExpiredIteratorException',
  'InternalFailure',
  'ProvisionedThroughputExceededException',
  'ResourceNotFoundException',
  'AccessDeniedException',
  'InvalidArgumentException',
);
/** A stream that is not found by any call is one that is gone: the listing is never made to say so. */
const isHarmless = (fault: { operation: string; errorCode: string }) =>
  fault.operation !== 'ListShards' || fault.errorCode !== 'ResourceNotFoundException';
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('failCall' as const), operation, errorCode, ...when }).filter(isHarmless),
  fc.record({
    kind: fc.constant('reset' as const),
    operation,
    when: fc.constantFrom('before', 'after'),
    ...when,
  }),
  fc.record({ kind: fc.constant('stall' as const), operation, ...when }),
  fc.record({ kind: fc.constant('loseAnswer' as const), operation, ...when }),
  fc.record({
    kind: fc.constant('latency' as const),
    operation,
    delayMs: fc.integer({ min: 1, max: 12_000 }),
    ...when,
  }),
  fc.record({ kind: fc.constant('throttleShard' as const), access: fc.constant('read' as const), ...when }),
) as fc.Arbitrary<Fault>;

const scenario = fc.record({
  faults: fc.array(fault, { maxLength: 6 }),
  seed: fc.nat(1_000_000),
  /** Records put each second, and how large they are. */
  puts: fc.array(fc.record({ records: fc.nat(40), bytes: fc.constantFrom(10, 1_000, 20_000) }), {
    maxLength: 20,
  }),
  /** How long each batch is processed; 310 s has iterators expire. */
  busyMs: fc.constantFrom(0, 50, 3_000, 310_000),
  budgetPages: fc.constantFrom(1, 2, 6),
  startAt: fc.nat(30),
  reopenAfter: fc.nat(6),
  split: fc.boolean(),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Each> ? Each : never;

/** A consumer that takes its time, and once opens the source anew at its last record, as after a lost lease. */
class BusyReader {
  readonly got: string[] = [];
  ended: SourceEndedError['reason'] | 'shard-end' | undefined;
  readonly #world: PollingWorld;
  readonly #busyMs: number;
  #reopenIn: number;

  constructor(world: PollingWorld, { busyMs, reopenAfter }: Pick<Scenario, 'busyMs' | 'reopenAfter'>) {
    this.#world = world;
    this.#busyMs = busyMs;
    this.#reopenIn = reopenAfter;
  }

  /** Ends it, wherever it stands. */
  stop(): void {
    this.ended ??= 'closed';
    this.#world.source.close();
  }

  async run(): Promise<void> {
    try {
      while (this.ended === undefined) await this.#step();
    } catch (error) {
      this.ended ??= (error as SourceEndedError).reason;
    }
  }

  async #step(): Promise<void> {
    const { source, clock } = this.#world;
    const batch = await source.next();
    this.got.push(...textsOf(batch));
    const last = batch.records.at(-1)?.SequenceNumber;
    if (this.#busyMs > 0 && last !== undefined) await delay(clock, this.#busyMs);
    batch.release();
    if (batch.end) this.ended = 'shard-end';
    else if (this.ended === undefined && last !== undefined && --this.#reopenIn === 0) {
      source.open({ checkpoint: { sequenceNumber: last, subSequenceNumber: 0 }, startAtMs: undefined });
      // It comes again; who asked drops what is done.
      this.got.pop();
    }
  }
}

/** Puts what the scenario says while it is read; returns what should have come out. */
async function play(world: PollingWorld, reader: BusyReader, { puts, seed, startAt }: Scenario) {
  const { clock, source } = world;
  const random = seededRandom(seed);
  const stored: string[] = [];
  const put = async (records: number, bytes: number) => {
    const texts = Array.from({ length: records }, () => `${random.next()}`.padEnd(bytes, '.'));
    stored.push(...texts);
    return records === 0 ? [] : world.put(texts);
  };
  const numbers = await put(20, 10);
  const first = startAt % numbers.length;
  const checkpoint = { sequenceNumber: numbers[first] ?? '', subSequenceNumber: 0 };
  source.open(first === 0 ? fromHorizon : { checkpoint, startAtMs: undefined });
  const ended = reader.run();
  for (const { records, bytes } of puts) {
    await put(records, bytes);
    await clock.advance(1_000);
  }
  return { expected: stored.slice(first), ended };
}

test('whatever fails: the records from the start on, in order, once, and C7 holds', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (one) => {
      const { faults, seed, split } = one;
      const maxBufferedBytes = one.budgetPages * readLimits.pageMaxBytes;
      const world = new PollingWorld({ faults, seed, maxBufferedBytes, pollIntervalMs: 500 });
      const { clock, kinesis } = world;
      const reader = new BusyReader(world, one);
      const { expected, ended } = await play(world, reader, one);
      if (split) {
        const NewStartingHashKey = String(1n << 127n);
        await kinesis.call('SplitShard', {
          StreamName: 'tweets',
          ShardToSplit: firstShard,
          NewStartingHashKey,
        });
      }
      const isDone = () => (split ? reader.ended !== undefined : reader.got.at(-1) === expected.at(-1));
      for (let round = 0; round < 200 && !isDone(); round += 1) await clock.advance(60_000);
      expect(reader.got).toEqual(expected);
      expect(reader.ended).toBe(split ? 'shard-end' : undefined);
      expect(world.mostReserved).toBeLessThanOrEqual(maxBufferedBytes);
      reader.stop();
      await clock.advance(one.busyMs + 1);
      await ended;
      expect([world.budget.usedBytes, world.budget.waiting]).toEqual([0, false]);
    }),
    { numRuns: 30 },
  );
});
