import { delay } from '@shardline/core/internal';
import { KinesisServiceError } from '@shardline/local';
import { seededRandom } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import type { RecordsPage } from '../src/kinesis-reads.js';
import { firstShard, fromHorizon, numbered, PollingWorld } from './support/polling-world.js';

const iteratorLifeMs = 300_000;
const reading = ['GetShardIterator', 'GetRecords'] as const;
const latest = { sequenceNumber: 'LATEST', subSequenceNumber: 0 };

function open(world: PollingWorld) {
  world.source.open(fromHorizon);
  return world.consume();
}

describe('58: an expired iterator', () => {
  test('is renewed behind the last record received: nothing is lost, nothing comes twice', async () => {
    const world = new PollingWorld();
    const numbers = await world.put(numbered(3));
    world.source.open(fromHorizon);
    const first = await world.source.next();
    // The page ahead lies ready for so long that the iterator behind it expires.
    await world.clock.advance(iteratorLifeMs + 5_000);
    await world.put(numbered(2, 3));
    first.release();
    const consumed = world.consume();
    await world.clock.advance(1_000);
    expect(consumed.texts).toEqual(['3', '4']);
    expect(world.events).toEqual([{ type: 'iterator-renewed', reason: 'expired', shardId: firstShard }]);
    expect(world.inputs('GetShardIterator').at(-1)).toMatchObject({
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: numbers[2],
    });
  });

  test('before the first record, the shard is begun where it was begun before', async () => {
    const world = new PollingWorld();
    await world.clock.advance(2_000);
    const startAtMs = world.clock.now() - 1_000;
    world.source.open({ checkpoint: latest, startAtMs });
    (await world.source.next()).release();
    await world.clock.advance(iteratorLifeMs + 5_000);
    await world.put(['a']);
    const consumed = world.consume();
    await world.clock.advance(1_000);
    expect(consumed.texts).toEqual(['a']);
    const times = world.inputs('GetShardIterator').map(({ Timestamp }) => (Timestamp as Date).getTime());
    expect(times).toEqual([startAtMs, startAtMs]);
  });

  test('is no failure, however often it happens with pages between', async () => {
    const fault = {
      kind: 'failCall',
      operation: 'GetRecords',
      errorCode: 'ExpiredIteratorException',
    } as const;
    const world = new PollingWorld({
      faults: [
        { ...fault, skip: 1, times: 1 },
        { ...fault, skip: 3, times: 1 },
      ],
    });
    open(world);
    await world.clock.advance(10_000);
    expect(world.events.map(({ type }) => type)).toEqual(['iterator-renewed', 'iterator-renewed']);
  });

  test('one that expires as soon as it is made is backed off from', async () => {
    const fault = {
      kind: 'failCall',
      operation: 'GetRecords',
      errorCode: 'ExpiredIteratorException',
    } as const;
    const world = new PollingWorld({ faults: [{ ...fault, times: 40 }] });
    await world.put(['a']);
    const consumed = open(world);
    await world.clock.advance(60_000);
    expect(world.inputs('GetRecords').length).toBeLessThan(25);
    expect(world.events.filter(({ type }) => type === 'iterator-renewed')).toHaveLength(1);
    await world.clock.advance(600_000);
    expect(consumed.texts).toEqual(['a']);
  });
});

describe('C6: a lease at LATEST without a time, as the KCL leaves it', () => {
  const bareLatest = { checkpoint: latest, startAtMs: undefined };

  /** Opened at the tip with one old record behind it, and one empty page read. */
  async function atTip(options: ConstructorParameters<typeof PollingWorld>[0] = {}) {
    const world = new PollingWorld(options);
    await world.put(['old']);
    await world.clock.advance(10_000);
    world.source.open(bareLatest);
    (await world.source.next()).release();
    return world;
  }

  test('begins at the tip', async () => {
    const world = await atTip();
    const consumed = world.consume();
    await world.put(['new']);
    await world.clock.advance(2_000);
    expect(consumed.texts).toEqual(['new']);
    expect(world.inputs('ListShards')).toMatchObject([{ ShardFilter: { Type: 'AT_LATEST' } }]);
  });

  test('opened anew it gives what was read before and what was put meanwhile', async () => {
    const world = await atTip();
    await world.put(['read']);
    const next = world.source.next();
    await world.clock.advance(2_000);
    (await next).release();
    world.source.close();
    await world.put(['meanwhile']);
    await world.clock.advance(60_000);
    world.source.open(bareLatest);
    const consumed = world.consume();
    await world.clock.advance(5_000);
    expect(consumed.texts).toEqual(['read', 'meanwhile']);
    expect(world.inputs('ListShards')).toHaveLength(1);
  });

  test.each(['ExpiredIteratorException', 'InvalidArgumentException'])(
    'after %s before the first record nothing is passed over',
    async (errorCode) => {
      const world = await atTip({
        faults: [{ kind: 'failCall', operation: 'GetRecords', errorCode, skip: 1, times: 1 }],
      });
      await world.put(['new']);
      const consumed = world.consume();
      await world.clock.advance(30_000);
      expect([consumed.texts, world.inputs('GetShardIterator').length]).toEqual([['new'], 2]);
    },
  );

  test('what is put while the time cannot be asked for is not passed over', async () => {
    const errorCode = 'AccessDeniedException';
    const world = new PollingWorld({
      faults: [{ kind: 'failCall', operation: 'ListShards', errorCode, times: 2 }],
    });
    await world.clock.advance(10_000);
    world.source.open(bareLatest);
    await world.clock.advance(0);
    await world.put(['new']);
    const consumed = world.consume();
    await world.clock.advance(60_000);
    expect(consumed.texts).toEqual(['new']);
    expect(world.errors).toMatchObject([{ code: 'ACCESS_DENIED', call: 'ListShards' }]);
    expect(world.events).toMatchObject([{ call: 'GetShardIterator' }, { call: 'GetShardIterator' }]);
  });
});

describe('59: throttling', () => {
  test('slows the reader down, loses nothing, and is no error', async () => {
    const world = new PollingWorld({
      faults: [{ kind: 'throttleShard', access: 'read', skip: 2, times: 3 }],
      pollIntervalMs: 200,
    });
    await world.put(numbered(5));
    const consumed = open(world);
    await world.clock.advance(400);
    await world.put(numbered(5, 5));
    await world.clock.advance(10_000);
    expect(consumed.texts).toEqual(numbered(10));
    const throttles = world.events.filter(({ type }) => type === 'read-failed');
    expect(throttles).toHaveLength(3);
    expect(throttles[0]).toMatchObject({
      reason: 'ProvisionedThroughputExceededException',
      call: 'GetRecords',
      shardId: firstShard,
    });
    expect(Math.max(...world.readGapsMs().slice(5))).toBeGreaterThan(300);
    expect([world.errors, world.source.trouble]).toEqual([[], undefined]);
  });

  test('two readers of one shard both get on', async () => {
    const world = new PollingWorld({ pollIntervalMs: 200 });
    await world.put(numbered(5));
    const mine = open(world);
    const rival = world.makeSource(seededRandom(7), world.reads, 200);
    rival.open(fromHorizon);
    const other = world.consume(rival);
    await world.clock.advance(60_000);
    expect([mine.texts, other.texts]).toEqual([numbered(5), numbered(5)]);
    // The shard gives 300 reads in a minute; two that never slowed down would have had as many refused.
    expect(world.events.length).toBeLessThan(30);
    expect(mine.batches.length).toBeGreaterThan(75);
    expect(other.batches.length).toBeGreaterThan(75);
  });
});

describe('63: not found', () => {
  test('the stream was deleted', async () => {
    const world = new PollingWorld();
    await world.put(['a']);
    const consumed = open(world);
    await world.clock.advance(100);
    await world.kinesis.call('DeleteStream', { StreamName: 'tweets' });
    await world.clock.advance(10_000);
    expect([consumed.texts, consumed.reason]).toEqual([['a'], 'stream-gone']);
    expect([world.budget.usedBytes, world.clock.pending, world.errors]).toEqual([0, 0, []]);
    await expect(world.source.next()).rejects.toMatchObject({ reason: 'stream-gone' });
  });

  test('the shard was trimmed away', async () => {
    const world = new PollingWorld({
      wrap: () => ({
        getRecords: () => Promise.reject(notFound()),
        listShards: async () => listing('other'),
      }),
    });
    const consumed = open(world);
    await world.clock.advance(100);
    expect([consumed.reason, world.budget.usedBytes]).toEqual(['shard-gone', 0]);
  });

  test('the shard is there after all: a new iterator is asked for, after a pause', async () => {
    const fault = {
      kind: 'failCall',
      operation: 'GetRecords',
      errorCode: 'ResourceNotFoundException',
    } as const;
    const world = new PollingWorld({ faults: [{ ...fault, times: 2 }] });
    await world.put(['a']);
    const consumed = open(world);
    await world.clock.advance(10_000);
    expect([consumed.texts, consumed.reason]).toEqual([['a'], undefined]);
    expect(world.inputs('GetShardIterator')).toHaveLength(3);
    expect([world.inputs('ListShards').length, world.errors]).toEqual([2, []]);
  });

  test('nothing ends while the listing that would tell fails too', async () => {
    const world = new PollingWorld({
      faults: [
        { kind: 'failCall', operation: 'GetRecords', errorCode: 'ResourceNotFoundException', times: 1 },
        { kind: 'failCall', operation: 'ListShards', errorCode: 'AccessDeniedException', times: 1 },
      ],
    });
    await world.put(['a']);
    const consumed = open(world);
    await world.clock.advance(10_000);
    expect(consumed.texts).toEqual(['a']);
    expect(world.errors).toMatchObject([{ code: 'ACCESS_DENIED', call: 'ListShards' }]);
  });

  test('a stream that was deleted and made again under its name refuses the old checkpoint', async () => {
    const world = new PollingWorld();
    const checkpoint = { sequenceNumber: '1', subSequenceNumber: 0 };
    world.source.open({ checkpoint, startAtMs: undefined });
    const consumed = world.consume();
    await world.clock.advance(120_000);
    expect([consumed.batches, consumed.reason]).toEqual([[], undefined]);
    expect(world.errors).toMatchObject([
      { code: 'REQUEST_REFUSED', call: 'GetShardIterator', shardId: firstShard, retryable: false },
    ]);
    expect(world.source.trouble).toContain('another applicationName');
    expect(world.inputs('GetShardIterator').length).toBeGreaterThan(4);
    expect(world.inputs('GetShardIterator').length).toBeLessThan(30);
  });
});

describe('64: an end that cannot be', () => {
  const flaws: readonly [string, Partial<RecordsPage>][] = [
    ['no next iterator, no children, and the shard is open', { nextIterator: undefined }],
    [
      'a child without a parent',
      { nextIterator: undefined, childShards: [{ ...listing('s1').shards[0], parentShardIds: [] }] },
    ],
    ['a record without a sequence number', { records: [{ Data: Buffer.from('a'), PartitionKey: 'a' }] }],
    ['a record without data', { records: [{ SequenceNumber: '1', PartitionKey: 'a' }] }],
  ];

  test.each(flaws)('%s: asked for again', async (_what, flaw) => {
    let left = 2;
    const world = new PollingWorld({
      wrap: (reads) => ({
        getRecords: async (iterator, limit, signal) => {
          const page = await reads.getRecords(iterator, limit, signal);
          left -= 1;
          return left >= 0 ? { ...page, ...flaw } : page;
        },
      }),
    });
    await world.put(numbered(3));
    const consumed = open(world);
    await world.clock.advance(10_000);
    expect([consumed.texts, consumed.end, consumed.reason]).toEqual([numbered(3), undefined, undefined]);
    expect(world.events).toMatchObject([{ reason: 'MalformedAnswer' }, { reason: 'MalformedAnswer' }]);
    expect(world.budget.usedBytes).toBe(0);
  });

  test('a closed shard that is no longer listed has ended, without children', async () => {
    const world = new PollingWorld({
      wrap: (reads) => ({
        getRecords: async (...call) => ({ ...(await reads.getRecords(...call)), nextIterator: undefined }),
        listShards: async () => listing('other'),
      }),
    });
    await world.put(['a']);
    const consumed = open(world);
    await world.clock.advance(10_000);
    expect([consumed.texts, consumed.end]).toEqual([['a'], { childShards: [] }]);
  });
});

describe('faults that pass', () => {
  test.each([
    { kind: 'reset', when: 'after' },
    { kind: 'stall' },
    { kind: 'loseAnswer' },
    { kind: 'failCall', errorCode: 'InternalFailure' },
  ] as const)('$kind: tried again, and no error', async (fault) => {
    const world = new PollingWorld({ faults: [{ ...fault, operation: reading, times: 2 }] });
    await world.put(['a']);
    const consumed = open(world);
    await world.clock.advance(29_000);
    expect(consumed.texts).toEqual(['a']);
    expect([world.errors, world.source.trouble]).toEqual([[], undefined]);
    expect(world.events.map(({ type }) => type)).toEqual(['read-failed', 'read-failed']);
  });

  test('an answer has 10 s', async () => {
    const world = new PollingWorld({ faults: [{ kind: 'stall', times: 1 }] });
    open(world);
    await world.clock.advance(9_999);
    expect(world.events).toEqual([]);
    await world.clock.advance(1);
    expect(world.events).toMatchObject([{ reason: 'TimeoutError', call: 'GetShardIterator' }]);
    expect(world.budget.usedBytes).toBe(0);
  });

  test('a page that takes longer than that is read in smaller ones', async () => {
    let msPerRecord = 3;
    const limits: number[] = [];
    const world = new PollingWorld({
      wrap: (reads) => ({
        getRecords: async (iterator, limit, signal) => {
          limits.push(limit);
          const page = await reads.getRecords(iterator, limit, signal);
          await delay(world.clock, page.records.length * msPerRecord, signal);
          return page;
        },
      }),
    });
    for (let from = 0; from < 5_000; from += 500) {
      await world.put(numbered(500, from));
      await world.clock.advance(1_000);
    }
    const consumed = open(world);
    await world.clock.advance(90_000);
    expect(consumed.texts).toEqual(numbered(5_000));
    expect(limits.slice(0, 4)).toEqual([10_000, 5_000, 2_500, 2_500]);
    expect([world.errors, world.events.length]).toEqual([[], 2]);
    msPerRecord = 0;
    await world.clock.advance(10_000);
    expect(limits.at(-1)).toBe(10_000);
  });

  test.each([
    { kind: 'stall', operation: 'GetShardIterator' },
    { kind: 'failCall', operation: 'GetRecords', errorCode: 'InternalFailure' },
  ] as const)('$kind of $operation does not shrink the page', async (fault) => {
    const world = new PollingWorld({ faults: [{ ...fault, times: 1 }] });
    open(world);
    await world.clock.advance(12_000);
    expect(world.events).toHaveLength(1);
    const limits = world.inputs('GetRecords').map(({ Limit }) => Limit);
    expect([...new Set(limits)]).toEqual([10_000]);
  });

  test('that go on for 30 s are told of once, and are over when a page comes', async () => {
    const fault = { kind: 'failCall', operation: 'GetRecords', errorCode: 'InternalFailure' } as const;
    const world = new PollingWorld({ faults: [fault] });
    await world.put(['a']);
    const consumed = open(world);
    await world.clock.advance(25_000);
    expect(world.errors).toEqual([]);
    await world.clock.advance(100_000);
    expect(world.errors).toMatchObject([{ code: 'READ_FAILED', retryable: true, call: 'GetRecords' }]);
    expect(world.source.trouble).toContain('InternalFailure');
    world.kinesis.faults.clear();
    await world.clock.advance(12_000);
    expect([consumed.texts, world.source.trouble]).toEqual([['a'], undefined]);
  });
});

test('faults that go on over a new opening are told of after 30 s as well, and stay known', async () => {
  const fault = { kind: 'failCall', operation: 'GetRecords', errorCode: 'InternalFailure' } as const;
  const world = new PollingWorld({ faults: [fault] });
  open(world);
  await world.clock.advance(25_000);
  expect(world.errors).toEqual([]);
  open(world);
  await world.clock.advance(20_000);
  expect(world.errors).toHaveLength(1);
  open(world);
  expect(world.source.trouble).toContain('InternalFailure');
  await world.clock.advance(60_000);
  expect(world.errors).toHaveLength(1);
});

test('a right that is missing is told of once, with what to grant, and reading goes on when it is there', async () => {
  const world = new PollingWorld({
    faults: [{ kind: 'failCall', operation: reading, errorCode: 'AccessDeniedException' }],
  });
  await world.put(['a']);
  const consumed = open(world);
  await world.clock.advance(300_000);
  expect(world.errors).toMatchObject([{ code: 'ACCESS_DENIED', call: 'GetShardIterator', stream: 'tweets' }]);
  expect(world.source.trouble).toContain('kinesis:GetRecords');
  const tries = world.events.length;
  expect([tries > 10, tries < 60]).toEqual([true, true]);
  world.kinesis.faults.clear();
  await world.clock.advance(30_000);
  expect([consumed.texts, world.source.trouble]).toEqual([['a'], undefined]);
});

function notFound(): Error {
  return new KinesisServiceError('ResourceNotFoundException', 'No such shard.');
}

function listing(shardId: string) {
  const hashKeyRange = { startingHashKey: '0', endingHashKey: '9' };
  const shard = { shardId, parentShardIds: [], hashKeyRange, startingSequenceNumber: '1', open: true };
  return { shards: [shard] as [typeof shard], serviceTimeMs: undefined };
}
