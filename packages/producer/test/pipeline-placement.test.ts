import { HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import { expect, test } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import type { Outcomes } from '../src/outcomes.js';
import type { ShardRange } from '../src/shard-map.js';
import type { FakeKinesisApi, StoredEntry } from './support/fake-kinesis-api.js';
import { failing, unanswered } from './support/fake-kinesis-api.js';
import { makeProducer, membersOf, startProducer, textsIn, watch } from './support/producer-under-test.js';
import { evenShards, keysOf, merge, shardId, split } from './support/shards.js';

const record = (partitionKey: string) => ({ partitionKey, data: partitionKey });

/** What a reader with KCL's rule is given: an aggregate with a member outside its shard is dropped whole. */
function readable(stored: readonly StoredEntry[], shards: readonly ShardRange[]): readonly string[] {
  const kept = stored.filter((entry) => {
    const range = new HashRangeIndex(shards.filter((shard) => shard.shardId === entry.shardId));
    return (
      !entry.aggregated ||
      membersOf(entry).every(
        (member) => range.find(hashKeyOf(member.partitionKey, member.explicitHashKey)) === 0,
      )
    );
  });
  return textsIn(kept);
}

/** Moves the fake's stream to `shards`; the producer does not know yet. */
function reshard(api: FakeKinesisApi, shards: readonly ShardRange[]): void {
  api.shards = shards;
}

test('P4: an aggregate holds records of one predicted shard, and lands there', async () => {
  const shards = evenShards(4);
  const { producer, api, clock } = await startProducer({}, 4);
  const batch = producer.putMany(Array.from({ length: 400 }, (_, at) => record(`k${at}`)));
  await clock.advance(100);
  await batch;
  expect(api.stored).toHaveLength(4);
  expect(new Set(api.stored.map((entry) => entry.shardId))).toEqual(
    new Set(shards.map((shard) => shard.shardId)),
  );
  expect(readable(api.stored, shards)).toHaveLength(400);
});

test('P4: keys on both sides of every boundary of the map go to the right shard', async () => {
  const shards = evenShards(3);
  const { producer, api, clock } = await startProducer({}, 3);
  const explicit = shards.flatMap(({ startingHashKey, endingHashKey }) => [startingHashKey, endingHashKey]);
  const batch = producer.putMany(
    explicit.map((explicitHashKey) => ({ partitionKey: 'k', explicitHashKey, data: explicitHashKey })),
  );
  await clock.advance(100);
  const shardIds = [...(await batch)].map((outcome) => outcome.stored && outcome.result.shardId);
  expect(shardIds).toEqual(shards.flatMap((shard) => [shard.shardId, shard.shardId]));
  expect(readable(api.stored, shards).toSorted()).toEqual(explicit.toSorted());
});

test('P4: an aggregate that lands on a child of its shard is acknowledged when all members belong there', async () => {
  const { producer, api, clock } = await startProducer();
  const children = split(evenShards(1), 0, 1);
  reshard(api, children);
  const batch = producer.putMany(keysOf(children[1], 5).map(record));
  await clock.advance(1_000);
  expect([...(await batch)].map((outcome) => outcome.stored && outcome.result.shardId)).toEqual(
    Array.from({ length: 5 }, () => shardId(2)),
  );
  expect(api.stored).toHaveLength(1);
});

test('P4: an aggregate that lands on a child of its shard is put again when any member does not belong there', async () => {
  const { producer, api, clock, events } = await startProducer();
  const children = split(evenShards(1), 0, 1);
  reshard(api, children);
  const texts = [...keysOf(children[0], 3), ...keysOf(children[1], 3)];
  const batch = producer.putMany(texts.map(record));
  await clock.advance(2_000);
  const outcomes = await batch;
  expect([...outcomes.failures()]).toEqual([]);
  expect(readable(api.stored, children).toSorted()).toEqual(texts.toSorted());
  expect(api.stored).toHaveLength(3);
  expect(producer.stats().retriedRecords).toEqual({ 'wrong-shard': 6 });
  const [first] = outcomes;
  expect(first?.stored && first.result.attempts.map(({ errorCode }) => errorCode)).toEqual([
    'WrongShard',
    undefined,
  ]);
  expect(events.filter(({ type }) => type === 'shard-map').map(({ reason }) => reason)).toEqual([
    'first',
    'changed',
  ]);
});

test('P4: the same over a merge: the aggregate of a parent is acknowledged, since the child holds it all', async () => {
  const { producer, api, clock } = await startProducer({}, 2);
  reshard(api, merge(evenShards(2), 0, 2));
  const batch = producer.putMany(Array.from({ length: 30 }, (_, at) => record(`k${at}`)));
  await clock.advance(2_000);
  expect([...(await batch).failures()]).toEqual([]);
  expect(readable(api.stored, api.shards)).toHaveLength(30);
  expect(api.stored).toHaveLength(2);
});

test('P4: a record that was sent alone is acknowledged wherever it lands', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  const children = split(evenShards(1), 0, 1);
  reshard(api, children);
  const [key = ''] = keysOf(children[1], 1);
  const put = producer.put(record(key));
  await clock.advance(0);
  expect(await put).toMatchObject({ shardId: shardId(2), attempts: [{ success: true }] });
  await clock.advance(1_000);
  expect(producer.stats().shards.map((shard) => shard.shardId)).toEqual([shardId(1), shardId(2)]);
});

test('P4: a shard that opened and closed between two listings is found by AFTER_SHARD_ID', async () => {
  const { producer, api, clock } = await startProducer();
  const children = split(evenShards(1), 0, 1);
  const grandchildren = split(children, 1, 3);
  reshard(api, children);
  api.list = ({ filter }) =>
    filter === 'at-latest' ? grandchildren : [...children, ...grandchildren.slice(1)];
  const batch = producer.putMany(keysOf(children[1], 4).map(record));
  await clock.advance(1_000);
  expect([...(await batch)].every((outcome) => outcome.stored && outcome.result.shardId === shardId(2))).toBe(
    true,
  );
  expect(api.stored).toHaveLength(1);
  expect(api.queries.at(-1)).toEqual({ filter: 'after-shard-id', shardId: shardId(1) });
});

test('P4: without a map for five seconds every member goes again, alone, and is taken wherever it lands', async () => {
  const { producer, api, clock } = await startProducer();
  const children = split(evenShards(1), 0, 1);
  reshard(api, children);
  api.list = failing('InternalFailure', 500) as () => never;
  const texts = [...keysOf(children[0], 3), ...keysOf(children[1], 3)];
  const batch = watch(producer.putMany(texts.map(record)));
  await clock.advance(5_000);
  expect([batch.state, api.stored.length]).toEqual(['pending', 1]);
  await clock.advance(1_000);
  expect(batch.state).toBe('stored');
  const alone = api.stored.slice(1);
  expect(alone.map(({ aggregated }) => aggregated)).toEqual(texts.map(() => false));
  expect(readable(api.stored, children).toSorted()).toEqual(texts.toSorted());
});

test.each([
  ['a map cannot be had', 500, 0],
  ['the stream places them itself', 0, 1],
])(
  'P2: all that waits is never held in entries of single records at once, where %s',
  async (_what, status, other) => {
    const maxOutstandingBytes = 4_000_000;
    let stored = 0;
    const onOutcomes = (outcomes: Outcomes) => {
      stored += outcomes.length - [...outcomes.failures()].length;
    };
    const { producer, api, clock } = await startProducer({ maxOutstandingBytes, lingerMs: 0, onOutcomes }, 8);
    if (status > 0) api.list = failing('InternalFailure', status) as () => never;
    api.onPut = ({ entries }) =>
      entries.map((entry) =>
        api.storeOne(
          entry,
          shardId(((Number(api.shardOf(entry).slice(-1)) + other) % 8) + (status > 0 ? 100 : 0)),
        ),
      );
    const records = Array.from({ length: 12_000 }, (_, at) => record(`k${at}`));
    expect(records.every((one) => producer.tryPut(one))).toBe(true);
    let most = 0;
    for (let ms = 0; ms < 60_000 && stored < records.length; ms += 100) {
      await clock.advance(100);
      most = Math.max(most, producer.stats().heldBytes);
    }
    expect([stored, most]).toEqual([records.length, Math.min(most, maxOutstandingBytes)]);
  },
);

test('P4: the same where the listing never answers', async () => {
  const { producer, api, clock } = await startProducer();
  const children = split(evenShards(1), 0, 1);
  reshard(api, children);
  api.list = unanswered;
  const batch = watch(producer.putMany(keysOf(children[0], 2).map(record)));
  await clock.advance(6_000);
  expect(batch.state).toBe('stored');
  expect(api.stored.map(({ aggregated }) => aggregated)).toEqual([true, false, false]);
});

test('P3, P4: while a lane awaits a map it sends nothing that came later', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  const children = split(evenShards(1), 0, 1);
  reshard(api, children);
  const texts = [...keysOf(children[0], 3), ...keysOf(children[1], 3)];
  let give = (_shards: readonly ShardRange[]) => {};
  api.list = () =>
    new Promise((resolve) => {
      give = resolve;
    });
  const first = producer.putMany(texts.map(record));
  await clock.advance(300);
  const second = producer.putMany(texts.map((key) => ({ partitionKey: key, data: `later ${key}` })));
  await clock.advance(1_000);
  expect(api.puts).toHaveLength(1);
  give(children);
  await clock.advance(1_000);
  await Promise.all([first, second]);
  const read = readable(api.stored, children);
  for (const key of texts) expect(read.indexOf(key)).toBeLessThan(read.indexOf(`later ${key}`));
  expect(read).toHaveLength(12);
});

test('P4: where the stream says that it places records itself nothing is aggregated', async () => {
  const { producer, api, clock, events } = makeProducer({}, 4);
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  const batch = producer.putMany(Array.from({ length: 20 }, (_, at) => record(`k${at}`)));
  await clock.advance(2_000);
  await batch;
  expect(api.stored).toHaveLength(20);
  expect(api.stored.every(({ aggregated }) => !aggregated)).toBe(true);
  expect(events).toContainEqual({ type: 'aggregation-stopped', reason: 'summary' });
  expect(producer.stats().shards.map((shard) => shard.shardId)).toEqual([undefined]);
});

test('P4: a stream that begins to place records itself is noticed by the refresh, and nothing is lost on the way', async () => {
  const { producer, api, clock, events } = await startProducer({ lingerMs: 1_000 }, 2);
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  await clock.advance(59_900);
  const batch = producer.putMany(Array.from({ length: 20 }, (_, at) => record(`k${at}`)));
  await clock.advance(2_000);
  expect([...(await batch).failures()]).toEqual([]);
  const more = producer.putMany(Array.from({ length: 20 }, (_, at) => record(`m${at}`)));
  await clock.advance(2_000);
  await more;
  expect(events).toContainEqual({ type: 'aggregation-stopped', reason: 'summary' });
  expect(api.stored.slice(-20).every(({ aggregated }) => !aggregated)).toBe(true);
});

test('P1, P4: an aggregate elsewhere while its shard is open is evidence: no aggregate is sent again, and none is lost', async () => {
  const { producer, api, clock, events } = await startProducer({ lingerMs: 0 }, 2);
  api.onPut = ({ entries }) =>
    entries.map((entry) => api.storeOne(entry, shardId(api.shardOf(entry) === shardId(0) ? 1 : 0)));
  const batch = watch(producer.putMany(Array.from({ length: 20 }, (_, at) => record(`k${at}`))));
  const more = watch(producer.putMany(Array.from({ length: 20 }, (_, at) => record(`m${at}`))));
  await clock.advance(5_000);
  expect([batch.state, more.state]).toEqual(['stored', 'stored']);
  expect(events.filter(({ type }) => type === 'aggregation-stopped')).toEqual([
    { type: 'aggregation-stopped', reason: 'evidence' },
  ]);
  const alone = api.stored.filter(({ aggregated }) => !aggregated);
  expect(textsIn(alone)).toHaveLength(40);
  expect(producer.stats()).toMatchObject({ outstandingRecords: 0 });
});

test("P4: with aggregate: 'always' neither summary nor evidence stops aggregation", async () => {
  const { producer, api, clock, events } = makeProducer({ aggregate: 'always' }, 2);
  api.summary = { ...api.summary, recordDistribution: 'AUTO' };
  api.script(({ entries }) =>
    entries.map((entry) => api.storeOne(entry, shardId(api.shardOf(entry) === shardId(0) ? 1 : 0))),
  );
  const batch = watch(producer.putMany(Array.from({ length: 20 }, (_, at) => record(`k${at}`))));
  await clock.advance(5_000);
  expect(batch.state).toBe('stored');
  const more = producer.putMany(Array.from({ length: 20 }, (_, at) => record(`m${at}`)));
  await clock.advance(1_000);
  await more;
  expect(api.stored.slice(-2).map(({ aggregated }) => aggregated)).toEqual([true, true]);
  expect(events.map(({ type }) => type)).not.toContain('aggregation-stopped');
});

test("aggregate: 'never' sends every user record as it is", async () => {
  const { producer, api, clock } = await startProducer({ aggregate: 'never' }, 2);
  const batch = producer.putMany(Array.from({ length: 20 }, (_, at) => record(`k${at}`)));
  await clock.advance(1_000);
  await batch;
  expect(api.stored.map((entry) => [entry.aggregated, entry.partitionKey])).toEqual(
    api.stored.map((entry) => [false, textsIn([entry])[0]]),
  );
  expect(api.stored).toHaveLength(20);
});

test.each([
  [
    'the field is missing',
    (api: FakeKinesisApi) => (api.summary = { ...api.summary, recordDistribution: undefined }),
  ],
  [
    'the right is missing',
    (api: FakeKinesisApi) => (api.describe = failing('AccessDeniedException') as () => never),
  ],
])('P4: where %s aggregation is on, with one event', async (_what, prepare) => {
  const { producer, api, clock, events } = makeProducer();
  prepare(api);
  const batch = producer.putMany([record('a'), record('b')]);
  await clock.advance(200_000);
  await batch;
  expect(api.stored.map(({ aggregated }) => aggregated)).toEqual([true]);
  expect(events.filter(({ type }) => type === 'distribution-unknown')).toHaveLength(1);
  expect(api.describeCalls).toBeGreaterThan(2);
});

test('P4: without the right to list shards records go alone, and the stream is used all the same', async () => {
  const { producer, api, clock } = makeProducer();
  api.list = failing('AccessDeniedException') as () => never;
  const batch = producer.putMany(Array.from({ length: 20 }, (_, at) => record(`k${at}`)));
  await clock.advance(1_000);
  await batch;
  expect(api.stored.map(({ aggregated }) => aggregated)).toEqual(Array.from({ length: 20 }, () => false));
});

test('P4: the old map serves while listings fail; the newer one takes over when they succeed', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 });
  api.list = failing('LimitExceededException') as () => never;
  const batch = producer.putMany([record('a'), record('b')]);
  await clock.advance(100);
  await batch;
  expect(api.stored.map(({ aggregated }) => aggregated)).toEqual([true]);
  api.shards = split(evenShards(1), 0, 1);
  api.list = () => api.shards;
  await clock.advance(61_000);
  expect(producer.stats().shards.map((shard) => shard.shardId)).toEqual([shardId(1), shardId(2)]);
});

test('P1: what was put again after it landed elsewhere, and then failed, may be stored', async () => {
  const { producer, api, clock } = await startProducer();
  const children = split(evenShards(1), 0, 1);
  reshard(api, children);
  const batch = producer.putMany([...keysOf(children[0], 1), ...keysOf(children[1], 1)].map(record));
  api.script((put) => api.store(put), failing('AccessDeniedException'));
  await clock.advance(2_000);
  for (const { error } of (await batch).failures()) {
    expect(error).toMatchObject({ code: 'ACCESS_DENIED', mayBeStored: true });
    expect((error as RecordFailedError).attempts.map(({ errorCode }) => errorCode)).toEqual([
      'WrongShard',
      'AccessDeniedException',
    ]);
  }
  expect([...(await batch).failures()]).toHaveLength(2);
});
