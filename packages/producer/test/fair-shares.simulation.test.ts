import { delay, seededRandom } from '@shardline/core/internal';
import { LocalKinesis } from '@shardline/local';
import { simulate, type World } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { Producer } from '../src/producer.js';
import type { ProducerStats } from '../src/stats.js';
import { localKinesisApi } from './support/local-kinesis-api.js';

const bytesPerSecond = 1_048_576;
const data = new Uint8Array(1_000);

/** Puts as fast as there is room until `untilMs` of virtual time. */
async function saturate(
  world: World,
  kinesis: LocalKinesis,
  name: string,
  seconds: number,
): Promise<Producer> {
  const process = world.process(name);
  const call = process.remote((operation: string, input: object, options?: { signal?: AbortSignal }) =>
    kinesis.call(operation, input, options),
  );
  const { clock, random } = process;
  const producer = new Producer(
    { stream: 's', onOutcomes: () => {}, maxOutstandingBytes: 4_194_304 },
    { api: localKinesisApi((...args) => call(...args), 's'), clock, random },
  );
  const endMs = clock.monotonic() + seconds * 1_000;
  void process.spawn(async () => {
    let key = 0;
    while (clock.monotonic() < endMs) {
      key += 1;
      if (!producer.tryPut({ partitionKey: `${name}-${key % 100}`, data })) await producer.waitForRoom();
      else if (key % 30 === 0) await delay(clock, 10);
    }
  });
  return producer;
}

function gained(before: ProducerStats, after: ProducerStats) {
  return {
    storedBytes: after.storedBytes - before.storedBytes,
    sent: after.sentEntries - before.sentEntries,
    throttled: after.throttledEntries - before.throttledEntries,
    failed: Object.values(after.failedRecords).reduce((sum, count) => sum + count, 0),
  };
}

function newKinesis(
  world: World,
  latencyMs: number,
  writeModel: 'token-bucket' | 'fixed-window' | 'single-tank',
) {
  return new LocalKinesis({
    clock: world.clock,
    random: seededRandom(world.seed),
    streams: [{ name: 's', shards: 1 }],
    limits: { writeModel },
    faults: [{ kind: 'latency', operation: 'PutRecords', delayMs: latencyMs, jitterMs: latencyMs / 2 }],
  });
}

/** Offered about three times the cap, callers waiting. Judged by rates in virtual time, which repeat exactly. */
describe('P5: a saturated shard', () => {
  test.each([
    [5, 'token-bucket', 0.95, 0.02],
    [50, 'token-bucket', 0.95, 0.02],
    [200, 'token-bucket', 0.95, 0.02],
    [50, 'single-tank', 0.95, 0.02],
    // A window refuses the entry that straddles its end, however even the rate: each refusal costs a fifth for five seconds.
    [50, 'fixed-window', 0.85, 0.03],
  ] as const)(
    'one producer reaches the cap at %d ms of latency, limits as a %s',
    async (ms, model, share, refused) => {
      const { value } = await simulate({ seed: ms }, async (world) => {
        const producer = await saturate(world, newKinesis(world, ms, model), 'one', 60);
        await world.delay(2_000);
        const early = producer.stats();
        await world.delay(56_000);
        return gained(early, producer.stats());
      });
      expect(value.storedBytes).toBeGreaterThan(share * 56 * bytesPerSecond);
      expect(value.throttled).toBeLessThanOrEqual(refused * value.sent);
      expect(value.failed).toBe(0);
    },
  );

  test('three producers started ten seconds apart share it fairly', async () => {
    const { value } = await simulate({ seed: 7 }, async (world) => {
      const kinesis = newKinesis(world, 10, 'token-bucket');
      const producers: Producer[] = [];
      for (const name of ['one', 'two', 'three']) {
        producers.push(await saturate(world, kinesis, name, 140));
        await world.delay(10_000);
      }
      await world.delay(30_000);
      const early = producers.map((producer) => producer.stats());
      await world.delay(60_000);
      return producers.map((producer, index) => gained(early[index] as ProducerStats, producer.stats()));
    });
    const shares = value.map(({ storedBytes }) => storedBytes);
    const total = shares.reduce((sum, share) => sum + share, 0);
    const jain = total ** 2 / (3 * shares.reduce((sum, share) => sum + share ** 2, 0));
    const sent = value.reduce((sum, one) => sum + one.sent, 0);
    const throttled = value.reduce((sum, one) => sum + one.throttled, 0);
    expect(total).toBeGreaterThan(0.95 * 60 * bytesPerSecond);
    expect(jain).toBeGreaterThan(0.9);
    expect(throttled).toBeLessThanOrEqual(0.08 * sent);
  });
});
