import { delay, seededRandom } from '@shardline/core/internal';
import { type Fault, LocalKinesis } from '@shardline/local';
import { simulate, type World } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { Producer } from '../src/producer.js';
import { readStream } from './simulation/read-stream.js';
import { localKinesisApi } from './support/local-kinesis-api.js';

/*
 * A stream that is scaled while records flow at half its cap, in virtual time. Catches: records lost, or read in another order of
 * their key than they were put, by a reader with KCL's rules; more repeats than aggregates that were on their way; listings
 * without bound. Cannot catch: how long the service takes to reshard.
 */

const shards = 4;
const keys = 200;
const dataBytes = 1_000;
const seconds = 18;
/** Half of what four shards take in 10 ms. */
const perTurn = Math.round((shards * 1_048_576) / 2 / dataBytes / 100);

interface Reshard {
  readonly atMs: number;
  readonly shardCount: number;
}

interface Scaling {
  readonly reshards: readonly Reshard[];
  readonly faults?: readonly Fault[];
}

/** The lanes that each reshard closes: one aggregate of each may be on its way. */
function lanesClosed(reshards: readonly Reshard[]): number {
  const counts = [shards, ...reshards.map(({ shardCount }) => shardCount)];
  return counts.slice(0, -1).reduce((sum, count) => sum + count, 0);
}

async function play(world: World, { reshards, faults = [] }: Scaling) {
  const kinesis = new LocalKinesis({
    clock: world.clock,
    random: seededRandom(world.seed),
    streams: [{ name: 's', shards }],
    faults: [{ kind: 'latency', operation: 'PutRecords', delayMs: 20, jitterMs: 30 }, ...faults],
  });
  const process = world.process('producer');
  const calls: Record<string, number> = {};
  const call = process.remote((operation: string, input: object, options?: { signal?: AbortSignal }) => {
    calls[operation] = (calls[operation] ?? 0) + 1;
    return kinesis.call(operation, input, options);
  });
  const { clock, random } = process;
  const wrong: number[] = [];
  const producer = new Producer(
    {
      stream: 's',
      onOutcomes: () => {},
      onEvent: (event) => {
        if (event.type === 'retry' && event.reason === 'wrong-shard') wrong.push(event.userRecords);
      },
    },
    { api: localKinesisApi((...args) => call(...args), 's'), clock, random },
  );
  for (const { atMs, shardCount } of reshards) {
    world.clock.schedule(atMs, () => {
      kinesis.faults.add({ kind: 'reshard', stream: 's', change: { shardCount } });
    });
  }
  let put = 0;
  await process.spawn(async () => {
    while (put < perTurn * 100 * seconds) {
      for (let more = perTurn; more > 0; more -= 1, put += 1) {
        const data = `${put}:`.padEnd(dataBytes, 'x');
        if (!producer.tryPut({ partitionKey: `key-${put % keys}`, data }))
          throw new Error('half the cap must fit');
      }
      await delay(clock, 10);
    }
    await producer.close();
  });
  const read = await readStream(world, kinesis, 's', 'kcl');
  return { put, read, wrong, calls, stats: producer.stats() };
}

/** First copies by key, and from how many aggregates repeats came. */
function judge(read: Awaited<ReturnType<typeof play>>['read']) {
  const seen = new Set<string>();
  const newest = new Map<string, number>();
  const repeating = new Set<string>();
  let swapped = 0;
  for (const { text, partitionKey, shardId, sequenceNumber } of read) {
    if (seen.has(text)) {
      repeating.add(`${shardId}/${sequenceNumber}`);
      continue;
    }
    seen.add(text);
    const id = Number.parseInt(text, 10);
    if (id < (newest.get(partitionKey) ?? -1)) swapped += 1;
    newest.set(partitionKey, id);
  }
  return { distinct: seen.size, swapped, repeating: repeating.size };
}

const scaling: Scaling = {
  reshards: [
    { atMs: 6_000, shardCount: 8 },
    { atMs: 12_000, shardCount: 3 },
  ],
};

describe('P3, P4: scaling under load', () => {
  test.each([
    ['4 to 8 to 3', scaling, 1, 7],
    ['4 to 8 to 3', scaling, 2, 7],
    [
      '4 to 8 to 3 with listings that lag behind',
      { ...scaling, faults: [{ kind: 'staleListShards', ageMs: 2_000 }] },
      3,
      36,
    ],
    [
      'through generations that no listing shows',
      { reshards: [8, 3, 7, 2].map((shardCount, at) => ({ atMs: 6_000 + 40 * at, shardCount })) },
      4,
      20,
    ],
    [
      'through generations that no listing shows, which lag behind',
      {
        reshards: [8, 3].map((shardCount, at) => ({ atMs: 6_000 + 500 * at, shardCount })),
        faults: [{ kind: 'staleListShards', ageMs: 1_000 }],
      },
      5,
      24,
    ],
  ] as const satisfies readonly (readonly [string, Scaling, number, number])[])(
    '%s: nothing is lost or swapped, little repeated, listings are bounded',
    async (_what, given: Scaling, seed, pages) => {
      const { value } = await simulate({ seed }, (world) => play(world, given));
      const { put, read, wrong, calls, stats } = value;
      const { distinct, swapped, repeating } = judge(read);
      expect(stats.storedRecords).toBe(put);
      expect(distinct).toBe(put);
      expect([swapped, stats.orderInverted]).toEqual([0, 0]);
      expect(repeating).toBeLessThanOrEqual(lanesClosed(given.reshards));
      expect(wrong.length).toBeLessThanOrEqual(lanesClosed(given.reshards));
      // Descriptions are part of the routine. Of listings a page has three shards: 4, 8 and 3 shards, listed once each, are seven.
      expect(calls.DescribeStreamSummary).toBe(1);
      expect(calls.ListShards).toBeLessThanOrEqual(pages);
    },
  );
});
