import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arn, id, service, stream, texts } from '../support/service.js';

const MiB = 1_048_576;
const record = (bytes: number, key = 'k') => ({ Data: new Uint8Array(bytes), PartitionKey: key });

describe('PutRecords', () => {
  it('stores every entry in order and says where', async () => {
    const { call, put, iterator } = service();
    const answer = await put(['a', 'b', 'c']);
    expect(answer.FailedRecordCount).toBe(0);
    expect(answer.Records?.map(({ ShardId }) => ShardId)).toEqual([id(0), id(0), id(0)]);
    const numbers = (answer.Records ?? []).map(({ SequenceNumber }) => BigInt(SequenceNumber ?? 0));
    expect(numbers).toEqual([...numbers].sort((x, y) => (x < y ? -1 : 1)));
    const read = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
    expect(texts(read)).toEqual(['a', 'b', 'c']);
    expect(read.Records?.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
      answer.Records?.map(({ SequenceNumber }) => SequenceNumber),
    );
  });

  it('places a record by the MD5 of its key, or by its explicit hash key', async () => {
    const { call, shards } = service({ limits: 'none' }, 7);
    const ranges = (await shards()).map(({ ShardId, HashKeyRange }) => ({
      ShardId,
      start: BigInt(HashKeyRange?.StartingHashKey ?? 0),
      end: BigInt(HashKeyRange?.EndingHashKey ?? 0),
    }));
    const holder = (key: bigint) => ranges.find(({ start, end }) => start <= key && key <= end)?.ShardId;
    const entry = fc.record({
      PartitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      ExplicitHashKey: fc.option(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 20 }), async (entries) => {
        const Records = entries.map(({ PartitionKey, ExplicitHashKey }) => ({
          Data: new Uint8Array(1),
          PartitionKey,
          ...(ExplicitHashKey === undefined ? {} : { ExplicitHashKey: ExplicitHashKey.toString() }),
        }));
        const answer = await call('PutRecords', { StreamARN: arn, Records });
        const expected = entries.map(({ PartitionKey, ExplicitHashKey }) => {
          const md5 = createHash('md5').update(Buffer.from(PartitionKey, 'utf8')).digest('hex');
          return holder(ExplicitHashKey ?? BigInt(`0x${md5}`));
        });
        expect(answer.Records?.map(({ ShardId }) => ShardId)).toEqual(expected);
      }),
    );
  });

  it('judges entries in order, each alone: a small one passes after a large one was refused', async () => {
    const { call } = service();
    const answer = await call('PutRecords', {
      StreamName: stream,
      Records: [record(MiB - 101), record(200), record(99), record(1)],
    });
    expect(answer.FailedRecordCount).toBe(2);
    expect(answer.Records?.map(({ ErrorCode }) => ErrorCode ?? 'stored')).toEqual([
      'stored',
      'ProvisionedThroughputExceededException',
      'stored',
      'ProvisionedThroughputExceededException',
    ]);
    expect(answer.Records?.[1]).toEqual({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: `Rate exceeded for shard ${id(0)} in stream s under account 000000000000.`,
    });
  });

  it('limits every shard by itself', async () => {
    const { call } = service({}, 2);
    const Records = [
      ...Array.from({ length: 3 }, () => ({ ...record(500_000), ExplicitHashKey: '0' })),
      ...Array.from({ length: 3 }, () => ({ ...record(500_000), ExplicitHashKey: (2n ** 127n).toString() })),
    ];
    const answer = await call('PutRecords', { StreamName: stream, Records });
    expect(answer.Records?.map(({ ErrorCode }) => ErrorCode === undefined)).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('counts the key in UTF-8 as part of a record', async () => {
    const { call, refused } = service();
    await refused(
      'PutRecords',
      { StreamName: stream, Records: [record(MiB - 2, 'é€')] },
      'InvalidArgumentException',
    );
    const { FailedRecordCount } = await call('PutRecords', {
      StreamName: stream,
      Records: [record(MiB - 5, 'é€')],
    });
    expect(FailedRecordCount).toBe(0);
  });

  it('takes larger records where the stream does, from an allowance of their own', async () => {
    const { call, refused, clock } = service({ streams: [{ name: stream, maxRecordKiB: 10_240 }] });
    const put = (bytes: number) => call('PutRecords', { StreamName: stream, Records: [record(bytes)] });
    expect((await put(10 * MiB - 1)).FailedRecordCount).toBe(0);
    expect((await put(MiB - 1)).FailedRecordCount).toBe(0);
    expect((await put(2 * MiB)).FailedRecordCount).toBe(1);
    clock.pass(3_000);
    expect((await put(2 * MiB)).FailedRecordCount).toBe(0);
    await refused(
      'PutRecords',
      { StreamName: stream, Records: [record(10 * MiB)] },
      'InvalidArgumentException',
    );
  });

  it('takes 500 entries and 10 MiB, keys included', async () => {
    const { refused, call } = service({
      limits: { shardWriteBytesPerSecond: 1e9, shardWriteRecordsPerSecond: 1e9 },
    });
    const many = (count: number, bytes: number) => Array.from({ length: count }, () => record(bytes));
    await call('PutRecords', { StreamName: stream, Records: many(500, 1) });
    await refused('PutRecords', { StreamName: stream, Records: many(501, 1) }, 'ValidationException');
    await call('PutRecords', { StreamName: stream, Records: many(10, MiB - 1) });
    const over = [...many(10, MiB - 1), record(0)];
    await refused('PutRecords', { StreamName: stream, Records: over }, 'InvalidArgumentException');
  });

  it.each([
    ['no records', { StreamName: stream, Records: [] }, 'ValidationException'],
    ['absent records', { StreamName: stream }, 'ValidationException'],
    ['records that are no list', { StreamName: stream, Records: {} }, 'SerializationException'],
    [
      'an entry without data',
      { StreamName: stream, Records: [{ PartitionKey: 'k' }] },
      'ValidationException',
    ],
    [
      'an entry without key',
      { StreamName: stream, Records: [{ Data: new Uint8Array(1) }] },
      'ValidationException',
    ],
    [
      'data that is a number',
      { StreamName: stream, Records: [{ Data: 1, PartitionKey: 'k' }] },
      'SerializationException',
    ],
    ['an empty key', { StreamName: stream, Records: [record(1, '')] }, 'ValidationException'],
    [
      'a key of 257 characters',
      { StreamName: stream, Records: [record(1, 'x'.repeat(257))] },
      'ValidationException',
    ],
    [
      'a hash key of 2^128',
      { StreamName: stream, Records: [{ ...record(1), ExplicitHashKey: (2n ** 128n).toString() }] },
      'InvalidArgumentException',
    ],
    [
      'a hash key with a leading zero',
      { StreamName: stream, Records: [{ ...record(1), ExplicitHashKey: '01' }] },
      'ValidationException',
    ],
    ['a record of 1 MiB + 1', { StreamName: stream, Records: [record(MiB)] }, 'InvalidArgumentException'],
    ['an unknown stream', { StreamName: 'none', Records: [record(1)] }, 'ResourceNotFoundException'],
    ['no stream', { Records: [record(1)] }, 'InvalidArgumentException'],
  ])('refuses %s', async (_what, input, name) => {
    await service().refused('PutRecords', input, name);
  });

  it('takes a key of 256 characters outside the basic plane', async () => {
    const { call } = service();
    await call('PutRecords', { StreamName: stream, Records: [record(1, '😀'.repeat(256))] });
  });

  it('stores nothing of a call that it refuses, and charges nothing', async () => {
    const { refused, call, iterator } = service();
    const Records = [record(MiB - 1), record(MiB)];
    await refused('PutRecords', { StreamName: stream, Records }, 'InvalidArgumentException');
    expect((await call('GetRecords', { ShardIterator: await iterator(id(0)) })).Records).toEqual([]);
    expect(
      (await call('PutRecords', { StreamName: stream, Records: [record(MiB - 1)] })).FailedRecordCount,
    ).toBe(0);
  });

  it('takes no capacity for a dry run', async () => {
    const { call, refused } = service();
    const input = { StreamName: stream, Records: [record(MiB - 1)] };
    for (let n = 0; n < 3; n += 1) {
      await refused('PutRecords', { ...input, DryRun: true }, 'DryRunOperationException');
    }
    expect((await call('PutRecords', input)).FailedRecordCount).toBe(0);
  });

  it('stores nothing on a dry run', async () => {
    const { refused, call, iterator } = service();
    const input = { StreamName: stream, Records: [record(1)], DryRun: true };
    await refused('PutRecords', input, 'DryRunOperationException');
    await refused('PutRecords', { ...input, Records: [record(MiB)] }, 'InvalidArgumentException');
    expect((await call('GetRecords', { ShardIterator: await iterator(id(0)) })).Records).toEqual([]);
  });

  it('keeps its own copy of the data', async () => {
    const { call, iterator } = service();
    const data = Buffer.from('before');
    await call('PutRecords', { StreamName: stream, Records: [{ Data: data, PartitionKey: 'k' }] });
    data.fill('x');
    const read = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
    expect(texts(read)).toEqual(['before']);
    read.Records?.[0]?.Data?.fill(0);
    expect(texts(await call('GetRecords', { ShardIterator: await iterator(id(0)) }))).toEqual(['before']);
  });

  it.each([
    [4_095, 4_160],
    [4_096, 4_417],
  ])('counts a record of %i bytes of data in memory as it is kept: %i bytes', async (bytes, kept) => {
    const Records = [record(bytes)];
    const enough = service({ maxRetainedBytes: kept });
    await enough.call('PutRecords', { StreamName: stream, Records });
    expect(enough.kinesis.snapshot().retainedBytes).toBe(kept);
    const { refused } = service({ maxRetainedBytes: kept - 1 });
    await refused('PutRecords', { StreamName: stream, Records }, 'LocalMemoryExceededException');
  });

  it('refuses what would take more memory than it may have, clearly, and stores none of it', async () => {
    const { refused, put, call, clock, iterator } = service({ maxRetainedBytes: 500 });
    await put(['a', 'b']);
    const error = await refused(
      'PutRecords',
      { StreamName: stream, Records: [record(1), record(300)] },
      'LocalMemoryExceededException',
    );
    expect(error.message).toMatch(
      /holds 132 bytes .* asked to keep 431 more; its limit is 500.*maxRetainedBytes/,
    );
    expect(error.retryable).toBe(false);
    expect(texts(await call('GetRecords', { ShardIterator: await iterator(id(0)) }))).toEqual(['a', 'b']);
    clock.pass(24 * 3_600_000 + 1);
    await put(['past retention, so there is room']);
  });
});

describe('PutRecords on a stream that distributes by itself', () => {
  const auto = {
    streams: [{ name: stream, mode: 'on-demand' as const, recordDistribution: 'auto' as const }],
  };

  it('ignores keys for placement and needs none', async () => {
    const { call, iterator } = service(auto);
    const Records = Array.from({ length: 200 }, (_, index) => ({
      Data: Buffer.from(String(index)),
      ...(index % 2 ? { PartitionKey: 'same', ExplicitHashKey: '0' } : {}),
    }));
    const answer = await call('PutRecords', { StreamName: stream, Records });
    const shares = [0, 1, 2, 3].map(
      (n) => answer.Records?.filter(({ ShardId }) => ShardId === id(n)).length ?? 0,
    );
    for (const share of shares) expect(share).toBeGreaterThan(25);
    const read = await call('GetRecords', { ShardIterator: await iterator(id(2)) });
    const keys = new Set(read.Records?.map(({ PartitionKey }) => PartitionKey));
    expect(keys).toEqual(new Set(['same', undefined]));
  });

  it('switches at once for new records, both ways', async () => {
    const { call, refused } = service(auto);
    const switchTo = (RecordDistributionStrategy: 'AUTO' | 'USER_PARTITION_KEY') =>
      call('UpdateStreamRecordDistributionStrategy', { StreamARN: arn, RecordDistributionStrategy });
    await switchTo('USER_PARTITION_KEY');
    const Records = Array.from({ length: 50 }, () => record(1));
    const { Records: placed } = await call('PutRecords', { StreamName: stream, Records });
    expect(new Set(placed?.map(({ ShardId }) => ShardId)).size).toBe(1);
    await refused('PutRecord', { StreamName: stream, Data: new Uint8Array(1) }, 'ValidationException');
    await switchTo('AUTO');
    await call('PutRecord', { StreamName: stream, Data: new Uint8Array(1) });
  });

  it('refuses SequenceNumberForOrdering', async () => {
    const { call, refused } = service(auto);
    const { SequenceNumber } = await call('PutRecord', { StreamName: stream, ...record(1) });
    const input = { StreamName: stream, ...record(1), SequenceNumberForOrdering: SequenceNumber };
    await refused('PutRecord', input, 'InvalidArgumentException');
  });
});

describe('PutRecord', () => {
  it('stores one record', async () => {
    const { call, iterator } = service();
    const answer = await call('PutRecord', { StreamName: stream, Data: Buffer.from('x'), PartitionKey: 'k' });
    expect(answer).toMatchObject({ ShardId: id(0), SequenceNumber: expect.stringMatching(/^49\d{54}$/) });
    expect(texts(await call('GetRecords', { ShardIterator: await iterator(id(0)) }))).toEqual(['x']);
  });

  it('throws where PutRecords reports an entry', async () => {
    const { call, refused } = service();
    const input = { StreamName: stream, ...record(MiB - 1) };
    await call('PutRecord', input);
    const error = await refused('PutRecord', input, 'ProvisionedThroughputExceededException');
    expect(error.message).toBe(`Rate exceeded for shard ${id(0)} in stream s under account 000000000000.`);
    expect(error).toMatchObject({ statusCode: 400, retryable: true, $fault: 'client' });
  });

  it('names the key that is missing as its own', async () => {
    const { refused } = service();
    const error = await refused(
      'PutRecord',
      { StreamName: stream, Data: new Uint8Array(1) },
      'ValidationException',
    );
    expect(error.message).toContain("Value null at 'partitionKey' failed");
  });

  it('shares the limits with PutRecords', async () => {
    const { call, refused } = service({ limits: { shardWriteRecordsPerSecond: 3 } });
    await call('PutRecords', { StreamName: stream, Records: [record(1), record(1)] });
    await call('PutRecord', { StreamName: stream, ...record(1) });
    await refused(
      'PutRecord',
      { StreamName: stream, ...record(1) },
      'ProvisionedThroughputExceededException',
    );
  });

  it('takes a sequence number to be passed, if this stream gave it out', async () => {
    const { call, refused } = service();
    const first = await call('PutRecord', { StreamName: stream, ...record(1) });
    const input = { StreamName: stream, ...record(1), SequenceNumberForOrdering: first.SequenceNumber };
    const second = await call('PutRecord', input);
    expect(BigInt(second.SequenceNumber ?? 0) > BigInt(first.SequenceNumber ?? 0)).toBe(true);
    const foreign = { ...input, SequenceNumberForOrdering: '49'.padEnd(56, '9') };
    await refused('PutRecord', foreign, 'InvalidArgumentException');
  });

  it('takes no sequence number of a shard that is past the retention period', async () => {
    const { call, clock, refused } = service({ transitionMs: 0 });
    const { SequenceNumber } = await call('PutRecord', { StreamName: stream, ...record(1) });
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '1000' });
    const input = { StreamName: stream, ...record(1), SequenceNumberForOrdering: SequenceNumber };
    clock.pass(24 * 3_600_000);
    await call('PutRecord', input);
    clock.pass(1);
    await refused('PutRecord', input, 'InvalidArgumentException');
  });
});
