import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { ShardRange } from '../src/shard-map.js';
import { type Located, ShardMaps } from '../src/shard-maps.js';
import { FakeKinesisApi } from './support/fake-kinesis-api.js';
import { evenShards, shardId } from './support/shards.js';

/** After a reshard of the whole stream each of its lanes seeks the shard on which an aggregate landed, in the same listings. */

/** Shards that count how often somebody looks who they are. */
function watchedShards(count: number, firstIndex: number, seen: { looks: number }): readonly ShardRange[] {
  return evenShards(count, firstIndex).map(({ shardId: id, startingHashKey, endingHashKey }) => ({
    get shardId() {
      seen.looks += 1;
      return id;
    },
    startingHashKey,
    endingHashKey,
  }));
}

function makeMaps(shards: readonly ShardRange[]) {
  const clock = new ManualClock();
  const api = new FakeKinesisApi(clock, shards);
  const maps = new ShardMaps({
    api,
    clock,
    random: seededRandom(1),
    callWithinMs: 5_000,
    onMap() {},
    onSummary() {},
    onFault() {},
    onDefect(error) {
      throw error;
    },
  });
  return { clock, api, maps };
}

/**
 * All shards of a stream split, and merge again. Each lane seeks one of the shards in between: no listing shows it, or only that of
 * what was made later does, or that of what is open.
 */
async function seek(lanes: number, shown: 'nowhere' | 'later' | 'open') {
  const seen = { looks: 0 };
  const between = watchedShards(lanes, lanes, seen);
  const newest = watchedShards(lanes, 2 * lanes, seen);
  const { clock, api, maps } = makeMaps(shown === 'open' ? between : newest);
  api.list = ({ filter }) => {
    if (filter === 'at-latest') return api.shards;
    return shown === 'later' ? [...between, ...newest] : newest;
  };
  maps.lookSoon();
  await clock.advance(0);
  api.queries.length = 0;
  seen.looks = 0;
  const sought = Array.from({ length: lanes }, (_, at) => maps.locate(shardId(lanes + at), shardId(at)));
  await clock.advance(200);
  const { looks } = seen;
  const calls = api.queries.map(({ filter }) => filter);
  await maps.close();
  await clock.advance(5_000);
  return { located: await Promise.all(sought), between, looks, calls };
}

test.each([
  ['nowhere', ['at-latest', 'after-shard-id']],
  ['later', ['at-latest', 'after-shard-id']],
  ['open', ['at-latest']],
] as const)(
  'P4: lanes seek shards that are shown %s: work by the shards, not by lanes times shards',
  async (shown, calls) => {
    const [few, many] = [await seek(64, shown), await seek(512, shown)];
    expect(many.looks).toBeLessThanOrEqual(8 * few.looks);
    expect([few.calls, many.calls]).toEqual([calls, calls]);
    const found = many.located.map(({ landed }: Located) => landed?.shardId);
    expect(found).toEqual(many.between.map(({ shardId: id }) => (shown === 'nowhere' ? undefined : id)));
  },
);

test('P4: a listing is shared with whoever seeks what was made after its shard, and with nobody else', async () => {
  const { clock, api, maps } = makeMaps(evenShards(2, 20));
  maps.lookSoon();
  await clock.advance(0);
  api.queries.length = 0;
  const made = (id: number): readonly ShardRange[] => evenShards(1, id);
  api.list = (query) => {
    if (query.filter === 'at-latest') return api.shards;
    return [5, 7, 9].filter((id) => shardId(id) > query.shardId).flatMap(made);
  };
  const sought = [
    maps.locate(shardId(9), shardId(5)),
    maps.locate(shardId(7), shardId(6)),
    maps.locate(shardId(5), shardId(0)),
    maps.locate(shardId(9), shardId(8)),
  ];
  await clock.advance(200);
  expect((await Promise.all(sought)).map(({ landed }) => landed?.shardId)).toEqual([9, 7, 5, 9].map(shardId));
  expect(api.queries).toEqual([
    { filter: 'at-latest' },
    { filter: 'after-shard-id', shardId: shardId(5) },
    { filter: 'after-shard-id', shardId: shardId(0) },
  ]);
  await maps.close();
});
