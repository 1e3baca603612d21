import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { ShardFilter, StreamShard } from '../src/kinesis-reads.js';
import { ShardLister } from '../src/shard-lister.js';
import { leaseOf, ShardTree, shardId } from './support/shard-tree.js';

const tree = new ShardTree(2);
tree.split(0);
const incomplete = tree.list().slice(1, -1);

/** A lister whose calls are answered by `answers`, one after another, the last one for ever; errors are thrown. */
function makeLister(...answers: readonly (readonly StreamShard[] | Error | 'silence')[]) {
  const clock = new ManualClock();
  const asked: { filter: ShardFilter; atMs: number }[] = [];
  const lister = new ShardLister({
    clock,
    random: seededRandom(1),
    stream: 'tweets',
    reads: {
      async listShards(filter) {
        const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
        asked.push({ filter, atMs: clock.monotonic() });
        if (answer === 'silence') return new Promise(() => undefined);
        if (answer instanceof Error) throw answer;
        return { shards: answer, serviceTimeMs: 42 };
      },
    },
  });
  return { clock, asked, lister };
}

function named(name: string): Error {
  return Object.assign(new Error(`${name}.`), { name, $metadata: { httpStatusCode: 400 } });
}

/** What became of a promise when `ms` have passed. */
async function after<Result>(clock: ManualClock, ms: number, promise: Promise<Result>): Promise<Result> {
  const settled = Promise.allSettled([promise]);
  await clock.advance(ms);
  await settled;
  return promise;
}

const signal = new AbortController().signal;

test('a complete listing is taken at once, with the time of the service', async () => {
  const { asked, lister } = makeLister(tree.list());
  const { listing, serviceTimeMs } = await lister.all([], signal);
  expect([listing.shards, serviceTimeMs]).toEqual([tree.list(), 42]);
  expect(asked.map(({ filter }) => filter)).toEqual([{ type: 'all' }]);
});

test('9. an incomplete listing is asked for again, about a second apart', async () => {
  const { clock, asked, lister } = makeLister(incomplete, incomplete, tree.list());
  expect((await after(clock, 10_000, lister.all([], signal))).listing.shards).toHaveLength(4);
  expect(asked.map(({ atMs }) => atMs)).toEqual([0, 1_000, 2_000]);
});

test('9. three incomplete listings are an error', async () => {
  const { clock, asked, lister } = makeLister(incomplete);
  const listed = after(clock, 10_000, lister.all([], signal));
  await expect(listed).rejects.toMatchObject({ code: 'INCOMPLETE_LISTING', reason: 'hole', retryable: true });
  expect(asked).toHaveLength(3);
});

test('8. so are three with an open parent of a listed child', async () => {
  const shards = tree.list().map((shard) => ({ ...shard, open: true }));
  const { clock, lister } = makeLister(shards);
  const listed = after(clock, 10_000, lister.all([], signal));
  await expect(listed).rejects.toMatchObject({
    reason: 'open-parent',
    stream: 'tweets',
    shardId: shardId(2),
  });
});

test('a listing must be as new as what was heard of before it', async () => {
  const { clock, asked, lister } = makeLister(tree.list(0), tree.list());
  const known = [leaseOf(tree.shard(3))];
  expect((await after(clock, 10_000, lister.all(known, signal))).listing.shards).toHaveLength(4);
  expect(asked).toHaveLength(2);
});

test('a layer is asked for by its filter and must cover the hash space, closed shards included', async () => {
  const { asked, lister } = makeLister(tree.layer(0));
  const filter = { type: 'at-timestamp', timestampMs: 7 } as const;
  expect((await lister.layer(filter, signal)).listing.shards).toEqual(tree.layer(0));
  expect(asked.map((one) => one.filter)).toEqual([filter]);
});

test('for a time from which the service has no complete layer any more, that of the oldest record serves', async () => {
  const { clock, asked, lister } = makeLister([], [], [], tree.layer(0));
  const listed = after(clock, 10_000, lister.layer({ type: 'at-timestamp', timestampMs: 7 }, signal));
  expect((await listed).listing.shards).toEqual(tree.layer(0));
  expect(asked.map(({ filter }) => filter.type)).toEqual([
    ...['at-timestamp', 'at-timestamp', 'at-timestamp'],
    'at-trim-horizon',
  ]);
});

test('for no other layer does another serve', async () => {
  const { clock, asked, lister } = makeLister([], [], [], tree.layer(0));
  const listed = after(clock, 10_000, lister.layer({ type: 'at-latest' }, signal));
  await expect(listed).rejects.toMatchObject({ code: 'INCOMPLETE_LISTING' });
  expect(asked).toHaveLength(3);
});

test('12. throttled, broken and unanswered listings are asked for again, with a back-off', async () => {
  const throttled = named('LimitExceededException');
  const { clock, asked, lister } = makeLister(
    throttled,
    named('InternalFailure'),
    'silence',
    throttled,
    tree.list(),
  );
  expect((await after(clock, 60_000, lister.all([], signal))).listing.shards).toHaveLength(4);
  expect(asked).toHaveLength(5);
  const [, , silent = 0, next = 0] = asked.map(({ atMs }) => atMs);
  expect(next - silent).toBeGreaterThanOrEqual(10_000);
  expect(new Set(asked.map(({ atMs }) => atMs)).size).toBe(5);
});

test('12. eight tries that did not pass are an error', async () => {
  const { clock, asked, lister } = makeLister(named('LimitExceededException'));
  const listed = after(clock, 60_000, lister.all([], signal));
  await expect(listed).rejects.toMatchObject({
    code: 'READ_FAILED',
    call: 'ListShards',
    serviceError: 'LimitExceededException',
    retryable: true,
  });
  expect(asked).toHaveLength(8);
});

test('what no retry mends is an error at once', async () => {
  const { asked, lister } = makeLister(named('AccessDeniedException'));
  await expect(lister.all([], signal)).rejects.toMatchObject({ code: 'ACCESS_DENIED', retryable: false });
  expect(asked).toHaveLength(1);
});

test.each([
  ['the pause after an incomplete listing', incomplete, 1],
  ['a call', 'silence', 1],
  ['the pause after a throttled call', named('ThrottlingException'), 1],
] as const)('the signal ends %s', async (_, answer, calls) => {
  const { clock, asked, lister } = makeLister(answer);
  const abort = new AbortController();
  const listed = lister.all([], abort.signal);
  const settled = expect(listed).rejects.toBe('stop');
  await clock.advance(0);
  abort.abort('stop');
  await settled;
  expect(asked).toHaveLength(calls);
  expect(clock.pending).toBe(0);
});
