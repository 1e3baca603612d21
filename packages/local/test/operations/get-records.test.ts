import type { GetRecordsOutput } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { arn, id, numbers, service, stream, texts } from '../support/service.js';

const MiB = 1_048_576;

describe('GetRecords', () => {
  it('reads on with the iterator of each answer', async () => {
    const { call, put, iterator, clock } = service();
    await put(['a', 'b', 'c']);
    const first = await call('GetRecords', {
      ShardIterator: await iterator(id(0)),
      Limit: 2,
      StreamARN: arn,
    });
    expect(texts(first)).toEqual(['a', 'b']);
    expect(first.MillisBehindLatest).toBeGreaterThan(0);
    clock.pass(1_000);
    const second = await call('GetRecords', { ShardIterator: first.NextShardIterator });
    expect(texts(second)).toEqual(['c']);
    expect(second.MillisBehindLatest).toBe(0);
    const third = await call('GetRecords', { ShardIterator: second.NextShardIterator });
    expect(third).toMatchObject({ Records: [], MillisBehindLatest: 0 });
    await put(['d']);
    clock.pass(1_000);
    expect(texts(await call('GetRecords', { ShardIterator: third.NextShardIterator }))).toEqual(['d']);
  });

  it('reads again and again at one moment where the limits are high', async () => {
    const { call, put, iterator } = service({
      limits: {
        shardReadCallsPerSecond: 1e9,
        shardReadBytesPerSecond: 1e12,
        shardIteratorCallsPerSecond: 1e9,
      },
    });
    await put(Array.from({ length: 500 }, () => 'x'.repeat(256)));
    for (let n = 0; n < 100; n += 1) {
      const { Records } = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
      expect(Records).toHaveLength(500);
    }
  });

  it('gives records as they were put', async () => {
    const { call, iterator, clock } = service();
    await call('PutRecord', { StreamName: stream, Data: new Uint8Array(), PartitionKey: 'clé' });
    const { Records } = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
    expect(Records).toEqual([
      {
        SequenceNumber: expect.stringMatching(/^49\d{54}$/),
        ApproximateArrivalTimestamp: new Date(clock.now()),
        Data: Buffer.alloc(0),
        PartitionKey: 'clé',
      },
    ]);
  });

  it('says how far behind it is', async () => {
    const { call, put, iterator, clock } = service();
    await put(['a']);
    clock.pass(7_000);
    await put(['b']);
    clock.pass(3_000);
    const page = await call('GetRecords', { ShardIterator: await iterator(id(0)), Limit: 1 });
    expect(page.MillisBehindLatest).toBe(3_000);
  });

  it('ends a page at 10 MiB and at 10,000 records', async () => {
    const { call, iterator } = service({ limits: 'none' });
    for (let n = 0; n < 3; n += 1) {
      const Records = Array.from({ length: 5 }, () => ({ Data: new Uint8Array(MiB - 1), PartitionKey: 'k' }));
      await call('PutRecords', { StreamName: stream, Records });
    }
    // Exactly 10 MiB fit.
    const first = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
    expect(first.Records).toHaveLength(10);
    const second = await call('GetRecords', { ShardIterator: first.NextShardIterator });
    expect(second.Records).toHaveLength(5);
    const Records = Array.from({ length: 500 }, () => ({ Data: new Uint8Array(1), PartitionKey: 'k' }));
    for (let n = 0; n < 24; n += 1) await call('PutRecords', { StreamName: stream, Records });
    const third = await call('GetRecords', { ShardIterator: second.NextShardIterator });
    expect(third.Records).toHaveLength(10_000);
    const fourth = await call('GetRecords', { ShardIterator: third.NextShardIterator });
    expect(fourth.Records).toHaveLength(2_000);
  });

  it('gives a page with one byte more than 10 MiB one record less', async () => {
    const { call, iterator } = service({ limits: 'none' });
    const sizes = [...Array.from({ length: 9 }, () => MiB), MiB - 1, 2];
    for (const size of sizes) {
      const Data = new Uint8Array(size - 1);
      await call('PutRecord', { StreamName: stream, Data, PartitionKey: 'k' });
    }
    const { Records, MillisBehindLatest } = await call('GetRecords', {
      ShardIterator: await iterator(id(0)),
    });
    expect(Records).toHaveLength(10);
    expect(MillisBehindLatest).toBeGreaterThan(0);
  });

  it('gives records of 10 MiB one by one', async () => {
    const { call, iterator } = service({ limits: 'none', streams: [{ name: stream, maxRecordKiB: 10_240 }] });
    const sizes = [1, 10 * MiB - 1, 10 * MiB - 1, 0];
    for (const size of sizes) {
      await call('PutRecord', { StreamName: stream, Data: new Uint8Array(size), PartitionKey: 'k' });
    }
    let ShardIterator: string | undefined = await iterator(id(0));
    const pages: number[][] = [];
    for (let behind = 1; behind > 0; ) {
      const page: GetRecordsOutput = await call('GetRecords', { ShardIterator });
      pages.push((page.Records ?? []).map(({ Data }) => Data?.byteLength ?? -1));
      ShardIterator = page.NextShardIterator;
      behind = page.MillisBehindLatest ?? 0;
    }
    expect(pages).toEqual([[1], [10 * MiB - 1], [10 * MiB - 1], [0]]);
  });

  it('gives an empty page before records that lie far off in time', async () => {
    const { call, put, iterator, clock } = service({ emptyPageGapMs: 60_000 });
    await put(['a', 'b']);
    clock.pass(60_001);
    await put(['c']);
    clock.pass(5_000);
    const first = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
    expect(texts(first)).toEqual(['a', 'b']);
    clock.pass(1_000);
    const second = await call('GetRecords', { ShardIterator: first.NextShardIterator });
    expect(second).toMatchObject({ Records: [], MillisBehindLatest: 6_000 });
    const third = await call('GetRecords', { ShardIterator: second.NextShardIterator });
    expect(texts(third)).toEqual(['c']);
  });

  it('gives no empty page to a reader that was waiting for the record', async () => {
    const { call, put, iterator, clock } = service({ emptyPageGapMs: 60_000 });
    let { NextShardIterator } = await call('GetRecords', { ShardIterator: await iterator(id(0), 'LATEST') });
    for (let n = 0; n < 5; n += 1) {
      clock.pass(50_000);
      ({ NextShardIterator } = await call('GetRecords', { ShardIterator: NextShardIterator }));
    }
    await put(['a']);
    clock.pass(1_000);
    expect(texts(await call('GetRecords', { ShardIterator: NextShardIterator }))).toEqual(['a']);
  });

  it('ends a closed shard with its children and no iterator', async () => {
    const { call, put, iterator, clock, shards } = service({ transitionMs: 0 });
    await put(['a', 'b']);
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '1000' });
    const first = await call('GetRecords', { ShardIterator: await iterator(id(0)), Limit: 1 });
    expect(first).not.toHaveProperty('ChildShards');
    clock.pass(1_000);
    const last = await call('GetRecords', { ShardIterator: first.NextShardIterator });
    expect(texts(last)).toEqual(['b']);
    expect(last).not.toHaveProperty('NextShardIterator');
    expect(last.MillisBehindLatest).toBe(0);
    const children = (await shards({ Type: 'AT_LATEST' })).map(({ ShardId, HashKeyRange }) => ({
      ShardId,
      ParentShards: [id(0)],
      HashKeyRange,
    }));
    expect(last.ChildShards).toEqual(children);
    await call('MergeShards', { StreamName: stream, ShardToMerge: id(1), AdjacentShardToMerge: id(2) });
    const merged = await call('GetRecords', { ShardIterator: await iterator(id(2)) });
    expect(merged.ChildShards).toMatchObject([{ ShardId: id(3), ParentShards: [id(1), id(2)] }]);
  });

  it('trims by retention, iterators moving on to what is left', async () => {
    const { call, put, iterator, clock } = service({ emptyPageGapMs: 1e9 });
    await put(['old']);
    clock.pass(24 * 3_600_000);
    const ShardIterator = await iterator(id(0));
    await put(['new']);
    expect(texts(await call('GetRecords', { ShardIterator }))).toEqual(['old', 'new']);
    clock.pass(1_000);
    expect(texts(await call('GetRecords', { ShardIterator }))).toEqual(['new']);
  });

  it('refuses an iterator after five minutes', async () => {
    const { call, iterator, refused, clock } = service();
    const ShardIterator = await iterator(id(0));
    clock.pass(300_000);
    await call('GetRecords', { ShardIterator });
    clock.pass(1);
    const error = await refused('GetRecords', { ShardIterator }, 'ExpiredIteratorException');
    expect(error.message).toContain('the tolerated delay of 300000 milliseconds');
  });

  it('refuses an iterator of a stream that was deleted, and of its successor', async () => {
    const { call, iterator, refused } = service({ transitionMs: 0 });
    const ShardIterator = await iterator(id(0));
    await call('DeleteStream', { StreamName: stream });
    await refused('GetRecords', { ShardIterator }, 'ResourceNotFoundException');
    await call('CreateStream', { StreamName: stream, ShardCount: 1 });
    await refused('GetRecords', { ShardIterator }, 'ResourceNotFoundException');
  });

  it.each([
    ['an iterator that is none', { ShardIterator: 'x' }, 'InvalidArgumentException'],
    ['no iterator', {}, 'ValidationException'],
    ['an iterator of 513 characters', { ShardIterator: 'x'.repeat(513) }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    await service().refused('GetRecords', input, name);
  });

  it.each([
    [{ Limit: 0 }, 'ValidationException'],
    [{ Limit: 10_001 }, 'InvalidArgumentException'],
    [{ DryRun: true }, 'DryRunOperationException'],
    [{ StreamARN: arn.replace('/s', '/other') }, 'InvalidArgumentException'],
  ])('refuses %j', async (more, name) => {
    const { iterator, refused } = service();
    await refused('GetRecords', { ShardIterator: await iterator(id(0)), ...more }, name);
  });

  it('reads up to 10,000 records at once, and counts no call that asks for more', async () => {
    const { call, iterator, refused } = service();
    const ShardIterator = await iterator(id(0));
    for (let n = 0; n < 9; n += 1)
      await refused('GetRecords', { ShardIterator, Limit: 10_001 }, 'InvalidArgumentException');
    for (let n = 0; n < 5; n += 1) await call('GetRecords', { ShardIterator, Limit: 10_000 });
  });

  it('is limited to five calls a second on a shard, empty ones included, whoever asks', async () => {
    const { call, iterator, refused, clock } = service({}, 2);
    const [one, two] = [await iterator(id(0)), await iterator(id(0), 'LATEST')];
    for (let n = 0; n < 5; n += 1) await call('GetRecords', { ShardIterator: n % 2 ? one : two });
    const error = await refused(
      'GetRecords',
      { ShardIterator: one },
      'ProvisionedThroughputExceededException',
    );
    expect(error.message).toBe(`Rate exceeded for shard ${id(0)} in stream s under account 000000000000.`);
    await call('GetRecords', { ShardIterator: await iterator(id(1)) });
    clock.pass(200);
    await call('GetRecords', { ShardIterator: one });
  });

  it('counts a dry run as a call, which reads nothing', async () => {
    const { call, iterator, refused, clock } = service();
    await call('PutRecord', { StreamName: stream, Data: new Uint8Array(MiB - 1), PartitionKey: 'k' });
    const ShardIterator = await iterator(id(0));
    const dryRun = { ShardIterator, DryRun: true };
    for (let n = 0; n < 5; n += 1) await refused('GetRecords', dryRun, 'DryRunOperationException');
    await refused('GetRecords', dryRun, 'ProvisionedThroughputExceededException');
    clock.pass(200);
    expect((await call('GetRecords', { ShardIterator })).Records).toHaveLength(1);
  });

  it('tells the readers of a shard that is past retention that it is gone', async () => {
    const { call, put, iterator, refused, shards, clock } = service({ transitionMs: 0 });
    await put(['a']);
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '1000' });
    clock.pass(24 * 3_600_000);
    const ShardIterator = await iterator(id(0));
    expect(texts(await call('GetRecords', { ShardIterator }))).toEqual(['a']);
    clock.pass(1_000);
    expect(numbers(await shards())).toEqual([1, 2]);
    await refused('GetRecords', { ShardIterator }, 'ResourceNotFoundException');
  });

  it('is blocked by what it read: 1 MiB for half a second', async () => {
    const { call, iterator, refused, clock } = service();
    await call('PutRecord', { StreamName: stream, Data: new Uint8Array(MiB - 1), PartitionKey: 'k' });
    const ShardIterator = await iterator(id(0));
    await call('GetRecords', { ShardIterator });
    clock.pass(499);
    await refused('GetRecords', { ShardIterator }, 'ProvisionedThroughputExceededException');
    clock.pass(1);
    await call('GetRecords', { ShardIterator });
  });
});
