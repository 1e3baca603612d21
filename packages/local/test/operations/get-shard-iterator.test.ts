import { describe, expect, it } from 'vitest';
import { id, service, stream, texts } from '../support/service.js';

describe('GetShardIterator', () => {
  it('begins at the oldest, after the newest, at and after a sequence number', async () => {
    const { call, put, iterator, clock } = service();
    const { Records = [] } = await put(['a', 'b', 'c']);
    const StartingSequenceNumber = Records[1]?.SequenceNumber;
    const read = async (type: Parameters<typeof iterator>[1], more = {}) => {
      clock.pass(1_000);
      return texts(await call('GetRecords', { ShardIterator: await iterator(id(0), type, more) }));
    };
    expect(await read('TRIM_HORIZON')).toEqual(['a', 'b', 'c']);
    expect(await read('LATEST')).toEqual([]);
    expect(await read('AT_SEQUENCE_NUMBER', { StartingSequenceNumber })).toEqual(['b', 'c']);
    expect(await read('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber })).toEqual(['c']);
  });

  it('is stable at LATEST: what is put after it is read by it', async () => {
    const { call, put, iterator } = service();
    await put(['before']);
    const ShardIterator = await iterator(id(0), 'LATEST');
    await put(['after', 'later']);
    expect(texts(await call('GetRecords', { ShardIterator }))).toEqual(['after', 'later']);
    expect(texts(await call('GetRecords', { ShardIterator }))).toEqual(['after', 'later']);
  });

  it('begins at a time, or at the next record after it', async () => {
    const { call, put, iterator, clock } = service();
    const times: number[] = [];
    for (const text of ['a', 'b', 'c']) {
      times.push(clock.now());
      await put([text]);
      clock.pass(1_000);
    }
    const read = async (ms: number) => {
      clock.pass(1_000);
      const ShardIterator = await iterator(id(0), 'AT_TIMESTAMP', { Timestamp: new Date(ms) });
      return texts(await call('GetRecords', { ShardIterator }));
    };
    expect(await read(times[1] ?? 0)).toEqual(['b', 'c']);
    expect(await read((times[1] ?? 0) + 1)).toEqual(['c']);
    expect(await read((times[0] ?? 0) - 1e9)).toEqual(['a', 'b', 'c']);
    expect(await read(clock.now())).toEqual([]);
  });

  it('knows no closed shard whose records are past the retention period, whoever looked before', async () => {
    const { call, put, iterator, clock, refused } = service({ transitionMs: 0 });
    const { Records = [] } = await put(['old']);
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '1000' });
    const StartingSequenceNumber = Records[0]?.SequenceNumber;
    const onParent = { StreamName: stream, ShardId: id(0), ShardIteratorType: 'TRIM_HORIZON' };
    const ofParent = {
      StreamName: stream,
      ShardId: id(1),
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber,
    };
    clock.pass(24 * 3_600_000);
    const ShardIterator = await iterator(id(0));
    const error = await refused('GetShardIterator', ofParent, 'InvalidArgumentException');
    expect(error.message).toContain(
      `It encodes ${id(0)}, while it was used in a call to a shard with ${id(1)}`,
    );
    clock.pass(1);
    const later = await refused('GetShardIterator', ofParent, 'InvalidArgumentException');
    expect(later.message).toContain('did not come from this stream');
    await refused('GetShardIterator', onParent, 'ResourceNotFoundException');
    await refused('GetRecords', { ShardIterator }, 'ResourceNotFoundException');
  });

  it('takes the sequence number at which a shard begins, and numbers that were trimmed', async () => {
    const { call, put, iterator, clock, shards } = service();
    const { Records = [] } = await put(['old']);
    clock.pass(24 * 3_600_000 + 1);
    await put(['new']);
    const [shard] = await shards();
    for (const number of [shard?.SequenceNumberRange?.StartingSequenceNumber, Records[0]?.SequenceNumber]) {
      for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const) {
        const ShardIterator = await iterator(id(0), type, { StartingSequenceNumber: number });
        expect(texts(await call('GetRecords', { ShardIterator }))).toEqual(['new']);
        clock.pass(1_000);
      }
    }
  });

  it('refuses sequence numbers of other shards, other streams and none', async () => {
    const { call, put, refused, clock } = service({
      streams: [{ name: stream, shards: 2 }, { name: 'other' }],
    });
    const { Records = [] } = await put(['a'], '0');
    const other = await call('PutRecord', {
      StreamName: 'other',
      Data: new Uint8Array(1),
      PartitionKey: 'k',
    });
    const input = (StartingSequenceNumber: string | undefined, ShardId = id(0)) => ({
      StreamName: stream,
      ShardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber,
    });
    const mixed = await refused(
      'GetShardIterator',
      input(Records[0]?.SequenceNumber, id(1)),
      'InvalidArgumentException',
    );
    expect(mixed.message).toContain(
      `It encodes ${id(0)}, while it was used in a call to a shard with ${id(1)}`,
    );
    const foreign = await refused(
      'GetShardIterator',
      input(other.SequenceNumber),
      'InvalidArgumentException',
    );
    expect(foreign.message).toContain('did not come from this stream');
    await refused('GetShardIterator', input('123'), 'InvalidArgumentException');
    await refused('GetShardIterator', input('abc'), 'ValidationException');
    await refused('GetShardIterator', input(undefined), 'InvalidArgumentException');
    clock.pass(1_000);
    await call('GetShardIterator', {
      ...input(Records[0]?.SequenceNumber),
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    });
  });

  it.each([
    ['an unknown shard', { ShardId: id(9), ShardIteratorType: 'LATEST' }, 'ResourceNotFoundException'],
    ['an unknown type', { ShardId: id(0), ShardIteratorType: 'FIRST' }, 'ValidationException'],
    ['no type', { ShardId: id(0) }, 'ValidationException'],
    ['no shard', { ShardIteratorType: 'LATEST' }, 'ValidationException'],
    [
      'AT_TIMESTAMP without a time',
      { ShardId: id(0), ShardIteratorType: 'AT_TIMESTAMP' },
      'InvalidArgumentException',
    ],
    [
      'a time to come',
      { ShardId: id(0), ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date('2030-01-01') },
      'InvalidArgumentException',
    ],
    [
      'an unknown stream',
      { StreamName: 'none', ShardId: id(0), ShardIteratorType: 'LATEST' },
      'ResourceNotFoundException',
    ],
    ['a dry run', { ShardId: id(0), ShardIteratorType: 'LATEST', DryRun: true }, 'DryRunOperationException'],
  ])('refuses %s', async (_what, input, name) => {
    await service().refused('GetShardIterator', { StreamName: stream, ...input }, name);
  });

  it('is limited to five calls a second on a shard', async () => {
    const { iterator, refused, clock } = service({}, 2);
    for (let n = 0; n < 5; n += 1) await iterator(id(0));
    const input = { StreamName: stream, ShardId: id(0), ShardIteratorType: 'LATEST' };
    await refused('GetShardIterator', input, 'ProvisionedThroughputExceededException');
    await iterator(id(1));
    clock.pass(200);
    await iterator(id(0));
  });
});
