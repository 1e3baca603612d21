import type { GetRecordsOutput, Shard, ShardIteratorType } from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Service, service, stream } from '../support/service.js';

/*
 * Whatever is put, however the stream is resharded and whatever is past retention: what a reader may build on.
 */

const hourMs = 3_600_000;

type Reshard = 'split' | 'merge' | 'three';

type Step =
  | { readonly put: number }
  | { readonly passMs: number }
  | { readonly reshard: Reshard; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ put: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      passMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.constantFrom(30_000, hourMs, 9 * hourMs)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      reshard: fc.constantFrom<Reshard[]>('split', 'merge', 'three'),
      which: fc.nat(9),
    }),
  },
);
const steps = fc.array(step, { minLength: 1, maxLength: 25 });

/** A record as its put was answered. */
interface Put {
  readonly text: string;
  readonly shardId: string;
  readonly number: bigint;
  readonly atMs: number;
}

/** A stream that the steps were played on. */
interface World extends Service {
  readonly puts: readonly Put[];
  readonly pageLimit: number;
  /** What is not yet past retention now. */
  kept(): readonly Put[];
}

async function play(all: readonly Step[], pageLimit: number): Promise<World> {
  const own = service({ limits: 'none', transitionMs: 0, emptyPageGapMs: 60_000 }, 2);
  const { call, clock } = own;
  const puts: Put[] = [];
  for (const action of all) {
    if ('passMs' in action) clock.pass(action.passMs);
    else if ('put' in action) await put(own, puts, action.put);
    else await reshard(own, action.reshard, action.which);
  }
  await call('ListShards', { StreamName: stream });
  const kept = () => puts.filter(({ atMs }) => atMs >= clock.now() - 24 * hourMs);
  return { ...own, puts, pageLimit, kept };
}

async function put({ call, clock }: Service, puts: Put[], count: number): Promise<void> {
  const texts = Array.from({ length: count }, (_, index) => `${puts.length + index}`);
  const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
  const answer = await call('PutRecords', { StreamName: stream, Records });
  for (const [index, { ShardId, SequenceNumber }] of (answer.Records ?? []).entries()) {
    const number = BigInt(SequenceNumber ?? 0);
    puts.push({ text: texts[index] ?? '', shardId: ShardId ?? '', number, atMs: clock.now() });
  }
}

async function reshard({ call, shards }: Service, how: Reshard, which: number) {
  const open = (await shards({ Type: 'AT_LATEST' })).toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  const shard = open[which % open.length];
  const next = open[(which % open.length) + 1];
  if (how === 'split' && open.length < 8) {
    const NewStartingHashKey = String(
      (startOf(shard) + BigInt(shard?.HashKeyRange?.EndingHashKey ?? 0)) / 2n,
    );
    await call('SplitShard', { StreamName: stream, ShardToSplit: shard?.ShardId, NewStartingHashKey });
  } else if (how === 'merge' && next) {
    await call('MergeShards', {
      StreamName: stream,
      ShardToMerge: shard?.ShardId,
      AdjacentShardToMerge: next.ShardId,
    });
  } else if (how === 'three' && open.length <= 6 && open.length >= 2) {
    await call('UpdateShardCount', {
      StreamName: stream,
      TargetShardCount: 3,
      ScalingType: 'UNIFORM_SCALING',
    });
  }
}

const startOf = (shard: Shard | undefined) => BigInt(shard?.HashKeyRange?.StartingHashKey ?? 0);

/** Reads a shard on until nothing is left, checking each page on its own. */
async function read(
  { call, iterator, pageLimit }: World,
  shardId: string,
  type: ShardIteratorType = 'TRIM_HORIZON',
  more: object = {},
) {
  let ShardIterator: string | undefined = await iterator(shardId, type, more);
  const records: NonNullable<GetRecordsOutput['Records']> = [];
  let emptyBehind = 0;
  for (;;) {
    const page: GetRecordsOutput = await call('GetRecords', { ShardIterator, Limit: pageLimit });
    const { Records = [], MillisBehindLatest = -1, NextShardIterator, ChildShards } = page;
    expect(Records.length).toBeLessThanOrEqual(pageLimit);
    expect(NextShardIterator === undefined).toBe(ChildShards !== undefined);
    records.push(...Records);
    // An empty page leads on to data: never to another one at the same moment.
    emptyBehind = Records.length === 0 && MillisBehindLatest > 0 ? emptyBehind + 1 : 0;
    expect(emptyBehind).toBeLessThanOrEqual(1);
    if (!NextShardIterator || MillisBehindLatest === 0) {
      expect(MillisBehindLatest).toBe(0);
      return { texts: records.map(({ Data }) => Buffer.from(Data ?? []).toString()), records, ChildShards };
    }
    ShardIterator = NextShardIterator;
  }
}

/** The range of a shard's sequence numbers, far above all of them while it is open, and its parents. */
function boundsOf({ SequenceNumberRange, ParentShardId, AdjacentParentShardId }: Shard) {
  const { StartingSequenceNumber = '', EndingSequenceNumber = '9'.repeat(56) } = SequenceNumberRange ?? {};
  const parents = [ParentShardId, AdjacentParentShardId];
  return { first: BigInt(StartingSequenceNumber), last: BigInt(EndingSequenceNumber), parents };
}

describe('a stream that is put to, resharded and trimmed', () => {
  it('has sequence numbers that rise in a shard, children’s above their parents’', async () => {
    const property = fc.asyncProperty(steps, async (all) => {
      const { puts, shards } = await play(all, 10);
      const bounds = new Map((await shards()).map((shard) => [shard.ShardId, boundsOf(shard)]));
      const newest = new Map<string, bigint>();
      for (const { shardId, number } of puts) {
        expect(number > (newest.get(shardId) ?? -1n)).toBe(true);
        newest.set(shardId, number);
        const { first, last } = bounds.get(shardId) ?? { first: number - 1n, last: number + 1n };
        expect(first < number && number < last).toBe(true);
      }
      for (const { first, parents } of bounds.values()) {
        for (const parent of parents) expect((bounds.get(parent)?.last ?? -1n) < first).toBe(true);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('gives each record that is not past retention once, in order, by pages of any size', async () => {
    const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 40 }), async (all, limit) => {
      const world = await play(all, limit);
      const listed = await world.shards();
      const found: string[] = [];
      for (const shard of listed) {
        const id = shard.ShardId ?? '';
        const { texts, records, ChildShards } = await read(world, id);
        expect(texts).toEqual(world.kept().flatMap(({ shardId, text }) => (shardId === id ? [text] : [])));
        expect(records.map(({ SequenceNumber }) => BigInt(SequenceNumber ?? 0))).toEqual(
          world.kept().flatMap(({ shardId, number }) => (shardId === id ? [number] : [])),
        );
        found.push(...texts);
        const children = listed.filter((other) =>
          [other.ParentShardId, other.AdjacentParentShardId].includes(id),
        );
        expect(ChildShards?.map(({ ShardId }) => ShardId) ?? []).toEqual(
          children.map(({ ShardId }) => ShardId),
        );
      }
      expect(found.toSorted()).toEqual(
        world
          .kept()
          .map(({ text }) => text)
          .toSorted(),
      );
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('can be read from any time and from any sequence number on', async () => {
    const property = fc.asyncProperty(
      steps,
      fc.nat(),
      fc.integer({ min: -1, max: 1 }),
      async (all, at, off) => {
        const world = await play(all, 7);
        const kept = world.kept();
        const from = kept[at % (kept.length || 1)];
        if (!from) return;
        const inShard = kept.filter(({ shardId }) => shardId === from.shardId);
        const textsFrom = async (type: ShardIteratorType, more: object) =>
          (await read(world, from.shardId, type, more)).texts;
        const later = (least: (one: Put) => boolean) => inShard.filter(least).map(({ text }) => text);
        const timeMs = Math.min(from.atMs + off, world.clock.now());
        expect(await textsFrom('AT_TIMESTAMP', { Timestamp: new Date(timeMs) })).toEqual(
          later(({ atMs }) => atMs >= timeMs),
        );
        const number = { StartingSequenceNumber: String(from.number) };
        expect(await textsFrom('AT_SEQUENCE_NUMBER', number)).toEqual(
          later((one) => one.number >= from.number),
        );
        expect(await textsFrom('AFTER_SEQUENCE_NUMBER', number)).toEqual(
          later((one) => one.number > from.number),
        );
        expect(await textsFrom('LATEST', {})).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
