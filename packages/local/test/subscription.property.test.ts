import type { StartingPosition, SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import { seededRandom } from '@shardline/core/internal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fault, SubscriptionCut } from '../src/index.js';
import { arn, id, type Service, service, stream } from './support/service.js';
import { makeConsumer, subscribe, textsOf } from './support/subscriber.js';

const cuts: readonly SubscriptionCut[] = [
  'end',
  'fin',
  'reset',
  'cancel',
  'internal-error',
  'goaway',
  'corrupt',
];

const faults: fc.Arbitrary<readonly Fault[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('cutSubscription' as const),
      how: fc.constantFrom(...cuts),
      afterEvents: fc.nat({ max: 4 }),
      times: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({
      kind: fc.constant('failSubscription' as const),
      errorCode: fc.constant('InternalFailureException'),
      afterEvents: fc.nat({ max: 4 }),
      times: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({
      kind: fc.constant('stallSubscription' as const),
      afterEvents: fc.nat({ max: 4 }),
      times: fc.constant(1),
    }),
    fc.record({
      kind: fc.constant('slowSubscription' as const),
      delayMs: fc.nat({ max: 2_000 }),
      times: fc.constant(2),
    }),
  ),
  { maxLength: 5 },
);

/** What a subscription delivered until it ended, however it ended. */
async function readOne(it: Service, consumer: string, shard: number, position: StartingPosition) {
  const subscriber = await subscribe(it, consumer, shard, position);
  const events: SubscribeToShardEvent[] = [];
  for (;;) {
    const pulled = await subscriber.pullWithin(400_000);
    if (pulled === undefined) throw new Error('a subscription outlived its life');
    if (pulled === 'end' || pulled instanceof Error) return events;
    events.push(pulled);
  }
}

/** Reads a shard to its end as a simple reader would: whenever a subscription ends, on after its last number. */
async function readShard(it: Service, consumer: string, shard: number) {
  const texts: string[] = [];
  let position: StartingPosition = { Type: 'TRIM_HORIZON' };
  for (;;) {
    await it.clock.advance(5_000);
    for (const event of await readOne(it, consumer, shard, position)) {
      texts.push(...(textsOf(event) as readonly string[]));
      const { ContinuationSequenceNumber: SequenceNumber, ChildShards } = event;
      expect(SequenceNumber === undefined).toBe(ChildShards !== undefined);
      if (ChildShards)
        return { texts, children: ChildShards.map(({ ShardId = '' }) => Number(ShardId.slice(8))) };
      position = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber };
    }
  }
}

/** The texts of a shard and of those that came of it. Open shards hold nothing here, and have no end to read to. */
async function readTree(it: Service, consumer: string, shard: number, open: readonly (string | undefined)[]) {
  if (open.includes(id(shard))) return [];
  const { texts, children } = await readShard(it, consumer, shard);
  for (const child of children) texts.push(...(await readTree(it, consumer, child, open)));
  return texts;
}

it('whatever goes wrong, a reader that goes on after the last number gets each record once, parents before children', async () => {
  await fc.assert(
    fc.asyncProperty(
      faults,
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      async (plan, puts, seed) => {
        const it = service({ faults: plan, limits: 'none', random: seededRandom(seed), transitionMs: 0 });
        const consumer = await makeConsumer(it, arn);
        const expected: string[] = [];
        for (const [round, count] of puts.entries()) {
          const texts = Array.from({ length: count }, (_, index) => `${round}.${index}`);
          await it.put(texts, '7');
          expected.push(...texts);
          it.clock.pass(seed % 2 === 0 ? 400_000 : 10);
          if (round === 1) {
            const NewStartingHashKey = String(2n ** 127n);
            await it.call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey });
          }
        }
        // What is open ends too, so that there is an end to read to.
        for (const { ShardId = '', HashKeyRange } of await it.shards({ Type: 'AT_LATEST' })) {
          const NewStartingHashKey = String(BigInt(HashKeyRange?.StartingHashKey ?? 0) + 100n);
          await it.call('SplitShard', { StreamName: stream, ShardToSplit: ShardId, NewStartingHashKey });
        }
        const open = (await it.shards({ Type: 'AT_LATEST' })).map(({ ShardId }) => ShardId);
        expect(await readTree(it, consumer, 0, open)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});
