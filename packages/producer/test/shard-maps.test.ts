import type { Clock } from '@shardline/core';
import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { StreamSummary } from '../src/kinesis-api.js';
import type { ShardMap, ShardRange } from '../src/shard-map.js';
import { ShardMaps, type ShardMapsParts } from '../src/shard-maps.js';
import { FakeKinesisApi, failing, unanswered } from './support/fake-kinesis-api.js';
import { watch } from './support/producer-under-test.js';
import { evenShards, shardId, split } from './support/shards.js';

function makeMaps(shards = 2, parts: Partial<ShardMapsParts> = {}) {
  const clock = new ManualClock();
  const api = new FakeKinesisApi(clock, evenShards(shards));
  const maps: ShardMap[] = [];
  const summaries: StreamSummary[] = [];
  const faults: string[] = [];
  const defects: unknown[] = [];
  const shardMaps = new ShardMaps({
    api,
    clock,
    random: seededRandom(1),
    callWithinMs: 5_000,
    onMap: (map) => maps.push(map),
    onSummary: (summary) => summaries.push(summary),
    onFault: (call, fault) => faults.push(`${call} ${fault.name}`),
    onDefect: (error) => defects.push(error),
    ...parts,
  });
  return { clock, api, maps, summaries, faults, defects, shardMaps };
}

const ids = (map: ShardMap | undefined) => map?.shards.map((shard) => shard.shardId);

test('description and map are fetched once, and the map once more for whoever asks meanwhile', async () => {
  const { clock, api, maps, summaries, shardMaps } = makeMaps();
  shardMaps.lookSoon();
  shardMaps.lookSoon();
  await clock.advance(0);
  expect([api.queries, api.describeCalls, shardMaps.isStarted]).toEqual([[{ filter: 'at-latest' }], 1, true]);
  expect([maps.map(ids), summaries.length]).toEqual([[[shardId(0), shardId(1)]], 1]);
});

test('the map is fetched about once a minute, with jitter so that a fleet is not in step', async () => {
  const { clock, api, shardMaps } = makeMaps();
  shardMaps.lookSoon();
  await clock.advance(47_000);
  expect(api.queries).toHaveLength(1);
  await clock.advance(14_000);
  expect(api.queries).toHaveLength(2);
  await clock.advance(600_000);
  expect(api.queries.length).toBeGreaterThanOrEqual(12);
  expect(api.queries.length).toBeLessThanOrEqual(15);
});

test('refresh resolves after a fetch that began after it was called', async () => {
  const { clock, api, maps, shardMaps } = makeMaps();
  let give = (_shards: readonly ShardRange[]) => {};
  api.list = () =>
    new Promise((resolve) => {
      give = resolve;
    });
  shardMaps.lookSoon();
  await clock.advance(0);
  const refreshed = watch(shardMaps.refresh());
  give(evenShards(2));
  await clock.advance(0);
  expect(refreshed.state).toBe('pending');
  await clock.advance(200);
  give(evenShards(3));
  await clock.advance(0);
  expect([refreshed.state, ids(maps.at(-1))?.length]).toEqual(['stored', 3]);
});

test('listings never overlap, and much evidence costs few calls', async () => {
  const { clock, api, shardMaps } = makeMaps();
  let running = 0;
  let most = 0;
  api.list = () =>
    new Promise((resolve) => {
      running += 1;
      most = Math.max(most, running);
      clock.schedule(50, () => {
        running -= 1;
        resolve(evenShards(2));
      });
    });
  for (let at = 0; at < 1_000; at += 1) {
    void shardMaps.refresh();
    await clock.advance(1);
  }
  await clock.advance(500);
  expect(most).toBe(1);
  expect(api.queries.length).toBeLessThanOrEqual(8);
});

test('a failed listing is told of and tried again, further apart each time; the map stays', async () => {
  const { clock, api, maps, faults, shardMaps } = makeMaps();
  shardMaps.lookSoon();
  await clock.advance(0);
  api.list = failing('LimitExceededException') as () => never;
  const fault = shardMaps.refresh();
  await clock.advance(200);
  expect(await fault).toMatchObject({ kind: 'throttled', name: 'LimitExceededException' });
  await clock.advance(59_800);
  const { length } = api.queries;
  expect(length).toBeGreaterThan(4);
  expect(length).toBeLessThan(30);
  expect(new Set(faults)).toEqual(new Set(['ListShards LimitExceededException']));
  expect(maps).toHaveLength(1);
  api.list = () => evenShards(4);
  await clock.advance(31_000);
  expect(ids(maps.at(-1))).toHaveLength(4);
});

test('a failed description is told of and does not stop the map', async () => {
  const { clock, api, maps, faults, shardMaps } = makeMaps();
  api.describe = failing('AccessDeniedException') as () => never;
  const refreshed = shardMaps.refresh();
  await clock.advance(0);
  expect(await refreshed).toBeUndefined();
  expect([faults, maps.length]).toEqual([['DescribeStreamSummary AccessDeniedException'], 1]);
});

test('a description that failed for the moment is tried again early, further apart each time', async () => {
  const { clock, api, summaries, faults, shardMaps } = makeMaps();
  api.describe = failing('LimitExceededException') as () => never;
  shardMaps.lookSoon();
  await clock.advance(40_000);
  expect(new Set(faults)).toEqual(new Set(['DescribeStreamSummary LimitExceededException']));
  expect(api.describeCalls).toBeGreaterThan(3);
  expect(api.describeCalls).toBeLessThan(25);
  api.describe = () => api.summary;
  await clock.advance(31_000);
  expect(summaries.length).toBeGreaterThanOrEqual(1);
});

test('a description that is not allowed is not asked for more often', async () => {
  const { clock, api, shardMaps } = makeMaps();
  api.describe = failing('AccessDeniedException') as () => never;
  shardMaps.lookSoon();
  await clock.advance(47_000);
  expect(api.describeCalls).toBe(1);
});

test('a call that times out says which it was and how long it took', async () => {
  const messages: string[] = [];
  const { clock, api, shardMaps } = makeMaps(2, { onFault: (_call, fault) => messages.push(fault.message) });
  api.describe = unanswered;
  api.list = unanswered;
  shardMaps.lookSoon();
  await clock.advance(10_000);
  expect(messages).toEqual([
    'DescribeStreamSummary was not answered within 5000 ms.',
    'ListShards was not answered within 5000 ms.',
  ]);
});

test.each(['onMap', 'onSummary'] as const)(
  'what %s throws is no fault of the service, and nobody waits on',
  async (part) => {
    const defect = new Error('a defect');
    const { clock, api, faults, defects, shardMaps } = makeMaps(2, {
      [part]: () => {
        throw defect;
      },
    });
    const refreshed = shardMaps.refresh();
    await clock.advance(0);
    expect([await refreshed, faults, defects]).toEqual([undefined, [], [defect]]);
    await clock.advance(61_000);
    expect(api.describeCalls).toBe(2);
  },
);

test('a listing with a hole, an overlap or nothing in it is not taken for a map', async () => {
  const { clock, api, maps, shardMaps } = makeMaps();
  const whole = evenShards(4);
  for (const shards of [
    whole.slice(1),
    whole.slice(0, 3),
    [],
    [whole[0], ...whole],
    [...whole.slice(0, 1), ...whole.slice(2)],
  ]) {
    api.list = () => shards as readonly ShardRange[];
    const refreshed = shardMaps.refresh();
    await clock.advance(200);
    expect(await refreshed).toMatchObject({ name: 'IncompleteListing', kind: 'transient' });
  }
  expect(maps).toEqual([]);
});

test('a call that is never answered is given up after five seconds', async () => {
  const { clock, api, faults, shardMaps } = makeMaps();
  api.list = unanswered;
  const refreshed = watch(shardMaps.refresh());
  await clock.advance(4_999);
  expect(refreshed.state).toBe('pending');
  await clock.advance(1);
  expect([refreshed.state, faults]).toEqual(['stored', ['ListShards TimeoutError']]);
});

test('P4: locate finds a shard in a map fetched after it was asked', async () => {
  const { clock, api, shardMaps } = makeMaps();
  shardMaps.lookSoon();
  await clock.advance(0);
  api.shards = split(evenShards(2), 1, 2);
  const located = shardMaps.locate(shardId(3), shardId(0));
  await clock.advance(200);
  const { landed, map } = await located;
  expect([landed, map?.has(shardId(1)), map?.has(shardId(0))]).toEqual([api.shards[2], false, true]);
});

test('P4: locate leaves no timer behind once it has found the shard', async () => {
  const { clock, shardMaps } = makeMaps();
  shardMaps.lookSoon();
  await clock.advance(0);
  const { pending } = clock;
  const located = watch(shardMaps.locate(shardId(1), shardId(0)));
  await clock.advance(200);
  expect([located.state, clock.pending]).toEqual(['stored', pending]);
});

test('P4: locate asks for what was made after the newest shard known before the one it looks for', async () => {
  const { clock, api, shardMaps } = makeMaps();
  const children = split(evenShards(2), 1, 2);
  const grandchildren = split(children, 2, 4);
  api.list = ({ filter }) =>
    filter === 'at-latest' ? grandchildren : [...children.slice(1), ...grandchildren];
  const located = shardMaps.locate(shardId(3), shardId(0));
  await clock.advance(0);
  expect((await located).landed).toEqual(children[2]);
  expect(api.queries).toEqual([{ filter: 'at-latest' }, { filter: 'after-shard-id', shardId: shardId(2) }]);
});

test('P4: locate asks for what was made after the shard it was told of, where the map has none left from before', async () => {
  const { clock, api, shardMaps } = makeMaps();
  const children = split(evenShards(2), 1, 2);
  const after = [6, 7].map((id, at) => ({ ...(evenShards(2)[at] as ShardRange), shardId: shardId(id) }));
  api.list = ({ filter }) => (filter === 'at-latest' ? after : [...children.slice(1), ...after]);
  const located = shardMaps.locate(shardId(3), shardId(1));
  await clock.advance(0);
  expect((await located).landed).toEqual(children[2]);
  expect(api.queries).toEqual([{ filter: 'at-latest' }, { filter: 'after-shard-id', shardId: shardId(1) }]);
});

test('P4: locate goes on where listings lag behind, until they show the shard', async () => {
  const { clock, api, shardMaps } = makeMaps();
  const located = watch(shardMaps.locate(shardId(3), shardId(0)));
  await clock.advance(2_000);
  expect(located.state).toBe('pending');
  api.shards = split(evenShards(2), 1, 2);
  await clock.advance(800);
  expect(located.state).toBe('stored');
});

test('P4: locate gives up after five seconds, however the listings fail', async () => {
  for (const list of [() => evenShards(2), failing('InternalFailure', 500) as () => never, unanswered]) {
    const { clock, api, shardMaps } = makeMaps();
    api.list = list;
    const found = watch(
      shardMaps
        .locate(shardId(9), shardId(0))
        .then((answer) => expect(answer).toEqual({ landed: undefined, map: undefined })),
    );
    await clock.advance(4_999);
    expect(found.state).toBe('pending');
    await clock.advance(1);
    expect(found.state).toBe('stored');
    expect(api.queries.length).toBeLessThan(60);
  }
});

test('P4: locate gives up after five seconds also where the listing of later shards is silent', async () => {
  const { clock, api, shardMaps } = makeMaps(1);
  shardMaps.lookSoon();
  await clock.advance(1_000);
  api.list = (query) =>
    query.filter === 'at-latest'
      ? new Promise((resolve) => void clock.schedule(4_500, () => resolve(evenShards(1))))
      : unanswered();
  const located = watch(shardMaps.locate(shardId(5), shardId(0)));
  await clock.advance(4_999);
  expect([located.state, api.queries.at(-1)?.filter]).toEqual(['pending', 'after-shard-id']);
  await clock.advance(1);
  expect(located.state).toBe('stored');
});

test('P4: locate ends with its timer, though the clock says that it fired a little early', async () => {
  const clock = new ManualClock();
  let reads = 0;
  const monotonic = () => {
    reads += 1;
    if (reads > 1_000) throw new Error('the clock is read without end');
    return clock.monotonic() - (clock.monotonic() < 5_000 ? 0 : 1);
  };
  const schedule: Clock['schedule'] = (...given) => clock.schedule(...given);
  const { api, shardMaps } = makeMaps(1, { clock: { now: () => clock.now(), monotonic, schedule } });
  api.list = () => unanswered();
  const located = watch(shardMaps.locate(shardId(5), shardId(0)));
  await clock.advance(5_000);
  expect(located.state).toBe('stored');
});

test('P6: close ends whoever waits at once, and no call or timer comes after it', async () => {
  const { clock, api, faults, shardMaps } = makeMaps();
  api.list = unanswered;
  const waiting = [watch(shardMaps.refresh()), watch(shardMaps.locate(shardId(5), shardId(0)))];
  await clock.advance(10);
  const closed = shardMaps.close();
  await clock.advance(0);
  await closed;
  expect([waiting.map(({ state }) => state), faults]).toEqual([['stored', 'stored'], []]);
  expect(clock.pending).toBe(0);
  const { length } = api.queries;
  shardMaps.lookSoon();
  expect(await shardMaps.refresh()).toBeUndefined();
  expect(await shardMaps.locate(shardId(5), shardId(0))).toEqual({ landed: undefined, map: undefined });
  await clock.advance(120_000);
  expect(api.queries).toHaveLength(length);
});

test('P6: a description that is asked for before its retry takes the place of it', async () => {
  const { clock, api, shardMaps } = makeMaps(2, { random: { next: () => 0.9 } });
  api.describe = failing('InternalFailure', 500) as () => never;
  shardMaps.lookSoon();
  await clock.advance(10);
  const { pending } = clock;
  shardMaps.describeSoon();
  await clock.advance(200);
  expect([api.describeCalls, clock.pending]).toEqual([2, pending]);
  await shardMaps.close();
  expect(clock.pending).toBe(0);
});

test('close before start makes no call', async () => {
  const { clock, api, shardMaps } = makeMaps();
  await shardMaps.close();
  shardMaps.lookSoon();
  await clock.advance(120_000);
  expect(api.queries).toEqual([]);
});

/** A source of chance that never shortens a pause. */
const steady = { next: () => 0 };

test('the call budget: listings that show nothing new come 200, 400 and 800 ms apart, descriptions not at all', async () => {
  const { clock, api, shardMaps } = makeMaps(2, { random: steady });
  const listedMs: number[] = [];
  api.list = () => {
    listedMs.push(clock.monotonic() - startMs);
    return evenShards(2);
  };
  const startMs = clock.monotonic();
  shardMaps.lookSoon();
  await clock.advance(0);
  const sought = shardMaps.locate(shardId(9), shardId(0));
  await clock.advance(5_000);
  await sought;
  // The routine's, then those of the search; each search asks for later shards too.
  expect(listedMs.filter((_, at) => at === 0 || at % 2 === 1)).toEqual([
    0, 200, 600, 1_400, 2_200, 3_000, 3_800, 4_600,
  ]);
  expect(api.describeCalls).toBe(1);
});

test('the call budget: the spacing is the least again after a listing that showed something new, and after a while', async () => {
  const { clock, api, shardMaps } = makeMaps(2, { random: steady });
  const refreshes = async (count: number) => {
    const fromMs = clock.monotonic();
    const takenMs: number[] = [];
    for (let at = 0; at < count; at += 1) {
      const refreshed = shardMaps.refresh().then(() => takenMs.push(clock.monotonic() - fromMs));
      await clock.advance(1_000);
      await refreshed;
    }
    return takenMs.map((ms, at) => ms - 1_000 * at);
  };
  expect(await refreshes(4)).toEqual([0, 0, 0, 0]);
  void shardMaps.refresh();
  void shardMaps.refresh();
  await clock.advance(10);
  expect(api.queries).toHaveLength(5);
  void shardMaps.refresh();
  await clock.advance(700);
  expect(api.queries).toHaveLength(5);
  api.shards = split(evenShards(2), 1, 2);
  await clock.advance(100);
  expect(api.queries).toHaveLength(6);
  void shardMaps.refresh();
  await clock.advance(180);
  expect(api.queries).toHaveLength(6);
  await clock.advance(20);
  expect(api.queries).toHaveLength(7);
});

test.each([
  [5_000, 800],
  [5_001, 400],
])('the call budget: %i ms after a listing the next two come %i ms apart', async (quietMs, apartMs) => {
  const { clock, api, shardMaps } = makeMaps(2, { random: steady });
  const listedMs: number[] = [];
  api.list = () => {
    listedMs.push(clock.monotonic());
    return evenShards(2);
  };
  for (const restMs of [1_000, 1_000, 1_000, quietMs]) {
    void shardMaps.refresh();
    await clock.advance(restMs);
  }
  for (let at = 0; at < 2; at += 1) {
    void shardMaps.refresh();
    await clock.advance(0);
  }
  await clock.advance(2_000);
  expect(listedMs.slice(-2)).toEqual([3_000 + quietMs, 3_000 + quietMs + apartMs]);
});

test('the call budget: producers that meet a reshard together do not go on in step', async () => {
  const times = [1, 2, 3, 4].map(async (seed) => {
    const { clock, api, shardMaps } = makeMaps(2, { random: seededRandom(seed) });
    shardMaps.lookSoon();
    await clock.advance(10);
    const refreshed = shardMaps.refresh().then(() => clock.monotonic());
    await clock.advance(200);
    expect(api.queries).toHaveLength(2);
    return refreshed;
  });
  const spread = await Promise.all(times);
  expect(new Set(spread).size).toBe(4);
});

test('the call budget: an hour with evidence every second costs eighty descriptions at most', async () => {
  const { clock, api, shardMaps } = makeMaps();
  shardMaps.lookSoon();
  for (let second = 0; second < 3_600; second += 1) {
    void shardMaps.refresh();
    await clock.advance(1_000);
  }
  expect(api.describeCalls).toBeGreaterThan(59);
  expect(api.describeCalls).toBeLessThanOrEqual(80);
  expect(api.queries.length).toBeLessThanOrEqual(3_700);
});

test('a description that fails for the moment is not asked for with every piece of evidence', async () => {
  const { clock, api, shardMaps } = makeMaps();
  api.describe = failing('LimitExceededException') as () => never;
  shardMaps.lookSoon();
  for (let tenth = 0; tenth < 600; tenth += 1) {
    void shardMaps.refresh();
    await clock.advance(100);
  }
  expect(api.describeCalls).toBeGreaterThan(4);
  expect(api.describeCalls).toBeLessThan(25);
});

test('a stream made anew under its name is described at once: it may place records otherwise', async () => {
  const { clock, api, shardMaps } = makeMaps();
  shardMaps.lookSoon();
  await clock.advance(1_000);
  expect(api.describeCalls).toBe(1);
  api.shards = evenShards(2).map((shard) => ({ ...shard, endingHashKey: shard.endingHashKey }));
  void shardMaps.refresh();
  await clock.advance(1_000);
  expect(api.describeCalls).toBe(1);
  api.shards = evenShards(1);
  void shardMaps.refresh();
  await clock.advance(1_000);
  expect(api.describeCalls).toBe(2);
});

test('the call budget: all lanes that seek a shard share the listings', async () => {
  const { clock, api, shardMaps } = makeMaps(2, { random: steady });
  shardMaps.lookSoon();
  await clock.advance(0);
  const before = api.queries.length;
  const sought = Array.from({ length: 50 }, (_, at) => shardMaps.locate(shardId(10 + at), shardId(0)));
  await clock.advance(5_000);
  await Promise.all(sought);
  // Seven of each kind, see above.
  expect(api.queries.length - before).toBe(14);
});
