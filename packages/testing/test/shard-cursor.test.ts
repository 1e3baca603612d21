import { AggregateEncoder, hashKeyOf } from '@shardline/aggregation';
import { describe, expect, test } from 'vitest';
import type { KinesisReads } from '../src/kinesis-reads.js';
import { simulate, type World } from '../src/simulate.js';
import { LocalStream } from './support/local-stream.js';

const halfWay = String(2n ** 127n);
const play = (scenario: (world: World) => Promise<void>) => simulate({ seed: 1 }, scenario);

/** An aggregate with a member for each explicit hash key, its data the hash key. */
function aggregateOf(explicitHashKeys: readonly string[]): Uint8Array {
  const encoder = new AggregateEncoder();
  for (const hashKey of explicitHashKeys) {
    encoder.tryAdd('pk', hashKey, Buffer.from(hashKey), hashKeyOf('pk', hashKey), Number.POSITIVE_INFINITY);
  }
  return encoder.seal();
}

describe('a shard, read', () => {
  test('gives members of aggregates with their places, and records stored alone as they are', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      await stream.putData('alone', Buffer.from('data'), '7');
      await stream.putData('a', aggregateOf(['0', '5']), '0');
      const magicOnly = Buffer.from('f3899ac2', 'hex');
      await stream.putData('magic', magicOnly);
      const [alone, zero, five, magic, none] = await stream.readAll();
      expect(alone).toMatchObject({ aggregated: false, subSequenceNumber: 0, partitionKey: 'alone' });
      expect(zero).toMatchObject({
        aggregated: true,
        subSequenceNumber: 0,
        partitionKey: 'pk',
        explicitHashKey: '0',
      });
      expect(five).toMatchObject({ aggregated: true, subSequenceNumber: 1, explicitHashKey: '5' });
      expect(five?.sequenceNumber).toBe(zero?.sequenceNumber);
      expect(Buffer.from(magic?.data ?? [])).toEqual(magicOnly);
      expect(none).toBeUndefined();
    }));

  test('counts records as the service does, and what it leaves out', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 2);
      await stream.putData('a', aggregateOf(['1', '2', halfWay]), '0');
      await stream.putData('a', aggregateOf(['3', '4']), '0');
      const countsAs = async (readAs: 'everything' | 'kcl' | 'shardline') => {
        let [records, userRecords, dropped] = [0, 0, 0];
        for await (const page of stream.read({ readAs })) {
          records += page.records;
          userRecords += page.userRecords.length;
          dropped += page.dropped;
        }
        await world.delay(10_000);
        return [records, userRecords, dropped];
      };
      expect(await countsAs('everything')).toEqual([2, 5, 0]);
      expect(await countsAs('kcl')).toEqual([2, 2, 3]);
      expect(await countsAs('shardline')).toEqual([2, 5, 0]);
    }));

  test('as Shardline reads: what fell into one child but belongs to the other is left out', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const [shard] = await stream.shardIds();
      await stream.reshard('SplitShard', { ShardToSplit: shard, NewStartingHashKey: halfWay });
      await stream.putData('a', aggregateOf(['1', halfWay, '2']), '1');
      const read = await stream.readAll({ readAs: 'shardline' });
      expect(read.map(({ subSequenceNumber }) => subSequenceNumber)).toEqual([0, 2]);
    }));

  test('gives up on iterators that are always expired, without a storm of calls', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      let calls = 0;
      const kinesis: KinesisReads = {
        async call(operation, input, options) {
          calls += 1;
          if (calls > 10_000) throw Object.assign(new Error('a storm'), { name: 'AccessDeniedException' });
          if (operation !== 'GetRecords') return stream.kinesis.call(operation, input, options);
          throw Object.assign(new Error('too old'), { name: 'ExpiredIteratorException' });
        },
      };
      const reading = stream.readAll({ kinesis, giveUpAfterMs: 20_000 });
      await expect(reading).rejects.toMatchObject({
        code: 'STREAM_UNREADABLE',
        retryable: true,
        message: expect.stringMatching(
          /^shard shardId-0+: GetRecords failed \d+ times in 2\d{4} ms: ExpiredIteratorException/,
        ),
      });
      expect(calls).toBeLessThan(200);
    }));
});
