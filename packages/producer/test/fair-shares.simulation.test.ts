import { delay, seededRandom } from '@shardline/core/internal';
import { LocalKinesis, type WriteModel } from '@shardline/local';
import { simulate, type World } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';
import type { ProducerStats } from '../src/stats.js';
import { localKinesisApi } from './support/local-kinesis-api.js';

/*
 * Producers that are offered more than a shard takes, callers waiting, under each way in which the local Kinesis counts. Judged by
 * rates in virtual time, which repeat exactly. Catches: a limiter that leaves room, is refused often, or starves another. Cannot
 * catch: how the service itself counts, and what busy machines add.
 */

const bytesPerSecond = 1_048_576;
const recordsPerSecond = 1_000;

/** What is put, and how. */
interface Load {
  readonly recordBytes: number;
  readonly options?: Partial<ProducerOptions>;
  /** How far its producer is from the service, besides what that itself takes. */
  readonly distanceMs?: number;
}

const small: Load = { recordBytes: 1_000 };
const alone = (recordBytes: number): Load => ({ recordBytes, options: { aggregate: 'never' } });

function start(
  world: World,
  kinesis: LocalKinesis,
  name: string,
  options: Partial<ProducerOptions> = {},
  distanceMs = 0,
) {
  const process = world.process(name);
  const call = process.remote((operation: string, input: object, given?: { signal?: AbortSignal }) =>
    kinesis.call(operation, input, given),
  );
  const { clock, random } = process;
  const far: typeof call = async (...args) => {
    if (distanceMs > 0) await delay(clock, distanceMs * (0.75 + random.next() / 2));
    return call(...args);
  };
  const producer = new Producer(
    { stream: 's', onOutcomes: () => {}, maxOutstandingBytes: 4_194_304, ...options },
    { api: localKinesisApi(far, 's'), clock, random },
  );
  return { process, producer };
}

/** Puts three times what a shard takes, or as much as there is room for, until `seconds` of virtual time have passed. */
async function saturate(world: World, kinesis: LocalKinesis, name: string, seconds: number, load: Load) {
  const { process, producer } = start(world, kinesis, name, load.options, load.distanceMs);
  const { clock } = process;
  const data = new Uint8Array(load.recordBytes);
  const endMs = clock.monotonic() + seconds * 1_000;
  const perTurn = Math.max(1, Math.min(30, Math.round(30_000 / load.recordBytes)));
  void process.spawn(async () => {
    let key = 0;
    while (clock.monotonic() < endMs) {
      key += 1;
      if (!producer.tryPut({ partitionKey: `${name}-${key % 500}`, data })) await producer.waitForRoom();
      else if (key % perTurn === 0) await delay(clock, 10);
    }
  });
  return producer;
}

function gained(before: ProducerStats, after: ProducerStats, seconds: number) {
  const bytes = (after.storedBytes - before.storedBytes) / (seconds * bytesPerSecond);
  const entries = (after.storedEntries - before.storedEntries) / (seconds * recordsPerSecond);
  return {
    bytes,
    entries,
    /** Of the limit that is nearer. */
    share: Math.max(bytes, entries),
    sent: after.sentEntries - before.sentEntries,
    throttled: after.throttledEntries - before.throttledEntries,
    failed: Object.values(after.failedRecords).reduce((sum, count) => sum + count, 0),
  };
}

function newKinesis(world: World, latencyMs: number, writeModel: WriteModel, maxRecordKiB = 1_024) {
  return new LocalKinesis({
    clock: world.clock,
    random: seededRandom(world.seed),
    streams: [{ name: 's', shards: 1, maxRecordKiB }],
    limits: { writeModel },
    faults: [{ kind: 'latency', operation: 'PutRecords', delayMs: latencyMs, jitterMs: latencyMs / 2 }],
  });
}

describe('P5: a saturated shard', () => {
  // A window refuses the entry that straddles its end, however even the rate, and then has no room for another of its size.
  test.each([
    [5, 'token-bucket', 'aggregated', small, 0.97, 0.02],
    [50, 'token-bucket', 'aggregated', small, 0.97, 0.02],
    [200, 'token-bucket', 'aggregated', small, 0.97, 0.02],
    [50, 'single-tank', 'aggregated', small, 0.97, 0.02],
    [50, 'fixed-window', 'aggregated', small, 0.87, 0.025],
    [50, 'token-bucket', '200 B', alone(200), 0.97, 0.02],
    [200, 'token-bucket', '200 B', alone(200), 0.97, 0.02],
    [50, 'fixed-window', '200 B', alone(200), 0.92, 0.02],
    [50, 'token-bucket', '50 kB', alone(50_000), 0.97, 0.02],
    [50, 'fixed-window', '50 kB', alone(50_000), 0.9, 0.02],
    [50, 'token-bucket', '900 kB', alone(900_000), 0.97, 0.02],
    [50, 'single-tank', '900 kB', alone(900_000), 0.97, 0.02],
  ] as const)(
    'one producer reaches the cap at %d ms of latency, limits as a %s, %s',
    async (ms, model, _what, load, share, refused) => {
      const { value } = await simulate({ seed: ms }, async (world) => {
        const producer = await saturate(world, newKinesis(world, ms, model), 'one', 42, load);
        await world.delay(2_000);
        const early = producer.stats();
        await world.delay(38_000);
        return gained(early, producer.stats(), 38);
      });
      expect(value.share).toBeGreaterThan(share);
      expect(value.throttled).toBeLessThanOrEqual(refused * value.sent);
      expect(value.failed).toBe(0);
    },
  );

  test.each([
    ['token-bucket', 'aggregated', small, 0.95],
    ['fixed-window', 'aggregated', small, 0.92],
    ['token-bucket', '200 B', alone(200), 0.95],
  ] as const)(
    'three producers started ten seconds apart share it fairly, limits as a %s, %s',
    async (model, _what, load, share) => {
      const { value } = await simulate({ seed: 7 }, async (world) => {
        const kinesis = newKinesis(world, 10, model);
        const producers: Producer[] = [];
        for (const name of ['one', 'two', 'three']) {
          producers.push(await saturate(world, kinesis, name, 100, load));
          await world.delay(10_000);
        }
        await world.delay(20_000);
        const early = producers.map((producer) => producer.stats());
        await world.delay(30_000);
        return producers.map((producer, at) => gained(early[at] as ProducerStats, producer.stats(), 30));
      });
      const sum = (of: (one: (typeof value)[number]) => number) =>
        value.reduce((total, one) => total + of(one), 0);
      const jain = sum(({ bytes }) => bytes) ** 2 / (3 * sum(({ bytes }) => bytes ** 2));
      expect(
        Math.max(
          sum(({ bytes }) => bytes),
          sum(({ entries }) => entries),
        ),
      ).toBeGreaterThan(share);
      expect(jain).toBeGreaterThan(0.9);
      expect(sum(({ throttled }) => throttled)).toBeLessThanOrEqual(0.08 * sum(({ sent }) => sent));
      expect(sum(({ failed }) => failed)).toBe(0);
    },
  );

  test('nobody starves beside others who put large entries', async () => {
    const { value } = await simulate({ seed: 8 }, async (world) => {
      const kinesis = newKinesis(world, 10, 'token-bucket');
      const producers: Producer[] = [];
      for (const name of ['one', 'two', 'three']) {
        producers.push(await saturate(world, kinesis, name, 150, alone(400_000)));
      }
      await world.delay(120_000);
      return producers.map((producer) => producer.stats());
    });
    for (const stats of value) {
      expect(stats.storedBytes).toBeGreaterThan(0.2 * 120 * bytesPerSecond);
      expect(stats.failedRecords).toEqual({});
    }
  });

  test.each([
    [200, [10, 10], 0.08],
    [400, [400, 5], 0.05],
  ] as const)('nobody starves %d ms from the service beside others at %j ms', async (ms, others, share) => {
    const { value } = await simulate({ seed: 11 }, async (world) => {
      const kinesis = newKinesis(world, 0, 'token-bucket');
      const producers: Producer[] = [];
      for (const [at, distanceMs] of [ms, ...others].entries()) {
        producers.push(await saturate(world, kinesis, `p${at}`, 58, { ...small, distanceMs }));
      }
      await world.delay(20_000);
      const early = producers.map((producer) => producer.stats());
      await world.delay(36_000);
      return producers.map((producer, at) => gained(early[at] as ProducerStats, producer.stats(), 36));
    });
    for (const { bytes, failed } of value) {
      expect(bytes).toBeGreaterThan(share);
      expect(failed).toBe(0);
    }
    expect(value.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(0.97);
  });

  test('a backlog that was sealed before the round trip was known is sent at the cap', async () => {
    const mib = 8;
    const { value } = await simulate({ seed: 9 }, async (world) => {
      const kinesis = newKinesis(world, 200, 'token-bucket');
      const { process, producer } = start(world, kinesis, 'one', {
        // Waiting aggregates stand in their encoders, which are up to twice as large (P2).
        maxOutstandingBytes: 4 * mib * bytesPerSecond,
      });
      const data = new Uint8Array(1_000);
      for (let at = 0; at < mib * 1_024; at += 1) producer.tryPut({ partitionKey: `key-${at % 500}`, data });
      const startedMs = world.clock.monotonic();
      await process.spawn(() => producer.flush());
      return { seconds: (world.clock.monotonic() - startedMs) / 1_000, stats: producer.stats() };
    });
    expect(value.stats.storedRecords).toBe(mib * 1_024);
    expect(value.seconds).toBeLessThan(1.3 * mib);
  });

  test.each(['token-bucket', 'single-tank'] as const)(
    'records of 5 MiB draw on the burst and are hardly refused, small ones flow beside them: limits as a %s',
    async (model) => {
      const { value } = await simulate({ seed: 10 }, async (world) => {
        const kinesis = newKinesis(world, 20, model, 10_240);
        const { process, producer } = start(world, kinesis, 'one', { maxOutstandingBytes: 67_108_864 });
        await process.spawn(() => producer.start());
        const large = new Uint8Array(5_242_000);
        for (let at = 0; at < 6; at += 1) producer.tryPut({ partitionKey: `large-${at}`, data: large });
        for (let at = 0; at < 200; at += 1) producer.tryPut({ partitionKey: `small-${at}`, data: 'x' });
        const startedMs = world.clock.monotonic();
        await process.spawn(() => producer.flush());
        return { seconds: (world.clock.monotonic() - startedMs) / 1_000, stats: producer.stats() };
      });
      expect(value.stats.storedRecords).toBe(206);
      expect(value.stats.throttledEntries).toBeLessThanOrEqual(1);
      expect(value.seconds).toBeLessThan(31);
    },
  );
});
