import type { Fault } from '@shardline/local';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { KinesisReads } from '../src/kinesis-reads.js';
import { simulate, type World } from '../src/simulate.js';
import { LocalStream, streamName, textsOf } from './support/local-stream.js';

/*
 * Against the local Kinesis with its limits on, in virtual time. Catches a reader that leaves a shard, a page or a late record out,
 * reads a child before its parents, or gives in to a limit. Cannot catch what the service does and the local Kinesis does not.
 */

const halfWay = String(2n ** 127n);
const quarterWay = String(2n ** 126n);

async function play(scenario: (world: World) => Promise<void>): Promise<void> {
  await simulate({ seed: 1 }, scenario);
}
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `key-${index % 17}`);

describe('readStream', () => {
  test('reads all shards, in the order of each', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 4);
      const put = await stream.put(keysOf(200));
      const records = await stream.readAll();
      expect([...textsOf(records)].sort()).toEqual([...put].sort());
      expect(new Set(records.map(({ shardId }) => shardId)).size).toBe(4);
      for (const shardId of await stream.shardIds()) {
        const numbers = records
          .filter((record) => record.shardId === shardId)
          .map(({ sequenceNumber }) => sequenceNumber);
        expect(numbers.map(BigInt)).toEqual(numbers.map(BigInt).sort((a, b) => (a < b ? -1 : 1)));
      }
    }));

  test('reads many shards at once without a warning of Node', () =>
    play(async (world) => {
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
      onTestFinished(() => warned.mockRestore());
      const stream = new LocalStream(world, 12);
      const put = await stream.put(keysOf(50));
      expect(await stream.readAll()).toHaveLength(put.length);
      expect(warned).not.toHaveBeenCalled();
    }));

  test('reads closed shards too, and a child after its parents', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 2);
      const put = [...(await stream.put(keysOf(50)))];
      const [first = ''] = await stream.shardIds();
      await stream.reshard('SplitShard', { ShardToSplit: first, NewStartingHashKey: quarterWay });
      put.push(...(await stream.put(keysOf(50), 50)));
      const [, second, left, right] = await stream.shardIds();
      await stream.reshard('MergeShards', { ShardToMerge: right, AdjacentShardToMerge: second });
      put.push(...(await stream.put(keysOf(50), 100)));
      const records = await stream.readAll();
      expect([...textsOf(records)].sort()).toEqual([...put].sort());
      const shardIds = records.map(({ shardId }) => shardId);
      const merged = (await stream.shardIds())[4] ?? '';
      const isBefore = (parent: string | undefined, child: string | undefined) =>
        shardIds.lastIndexOf(parent ?? '') < shardIds.indexOf(child ?? '');
      expect(isBefore(first, left)).toBe(true);
      expect(isBefore(first, right)).toBe(true);
      expect(isBefore(right, merged)).toBe(true);
      expect(isBefore(second, merged)).toBe(true);
    }));

  test('holds a child back until the last page of its parent', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const put = [...(await stream.put(keysOf(40), 0, 900_000))];
      const [shard] = await stream.shardIds();
      await stream.reshard('SplitShard', { ShardToSplit: shard, NewStartingHashKey: halfWay });
      put.push(...(await stream.put(keysOf(10), 40)));
      let pagesOfParent = 0;
      const shardIds: string[] = [];
      for await (const page of stream.read()) {
        if (page.shardId === shard) pagesOfParent += 1;
        shardIds.push(...page.userRecords.map(({ shardId }) => shardId));
      }
      expect(pagesOfParent).toBeGreaterThan(2);
      expect(shardIds).toHaveLength(put.length);
      expect(shardIds.lastIndexOf(shard ?? '')).toBe(39);
    }));

  test.each(['ListShards', 'GetRecords'])(
    'finds children that only the other of two knows, not %s',
    (ignorant) =>
      play(async (world) => {
        const stream = new LocalStream(world, 1);
        const [shard] = await stream.shardIds();
        const first = await stream.kinesis.call('ListShards', { StreamName: streamName });
        const kinesis: KinesisReads = {
          async call(operation, input, options) {
            const answer = await stream.kinesis.call(operation, input, options);
            if (operation !== ignorant) return answer;
            return operation === 'ListShards' ? first : { ...answer, ChildShards: undefined };
          },
        };
        const put: string[] = [];
        const until = (async () => {
          put.push(...(await stream.put(keysOf(10))));
          await stream.reshard('SplitShard', { ShardToSplit: shard, NewStartingHashKey: halfWay });
          put.push(...(await stream.put(keysOf(10), 10)));
        })();
        const records = await stream.readAll({ kinesis, until });
        await until;
        expect([...textsOf(records)].sort()).toEqual([...put].sort());
      }),
  );

  test('waits for children that a listing does not show yet, and says so when they never come', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const [shard = ''] = await stream.shardIds();
      const first = await stream.kinesis.call('ListShards', { StreamName: streamName });
      const put = [...(await stream.put(keysOf(10)))];
      await stream.reshard('SplitShard', { ShardToSplit: shard, NewStartingHashKey: halfWay });
      put.push(...(await stream.put(keysOf(10), 10)));
      const staleFor = (listings: number): KinesisReads => {
        let left = listings;
        return {
          async call(operation, input, options) {
            const answer = await stream.kinesis.call(operation, input, options);
            if (operation !== 'ListShards') return { ...answer, ChildShards: [] };
            left -= 1;
            return left >= 0 ? first : answer;
          },
        };
      };
      const records = await stream.readAll({ kinesis: staleFor(12) });
      expect([...textsOf(records)].sort()).toEqual([...put].sort());
      await world.delay(10_000);
      const never = stream.readAll({ kinesis: staleFor(Number.POSITIVE_INFINITY), giveUpAfterMs: 5_000 });
      await expect(never).rejects.toMatchObject({
        code: 'STREAM_UNREADABLE',
        message: `stream stream: closed shards without children after 5000 ms of listing: ${shard}`,
      });
    }));

  test('every key keeps its order through a split', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      await stream.put(keysOf(40));
      const [shard] = await stream.shardIds();
      await stream.reshard('SplitShard', { ShardToSplit: shard, NewStartingHashKey: halfWay });
      await stream.put(keysOf(40), 40);
      const records = await stream.readAll();
      for (const key of new Set(keysOf(17))) {
        const numbers = textsOf(records.filter(({ partitionKey }) => partitionKey === key)).map((text) =>
          Number(text.split('#')[1]),
        );
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    }));

  test('takes its time with a stream larger than the read limit', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const put = await stream.put(keysOf(60), 0, 900_000);
      const startedAt = world.clock.monotonic();
      expect(textsOf(await stream.readAll())).toEqual(put);
      expect(world.clock.monotonic() - startedAt).toBeGreaterThan(20_000);
    }));

  test('follows a stream until told otherwise, then reads on to its newest record', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 2);
      let end = (): void => {};
      const until = new Promise<void>((resolve) => {
        end = resolve;
      });
      const reading = stream.readAll({ until });
      const put = [...(await stream.put(keysOf(30)))];
      await world.delay(20_000);
      const [first] = await stream.shardIds();
      await stream.reshard('SplitShard', { ShardToSplit: first, NewStartingHashKey: quarterWay });
      put.push(...(await stream.put(keysOf(30), 30)));
      await world.delay(20_000);
      put.push(...(await stream.put(keysOf(30), 60)));
      end();
      expect([...textsOf(await reading)].sort()).toEqual([...put].sort());
    }));

  test('a rejected `until` ends the following too', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const put = await stream.put(keysOf(5));
      const records = await stream.readAll({ until: Promise.reject(new Error('ingest failed')) });
      expect(textsOf(records)).toEqual(put);
    }));

  test('waits for records that come while it makes sure', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const reading = stream.readAll({ settleMs: 3_000 });
      const put: string[] = [];
      for (const key of keysOf(2)) {
        await world.delay(1_400);
        put.push(...(await stream.put([key], put.length)));
      }
      expect(textsOf(await reading)).toEqual(put);
    }));

  test('ends although others go on writing, and holds all that was there when the following ended', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 2);
      let put = 0;
      let ended = false;
      const others = (async () => {
        while (!ended) put += (await stream.put(keysOf(10), put)).length;
      })();
      await world.delay(10_000);
      const putBefore = put;
      const startedAtMs = world.clock.monotonic();
      const texts = textsOf(await stream.readAll({ until: world.delay(2_000), settleMs: 1_000 }));
      ended = true;
      await others;
      const numbers = new Set(texts.map((text) => Number(text.split('#')[1])));
      for (let number = 0; number < putBefore; number += 1) expect(numbers).toContain(number);
      expect(world.clock.monotonic() - startedAtMs).toBeLessThan(10_000);
    }));

  test('reads on to where the following ended, however far behind it is', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const put = await stream.put(keysOf(60), 0, 900_000);
      let ended = false;
      const others = (async () => {
        for (let next = put.length; !ended; next += 1) {
          await stream.put(['other'], next);
          await world.delay(100);
        }
      })();
      const texts = textsOf(await stream.readAll({ settleMs: 500 }));
      ended = true;
      await others;
      expect(texts.slice(0, put.length)).toEqual(put);
    }));

  test('lists the shards at the start, after a closed shard, and at the end', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 5);
      await stream.put(keysOf(50));
      const [first] = await stream.shardIds();
      await stream.reshard('SplitShard', { ShardToSplit: first, NewStartingHashKey: String(2n ** 125n) });
      let listings = 0;
      const kinesis: KinesisReads = {
        call: (operation, input, options) => {
          if (operation === 'ListShards') listings += 1;
          return stream.kinesis.call(operation, input, options);
        },
      };
      await stream.readAll({ kinesis });
      expect(listings).toBe(3);
    }));

  test('needs one look only when not asked to settle', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      await stream.put(keysOf(3));
      const startedAt = world.clock.monotonic();
      expect(await stream.readAll({ settleMs: 0 })).toHaveLength(3);
      expect(world.clock.monotonic() - startedAt).toBe(0);
    }));

  test('is not put off by throttling, errors, resets, lost answers and stale listings', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 3);
      const put = [...(await stream.put(keysOf(100)))];
      const [, first] = await stream.shardIds();
      const faults: readonly Fault[] = [
        { kind: 'throttleShard', access: 'read', probability: 0.3 },
        {
          kind: 'failCall',
          operation: ['ListShards', 'GetShardIterator'],
          errorCode: 'InternalFailure',
          probability: 0.3,
        },
        { kind: 'failCall', operation: 'GetRecords', errorCode: 'LimitExceededException', times: 5 },
        { kind: 'reset', operation: 'GetRecords', when: 'after', probability: 0.2 },
        { kind: 'loseAnswer', operation: ['ListShards', 'GetShardIterator', 'GetRecords'], probability: 0.1 },
        { kind: 'staleListShards', ageMs: 5_000 },
      ];
      for (const fault of faults) stream.kinesis.faults.add(fault);
      const until = (async () => {
        await world.delay(8_000);
        await stream.reshard('SplitShard', { ShardToSplit: first, NewStartingHashKey: halfWay });
        put.push(...(await stream.put(keysOf(50), 100)));
      })();
      const records = await stream.readAll({ until });
      await until;
      expect([...textsOf(records)].sort()).toEqual([...put].sort());
      const counts = stream.kinesis.faults.counts();
      for (const kind of ['throttleShard', 'failCall', 'reset', 'loseAnswer', 'staleListShards'] as const) {
        expect(counts[kind]).toBeGreaterThan(0);
      }
    }));

  test('goes on after an iterator has expired', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      const put = [...(await stream.put(keysOf(20)))];
      const texts: string[] = [];
      for await (const page of stream.read({ settleMs: 5_000 })) {
        texts.push(...textsOf(page.userRecords));
        if (texts.length > 20) continue;
        put.push(...(await stream.put(keysOf(20), 20)));
        await world.delay(400_000);
      }
      expect(texts).toEqual(put);
    }));

  test('makes no further call once its reader has left', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 2);
      await stream.put(keysOf(20));
      let calls = 0;
      const kinesis: KinesisReads = {
        call: (...args) => {
          calls += 1;
          return stream.kinesis.call(...args);
        },
      };
      let pages = 0;
      for await (const page of stream.read({ kinesis, until: new Promise(() => {}) })) {
        pages += 1;
        if (page.userRecords.some(({ partitionKey }) => partitionKey === 'last')) break;
        // Another shard pauses between two reads when the last record comes.
        if (pages === 2) world.clock.schedule(100, () => void stream.put(['last']));
      }
      const callsAtEnd = calls;
      await world.delay(10_000);
      expect(calls).toBe(callsAtEnd);
    }));

  test('names the stream that does not exist, at once', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 1);
      await expect(stream.readAll({ stream: 'none' })).rejects.toMatchObject({
        code: 'STREAM_UNREADABLE',
        message: expect.stringMatching(/^stream none: ListShards failed: ResourceNotFoundException: /),
      });
      expect(world.clock.monotonic()).toBe(0);
    }));

  test('takes an ARN, and pages of shards', () =>
    play(async (world) => {
      const stream = new LocalStream(world, 3);
      const put = await stream.put(keysOf(30));
      const kinesis: KinesisReads = {
        call: (operation, input, options) => {
          const paged = operation === 'ListShards' ? { ...input, MaxResults: 1 } : input;
          return stream.kinesis.call(operation, paged, options);
        },
      };
      const arn = `arn:aws:kinesis:us-east-1:000000000000:stream/${streamName}`;
      expect([...textsOf(await stream.readAll({ kinesis, stream: arn }))].sort()).toEqual([...put].sort());
    }));
});
