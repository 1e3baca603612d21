import { createHook } from 'node:async_hooks';
import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { expect, test, vi } from 'vitest';
import type { ProducerEvent } from '../src/events.js';
import { Placement } from '../src/placement.js';
import type { ShardMap } from '../src/shard-map.js';
import { FakeKinesisApi, failing, unanswered } from './support/fake-kinesis-api.js';
import { watch } from './support/producer-under-test.js';
import { evenShards, shardId, split } from './support/shards.js';

function makePlacement(aggregate: 'auto' | 'always' | 'never' = 'auto') {
  const clock = new ManualClock();
  const api = new FakeKinesisApi(clock, evenShards(2));
  const told: ProducerEvent[] = [];
  const placed: (readonly string[] | undefined)[] = [];
  let releases = 0;
  const placement = new Placement({
    api,
    clock,
    random: seededRandom(1),
    aggregate,
    requestTimeoutMs: 6_000,
    recordTtlMs: 30_000,
    replace: (map: ShardMap | undefined) => placed.push(map?.shards.map((shard) => shard.shardId)),
    release: () => {
      releases += 1;
    },
    tell: (make) => told.push(make()),
  });
  const reasons = () =>
    told.map((event) =>
      'call' in event ? `${event.type}: ${event.call} ${event.reason}` : `${event.type}: ${event.reason}`,
    );
  return { clock, api, placement, placed, reasons, releases: () => releases };
}

const first = [shardId(0), shardId(1)];

test('the first map places records, then they are released, once', async () => {
  const { clock, placement, placed, reasons, releases } = makePlacement();
  placement.start();
  placement.start();
  await clock.advance(0);
  expect([placed, reasons(), releases()]).toEqual([[first], ['shard-map: first'], 1]);
  const refreshed = placement.refresh();
  await clock.advance(200);
  await refreshed;
  expect(releases()).toBe(1);
});

test('records are released without a map when the first fetch fails', async () => {
  const { clock, api, placement, placed, reasons, releases } = makePlacement();
  api.list = failing('AccessDeniedException') as () => never;
  placement.start();
  await clock.advance(0);
  expect([placed, reasons(), releases()]).toEqual([
    [],
    ['shard-map-failed: ListShards AccessDeniedException'],
    1,
  ]);
  expect(placement.openShardCount).toBe(2);
});

test('a map that shows the same shards changes nothing; one that shows others does', async () => {
  const { clock, api, placement, placed, reasons } = makePlacement();
  placement.start();
  await clock.advance(0);
  api.shards = [...evenShards(2)].reverse();
  await clock.advance(60_000);
  expect(placed).toEqual([first]);
  api.shards = split(evenShards(2), 1, 2);
  await clock.advance(60_000);
  expect(placed).toEqual([first, [shardId(0), shardId(2), shardId(3)]]);
  expect(reasons()).toEqual(['shard-map: first', 'shard-map: changed']);
  expect(placement.openShardCount).toBe(3);
});

test('a stream made anew under its name, with the ids of the old one, is a changed map', async () => {
  const { clock, api, placement, placed } = makePlacement();
  placement.start();
  await clock.advance(0);
  const [lower, upper] = evenShards(2);
  api.shards = [
    {
      shardId: shardId(0),
      startingHashKey: upper?.startingHashKey ?? '',
      endingHashKey: upper?.endingHashKey ?? '',
    },
    {
      shardId: shardId(1),
      startingHashKey: lower?.startingHashKey ?? '',
      endingHashKey: lower?.endingHashKey ?? '',
    },
  ];
  await clock.advance(60_000);
  expect(placed).toEqual([first, first]);
});

test('a shard that no map shows asks for a newer one at once, a known one does not', async () => {
  const { clock, api, placement, placed } = makePlacement();
  placement.start();
  await clock.advance(0);
  placement.met(shardId(1));
  await clock.advance(1_000);
  expect(api.queries).toHaveLength(1);
  api.shards = split(evenShards(2), 0, 2);
  placement.met(shardId(2));
  await clock.advance(1_000);
  expect([api.queries.length, placed.length]).toEqual([2, 2]);
});

test('P4: a shard is sought for no longer than until the outcome of its record is due, and says why in vain', async () => {
  const { clock, api, placement } = makePlacement();
  placement.start();
  await clock.advance(38_500);
  api.list = failing('InternalFailure', 500) as () => never;
  const scheduled = vi.spyOn(clock, 'schedule');
  const failure = { call: 'ListShards', reason: 'InternalFailure', message: 'InternalFailure, scripted.' };
  for (const [putAtMs, withinMs] of [
    [4_000, 1_500],
    [38_000, 5_000],
    [undefined, 5_000],
    [0, 0],
  ] as const) {
    const atMs = clock.monotonic();
    const origin = putAtMs === undefined ? undefined : putAtMs + atMs - 38_500;
    const sought = placement.locate(shardId(9), shardId(0), origin);
    const watched = watch(sought);
    await clock.advance(Math.max(0, withinMs - 1));
    expect(watched.state).toBe(withinMs === 0 ? 'stored' : 'pending');
    await clock.advance(1);
    expect(await sought).toMatchObject({ landed: undefined, failure });
  }
  // Node warns of a negative one.
  expect(scheduled.mock.calls.every(([ms]) => ms >= 0)).toBe(true);
});

test('P4: where listings work, no other call is blamed for a shard that none shows', async () => {
  const { clock, api, placement } = makePlacement();
  api.describe = failing('AccessDeniedException') as () => never;
  placement.start();
  await clock.advance(0);
  const sought = placement.locate(shardId(9), shardId(0));
  await clock.advance(5_000);
  expect(await sought).toMatchObject({ landed: undefined, failure: undefined });
  expect(placement.mapStats.lastFailure).toMatchObject({ call: 'DescribeStreamSummary' });
});

test.each([
  [{ describe: unanswered }, 'TimeoutError'],
  [{ describe: failing('AccessDeniedException') as () => never }, undefined],
  [{}, undefined],
])('records that wait for the first fetch know what made it late: %#', async (broken, reason) => {
  const { clock, api, placement } = makePlacement();
  Object.assign(api, { list: unanswered, ...broken });
  placement.start();
  await clock.advance(4_999);
  expect([placement.isDescribed, placement.mapFailure]).toEqual([false, undefined]);
  // The description is late, and the listing is not answered yet.
  if (reason) {
    await clock.advance(4_000);
    expect([placement.isDescribed, placement.mapFailure?.reason]).toEqual([false, reason]);
  }
  await clock.advance(2_000);
  expect([placement.isDescribed, placement.mapFailure]).toEqual([true, undefined]);
  expect(placement.mapStats.lastFailure).toMatchObject({ call: 'ListShards', reason: 'TimeoutError' });
});

test('P2: a shard that no map shows leaves nothing behind for each record that it took', async () => {
  const { clock, api, placement } = makePlacement();
  placement.start();
  await clock.advance(0);
  api.list = unanswered;
  placement.met(shardId(2));
  placement.streamNotFound();
  await clock.advance(1_000);
  let promises = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'PROMISE') promises += 1;
    },
  }).enable();
  for (let record = 0; record < 100; record += 1) placement.met(shardId(2));
  hook.disable();
  expect(promises).toBe(0);
});

test('P4: AUTO by the summary stops aggregation, before any map places records', async () => {
  const { clock, api, placement, placed, reasons } = makePlacement();
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  placement.start();
  await clock.advance(120_000);
  expect(placed).toEqual([undefined]);
  expect(reasons()).toEqual(['aggregation-stopped: summary', 'shard-map: first']);
});

test('P4: once stopped, by evidence, no map places records again', async () => {
  const { clock, api, placement, placed, reasons } = makePlacement();
  placement.start();
  await clock.advance(0);
  placement.stopAggregating('evidence');
  placement.stopAggregating('evidence');
  api.shards = split(evenShards(2), 1, 2);
  await clock.advance(60_000);
  expect(placed).toEqual([first, undefined]);
  expect(reasons().filter((reason) => reason.startsWith('aggregation'))).toEqual([
    'aggregation-stopped: evidence',
  ]);
});

test('P4: a stream that goes over to AUTO and back is sent aggregates again, by the newest map', async () => {
  const { clock, api, placement, placed, reasons } = makePlacement();
  placement.start();
  await clock.advance(0);
  placement.stopAggregating('evidence');
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  await clock.advance(61_000);
  api.shards = split(evenShards(2), 1, 2);
  api.summary = { ...api.summary, recordDistribution: 'USER_PARTITION_KEY' };
  await clock.advance(61_000);
  expect(placed[0]).toEqual(first);
  expect(placed[1]).toBeUndefined();
  expect(placed.at(-1)).toEqual([shardId(0), shardId(2), shardId(3)]);
  expect(reasons().filter((reason) => reason.startsWith('aggregation'))).toEqual([
    'aggregation-stopped: evidence',
    'aggregation-resumed: summary',
  ]);
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  await clock.advance(61_000);
  expect(placed.at(-1)).toBeUndefined();
});

test('P3: there is no order only while the stream says so itself', async () => {
  const { clock, api, placement } = makePlacement();
  const says = async (recordDistribution: 'AUTO' | 'USER_PARTITION_KEY' | undefined) => {
    api.summary = { ...api.summary, recordDistribution };
    await clock.advance(61_000);
    return placement.hasNoOrder;
  };
  placement.start();
  placement.stopAggregating('evidence');
  expect(placement.hasNoOrder).toBe(false);
  expect([await says(undefined), await says('AUTO'), await says(undefined)]).toEqual([false, true, true]);
  expect(await says('USER_PARTITION_KEY')).toBe(false);
  placement.stopAggregating('evidence');
  expect([placement.hasNoOrder, await says('USER_PARTITION_KEY'), await says('AUTO')]).toEqual([
    false,
    false,
    true,
  ]);
});

test('P4: a description that leaves the distribution out does not take AUTO back', async () => {
  const { clock, api, placement, placed } = makePlacement();
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  placement.start();
  await clock.advance(0);
  api.summary = { ...api.summary, recordDistribution: undefined };
  await clock.advance(130_000);
  expect(placed).toEqual([undefined]);
});

test('a stream that was not found leaves the map in doubt until a newer one is there', async () => {
  const { clock, api, placement } = makePlacement();
  placement.start();
  await clock.advance(0);
  expect(placement.isInDoubt).toBe(false);
  api.list = failing('ResourceNotFoundException') as () => never;
  placement.streamNotFound();
  await clock.advance(3_000);
  expect(placement.isInDoubt).toBe(true);
  expect(api.queries.length).toBeLessThan(12);
  api.list = () => api.shards;
  await clock.advance(31_000);
  expect(placement.isInDoubt).toBe(false);
});

test('a listing that does not find the stream leaves the map in doubt too', async () => {
  const { clock, api, placement } = makePlacement();
  placement.start();
  await clock.advance(0);
  api.list = failing('ResourceNotFoundException') as () => never;
  await clock.advance(61_000);
  expect(placement.isInDoubt).toBe(true);
});

test("P4: with 'always' the maps place records whatever the stream says", async () => {
  const { clock, api, placement, placed, reasons } = makePlacement('always');
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  placement.start();
  await clock.advance(0);
  placement.stopAggregating('evidence');
  expect([placed, reasons()]).toEqual([[first], ['shard-map: first']]);
});

test.each([
  ['auto', 1],
  ['always', 0],
  ['never', 0],
] as const)("P4: with '%s' a summary without the field is told of %i times", async (aggregate, times) => {
  const { clock, api, placement, reasons } = makePlacement(aggregate);
  api.summary = { ...api.summary, recordDistribution: undefined };
  placement.start();
  await clock.advance(300_000);
  expect(reasons().filter((reason) => reason.startsWith('distribution-unknown'))).toEqual(
    new Array(times).fill('distribution-unknown: not-said'),
  );
});

test('a passing fault of the description is told of, and does not make the distribution unknown', async () => {
  const { clock, api, placement, reasons } = makePlacement();
  api.describe = failing('LimitExceededException') as () => never;
  placement.start();
  await clock.advance(0);
  expect(reasons()).toEqual([
    'shard-map-failed: DescribeStreamSummary LimitExceededException',
    'shard-map: first',
  ]);
});

test("the stream's record limit is the service's default until it is described", async () => {
  const { clock, api, placement } = makePlacement();
  api.summary = { ...api.summary, maxRecordBytes: 5_242_880 };
  expect([placement.isDescribed, placement.maxRecordBytes]).toEqual([false, 1_048_576]);
  placement.start();
  await clock.advance(0);
  expect([placement.isDescribed, placement.maxRecordBytes]).toEqual([true, 5_242_880]);
});

test('a passing fault leaves the record limit to the service, until an early retry learns it', async () => {
  const { clock, api, placement } = makePlacement();
  api.summary = { ...api.summary, maxRecordBytes: 5_242_880 };
  api.describe = failing('LimitExceededException') as () => never;
  placement.start();
  await clock.advance(0);
  expect([placement.isDescribed, placement.maxRecordBytes]).toEqual([true, 10_485_760]);
  api.describe = () => api.summary;
  await clock.advance(2_000);
  expect(placement.maxRecordBytes).toBe(5_242_880);
  api.describe = failing('LimitExceededException') as () => never;
  await clock.advance(120_000);
  expect(placement.maxRecordBytes).toBe(5_242_880);
});

test("without the right to describe the stream its record limit is the service's default", async () => {
  const { clock, api, placement, reasons } = makePlacement();
  api.describe = failing('AccessDeniedException') as () => never;
  placement.start();
  await clock.advance(0);
  expect([placement.isDescribed, placement.maxRecordBytes]).toEqual([true, 1_048_576]);
  expect(reasons()).toContain('distribution-unknown: AccessDeniedException');
});

test('P4: a stream that places records itself is found out early although its first description failed', async () => {
  const { clock, api, placement, placed } = makePlacement();
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  api.describe = failing('InternalFailure', 500) as () => never;
  placement.start();
  await clock.advance(0);
  api.describe = () => api.summary;
  await clock.advance(2_000);
  expect(placed).toEqual([first, undefined]);
});

test('P6: close ends a fetch that never answers', async () => {
  const { clock, api, placement } = makePlacement();
  api.describe = unanswered;
  const refreshed = watch(placement.refresh());
  await clock.advance(10);
  const closed = placement.close();
  await clock.advance(0);
  await closed;
  expect([refreshed.state, clock.pending]).toEqual(['stored', 0]);
});
