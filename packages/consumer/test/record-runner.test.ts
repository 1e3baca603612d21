import type { UserRecord } from '@shardline/aggregation';
import { describe, expect, test } from 'vitest';
import type { Work } from '../src/handler-runner.js';
import { Progress } from '../src/progress.js';
import { RecordFeed } from '../src/record-feed.js';
import { RecordRunner, type RecordRunnerParts } from '../src/record-runner.js';
import { BusyClock, promiseJobs } from './support/busy-clock.js';
import { collectGarbage } from './support/collect-garbage.js';
import { pending, placeOf } from './support/processor-world.js';
import { shardId } from './support/shard-tree.js';
import { type Members, shortOf, storedFrom } from './support/stored-records.js';

const nothing = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };

function runner(onRecord: RecordRunnerParts['onRecord']) {
  const clock = new BusyClock();
  const progress = new Progress(nothing);
  const gate = { closed: false, signal: new AbortController().signal };
  const shard = { shardId: shardId(0), hashKeyRange: undefined };
  const feed = new RecordFeed({
    shardId: shardId(0),
    range: undefined,
    parentRanges: [],
    outOfRange: 'auto',
    tell: () => undefined,
  });
  const work = (all: readonly Members[]): Work => ({
    records: feed.read(storedFrom(1, all), progress.done),
    millisBehindLatest: 0,
    childShards: undefined,
  });
  return {
    clock,
    progress,
    gate,
    shard,
    work,
    runner: new RecordRunner({ onRecord, shard, progress, gate, clock }),
  };
}

test('records come in order, those of aggregates one by one, with the shard and the signal', async () => {
  const seen: string[] = [];
  const world = runner((record, context) => {
    seen.push(shortOf(record));
    expect(context).toEqual({ shard: world.shard, signal: world.gate.signal });
  });
  await expect(world.runner.process(world.work(['a', ['b', 'c'], 'd']))).resolves.toBe(true);
  expect(seen).toEqual(['1/0 a', '2/0 b', '2/1 c', '3/0 d']);
  expect([world.runner.processedRecords, placeOf(world.progress.done)]).toEqual([4, '3']);
});

test('one at a time: the next comes when the one before has settled', async () => {
  const steps: ReturnType<typeof pending>[] = [];
  const world = runner(() => {
    const step = pending();
    steps.push(step);
    return step.promise;
  });
  const processing = world.runner.process(world.work(['a', 'b']));
  await promiseJobs();
  expect([steps.length, placeOf(world.progress.done)]).toEqual([1, 'TRIM_HORIZON']);
  steps[0]?.settle();
  await promiseJobs();
  expect([steps.length, placeOf(world.progress.done)]).toEqual([2, '1']);
  steps[1]?.settle();
  await processing;
  expect(placeOf(world.progress.done)).toBe('2');
});

test.each([
  ['nothing', () => undefined],
  ['a number', () => 7],
  ['null', () => null],
  // biome-ignore lint/suspicious/noThenProperty: what other promise libraries give.
  ['a thenable', () => ({ then: (done: () => void) => done() })],
])('a handler may return %s', async (_what, result) => {
  const world = runner(result as unknown as () => void);
  await expect(world.runner.process(world.work(['a', 'b']))).resolves.toBe(true);
  expect(world.runner.processedRecords).toBe(2);
});

describe('a handler that fails', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ] as const)('%s: the same work goes on at that record', async (_how, fail) => {
    const seen: string[] = [];
    let left = 2;
    const world = runner((record: UserRecord) => {
      seen.push(record.text());
      if (record.text() !== 'b') return undefined;
      left -= 1;
      return left >= 0 ? fail() : undefined;
    });
    const work = world.work(['a', 'b', 'c']);
    for (let times = 0; times < 2; times += 1) {
      await expect(world.runner.process(work)).rejects.toThrow('no');
      expect(world.runner.failedAt).toMatchObject({ sequenceNumber: expect.stringMatching(/2$/) });
      expect([placeOf(world.progress.done), world.runner.underWay]).toEqual(['1', undefined]);
    }
    await expect(world.runner.process(work)).resolves.toBe(true);
    expect(seen).toEqual(['a', 'b', 'b', 'b', 'c']);
    expect(world.runner.processedRecords).toBe(3);
  });

  test('with work that was read again it begins anew', async () => {
    const seen: string[] = [];
    let fails = true;
    const world = runner((record) => {
      seen.push(record.text());
      if (fails && record.text() === 'b') throw new Error('no');
    });
    await expect(world.runner.process(world.work(['a', 'b', 'c']))).rejects.toThrow('no');
    fails = false;
    await world.runner.process(world.work(['a', 'b', 'c']));
    expect(seen).toEqual(['a', 'b', 'b', 'c']);
  });
});

test.each(['is processed', 'failed'])(
  'nothing holds on to a batch that %s and was let go (C7)',
  async (how) => {
    const held: WeakRef<object>[] = [];
    const world = runner((record) => {
      held.push(new WeakRef(record));
      if (how === 'failed' && record.text() === 'b') throw new Error('no');
    });
    const processed = async () => {
      const work = world.work(['a', ['b', 'c']]);
      held.push(new WeakRef(work), new WeakRef(work.records));
      await world.runner.process(work).catch(() => undefined);
    };
    await processed();
    await collectGarbage();
    expect(held.map((ref) => ref.deref())).toEqual(held.map(() => undefined));
    expect(held).toHaveLength(how === 'failed' ? 4 : 5);
    expect(world.runner.failedAt === undefined).toBe(how !== 'failed');
    await world.runner.process(world.work([]));
    expect(world.runner.failedAt).toBeUndefined();
  },
);

test('nothing is handed over once the gate is closed', async () => {
  const seen: string[] = [];
  const world = runner((record) => {
    seen.push(record.text());
    world.gate.closed = record.text() === 'b';
  });
  await expect(world.runner.process(world.work(['a', 'b', 'c']))).resolves.toBe(false);
  expect([seen, placeOf(world.progress.done)]).toEqual([['a', 'b'], '2']);
});

test('says what is under way, and since when', async () => {
  const step = pending();
  const world = runner(() => step.promise);
  expect(world.runner.underWay).toBeUndefined();
  world.clock.busyMs = 7;
  const processing = world.runner.process(world.work(['a']));
  expect(world.runner.underWay).toEqual({ call: 'onRecord', sinceMs: 7 });
  step.settle();
  await processing;
  expect(world.runner.underWay).toBeUndefined();
});

describe('the rest of the process has its turn after 10 ms', () => {
  const forms: readonly [string, () => Promise<void> | void][] = [
    ['return at once', () => undefined],
    ['return promises that are settled', () => Promise.resolve()],
  ];
  test.each(forms)('handlers that %s', async (_how, returned) => {
    let seen = 0;
    const world = runner((): Promise<void> | void => {
      seen += 1;
      world.clock.busyMs += 1;
      return returned();
    });
    const processing = world.runner.process(world.work(Array.from({ length: 40 }, () => 'a')));
    await promiseJobs();
    expect(seen).toBeGreaterThan(9);
    expect(seen).toBeLessThan(14);
    const before = seen;
    await world.clock.advance(0);
    expect(seen).toBeGreaterThan(before);
    await processing;
    expect(seen).toBe(40);
  });

  test('and none where the handler is fast: no timer, no turn', async () => {
    const world = runner(() => undefined);
    const processing = world.runner.process(world.work(Array.from({ length: 1_000 }, () => 'a')));
    await promiseJobs();
    expect([world.runner.processedRecords, world.clock.pending]).toEqual([1_000, 0]);
    await processing;
  });
});

test('has nothing to do in the other calls of a handler’s life', async () => {
  const world = runner(() => {
    throw new Error('not called');
  });
  await world.runner.initialize();
  await world.runner.shardEnded();
  await world.runner.leaseLost();
  await world.runner.shutdownRequested();
  expect([world.runner.lastCall, world.runner.processedRecords]).toEqual(['onRecord', 0]);
});
