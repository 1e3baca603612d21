import type { GetRecordsOutput } from '@aws-sdk/client-kinesis';
import { InvalidOptionError, ShardlineError } from '@shardline/core';
import { describe, expect, test, vi } from 'vitest';
import { Consumer } from '../src/consumer.js';
import { KinesisCallError } from '../src/errors.js';
import type { LeaseStore } from '../src/lease-store.js';
import type { ConsumerOptions } from '../src/options.js';
import { ConsumerWorld } from './support/consumer-world.js';
import { placeOf } from './support/processor-world.js';
import { shardId } from './support/shard-tree.js';
import type { Fate } from './support/store-line.js';
import { aggregateOf } from './support/stored-records.js';

class NoRight extends ShardlineError {
  override readonly code = 'ACCESS_DENIED';
}

const forEver = () => new Promise<void>(() => undefined);
const lastHashKey = String(2n ** 128n - 1n);

/** Puts one record to the first or the second of two shards. */
async function putTo(world: ConsumerWorld, shard: 0 | 1, Data: Uint8Array | string): Promise<void> {
  const ExplicitHashKey = shard === 0 ? '0' : lastHashKey;
  const record = { Data: Buffer.from(Data), PartitionKey: 'key', ExplicitHashKey };
  await world.kinesis.call('PutRecord', { StreamName: 'tweets', ...record });
}

async function pass(world: ConsumerWorld, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) await world.clock.advance(1_000);
}

const denied = (operation: string) =>
  ({ kind: 'failCall', operation, errorCode: 'AccessDeniedException' }) as never;

describe('a right that is missing in Kinesis', () => {
  test('ListShards: start() rejects with what to grant, and may be called again', async () => {
    const world = new ConsumerWorld();
    world.kinesis.faults.add(denied('ListShards'));
    const { consumer, records } = world.consumer();
    const refused: unknown = await world.until(consumer.start()).catch((error) => error);
    expect(refused).toBeInstanceOf(KinesisCallError);
    expect(refused).toMatchObject({
      code: 'ACCESS_DENIED',
      call: 'ListShards',
      stream: 'tweets',
      retryable: false,
      message: expect.stringContaining('kinesis:ListShards'),
    });
    world.kinesis.faults.clear();
    await world.until(consumer.start());
    await world.put('a');
    await pass(world, 5_000);
    expect(records).toEqual(['a']);
  });

  test('DescribeStreamSummary: nothing is missing', async () => {
    const world = new ConsumerWorld();
    world.kinesis.faults.add(denied('DescribeStreamSummary'));
    const { consumer, records, errors } = await world.started();
    await world.put('a');
    await pass(world, 5_000);
    expect([records, errors, consumer.health().healthy]).toEqual([['a'], [], true]);
  });

  test.each(['GetShardIterator', 'GetRecords'])(
    '%s: told of, unhealthy, the lease stays; heals',
    async (call) => {
      const world = new ConsumerWorld();
      world.kinesis.faults.add(denied(call));
      const { consumer, records, errors, typesOf } = await world.started();
      await world.put('a', 'b');
      await pass(world, 20_000);
      expect(errors).toMatchObject([
        { code: 'ACCESS_DENIED', call },
        { code: 'ACCESS_DENIED', call },
      ]);
      expect(errors.map((error) => (error as KinesisCallError).shardId).sort()).toEqual([
        shardId(0),
        shardId(1),
      ]);
      expect(consumer.health().shards.map(({ healthy }) => healthy)).toEqual([false, false]);
      expect(consumer.health().shards[0]?.reason).toContain('kinesis:GetRecords');
      expect(typesOf('lease-released')).toEqual([]);
      world.kinesis.faults.clear();
      await pass(world, 30_000);
      expect(records.toSorted()).toEqual(['a', 'b']);
      expect(consumer.health().healthy).toBe(true);
    },
  );
});

describe('a right that is missing in the lease store', () => {
  const refusal = new NoRight('dynamodb: not authorised', { retryable: false });
  const deny =
    (operation: keyof LeaseStore): Fate =>
    async (call) => {
      if (call.operation === operation) throw refusal;
      return call.run();
    };
  const passes: Fate = ({ run }) => run();

  test.each(['open', 'list', 'create'] as const)(
    '%s: start() rejects, and may be called again',
    async (operation) => {
      const world = new ConsumerWorld();
      const { consumer, line, records } = world.consumer();
      line.otherwise = deny(operation);
      await expect(world.until(consumer.start())).rejects.toBe(refusal);
      line.otherwise = passes;
      await world.until(consumer.start());
      await world.put('a');
      await pass(world, 5_000);
      expect(records).toEqual(['a']);
    },
  );

  test.each([
    ['take', 'take-lease'],
    ['renew', 'renew-lease'],
    ['list', 'list-leases'],
    ['checkpoint', 'checkpoint'],
  ] as const)('%s: told of as %s, and over when it is granted', async (operation, task) => {
    const world = new ConsumerWorld();
    const { consumer, line, events, errors, records } = world.consumer();
    if (operation !== 'list') line.otherwise = deny(operation);
    await world.until(consumer.start());
    line.otherwise = deny(operation);
    await world.put('a', 'b');
    await pass(world, 30_000);
    const told = events.filter((event) => event.type === 'coordination-failed');
    expect(told[0]).toMatchObject({ reason: 'ACCESS_DENIED', task, error: refusal });
    expect(told.every((event) => event.task === task)).toBe(true);
    expect(errors.every((error) => error === refusal)).toBe(true);
    line.otherwise = passes;
    await pass(world, 30_000);
    expect(new Set(records)).toEqual(new Set(['a', 'b']));
    expect(consumer.health().healthy).toBe(true);
    await world.until(consumer.stop());
    expect(await world.owners()).toEqual([undefined, undefined]);
  });

  test.each(['create', 'updateMetadata'] as const)(
    '%s: a shard does not end without its children',
    async (operation) => {
      const world = new ConsumerWorld(1);
      const { consumer, line, events, records } = await world.started();
      await pass(world, 3_000);
      line.otherwise = deny(operation);
      await world.kinesis.call('SplitShard', {
        StreamName: 'tweets',
        ShardToSplit: shardId(0),
        NewStartingHashKey: String(2n ** 127n),
      });
      await pass(world, 20_000);
      expect(events.some((event) => event.type === 'coordination-failed' && event.task === 'end-shard')).toBe(
        true,
      );
      expect((await world.memory.get(shardId(0)))?.checkpoint.sequenceNumber).not.toBe('SHARD_END');
      line.otherwise = passes;
      await world.put('a', 'b', 'c');
      await pass(world, 20_000);
      expect((await world.memory.get(shardId(0)))?.checkpoint.sequenceNumber ?? 'SHARD_END').toBe(
        'SHARD_END',
      );
      expect(records.toSorted()).toEqual(['a', 'b', 'c']);
      expect(consumer.health().healthy).toBe(true);
    },
  );

  test('release: stop() ends by its deadline and says so', async () => {
    const world = new ConsumerWorld();
    const { consumer, line, errors } = await world.started();
    await pass(world, 3_000);
    line.otherwise = deny('release');
    await world.until(consumer.stop({ deadlineMs: 5_000 }));
    expect(errors.length).toBeGreaterThan(1);
    expect(errors.every((error) => error === refusal)).toBe(true);
    const { length } = line.calls;
    await pass(world, 60_000);
    expect([line.calls.length, world.clock.pending]).toEqual([length, 0]);
  });
});

describe('records', () => {
  test('a corrupt aggregate is told of and delivered as it is; what stands beside it too', async () => {
    const world = new ConsumerWorld();
    const { consumer, records, events, errors } = await world.started();
    const sound = aggregateOf(['a', 'b']);
    const corrupt = Uint8Array.from(sound, (byte, index) => (index === 9 ? byte ^ 1 : byte));
    await putTo(world, 0, 'before');
    await putTo(world, 0, corrupt);
    await putTo(world, 0, 'after');
    await putTo(world, 1, 'other');
    await pass(world, 10_000);
    expect(records.toSorted()).toEqual(
      [Buffer.from(corrupt).toString(), 'after', 'before', 'other'].toSorted(),
    );
    expect(events.filter(({ type }) => type === 'corrupt-aggregate')).toMatchObject([
      { reason: 'not-decodable', shardId: shardId(0), sequenceNumber: expect.stringMatching(/^\d+$/) },
    ]);
    expect([errors, consumer.health().healthy]).toEqual([[], true]);
  });

  test('a record without a partition key is delivered', async () => {
    const world = new ConsumerWorld();
    const call = world.kinesis.call.bind(world.kinesis);
    vi.spyOn(world.kinesis, 'call').mockImplementation(async (...args) => {
      const answer = (await call(...args)) as GetRecordsOutput;
      for (const record of answer.Records ?? []) delete record.PartitionKey;
      return answer;
    });
    const { consumer, records, errors } = await world.started();
    await putTo(world, 0, 'a');
    await putTo(world, 1, 'b');
    await pass(world, 10_000);
    expect([records.toSorted(), errors, consumer.health().healthy]).toEqual([['a', 'b'], [], true]);
  });
});

describe('a handler', () => {
  test('that throws undefined is called again, told of, and stops no other shard', async () => {
    const world = new ConsumerWorld();
    const seen: string[] = [];
    let fails = true;
    const { consumer, errors } = await world.started({
      onRecord: (record) => {
        if (record.text() === 'bad' && fails) return Promise.reject();
        seen.push(record.text());
        return undefined;
      },
    });
    for (const text of ['bad', 'behind']) await putTo(world, 0, text);
    await putTo(world, 1, 'other');
    await pass(world, 2_000);
    expect(seen).toEqual(['other']);
    expect(consumer.health().shards.map(({ healthy }) => healthy)).toEqual([false, true]);
    fails = false;
    await pass(world, 30_000);
    expect(seen).toEqual(['other', 'bad', 'behind']);
    expect(errors.length).toBeGreaterThan(2);
    expect(errors[0]).toMatchObject({ code: 'HANDLER_FAILED', shardId: shardId(0), cause: undefined });
    expect(consumer.health().healthy).toBe(true);
  });

  test('that never settles is told of, keeps its lease and stops no other shard', async () => {
    const world = new ConsumerWorld();
    const seen: string[] = [];
    const { consumer, errors, typesOf } = await world.started({
      handlerStallMs: 5_000,
      onRecord: (record) => {
        seen.push(record.text());
        return record.text() === 'bad' ? forEver() : undefined;
      },
    });
    await putTo(world, 0, 'bad');
    await pass(world, 10_000);
    await putTo(world, 1, 'other');
    await pass(world, 30_000);
    expect(seen).toEqual(['bad', 'other']);
    expect(errors).toMatchObject([{ code: 'HANDLER_STALLED', shardId: shardId(0) }]);
    expect(typesOf('lease-released', 'handler-stalled')).toEqual(['handler-stalled: no-progress']);
    expect(consumer.health()).toMatchObject({
      healthy: false,
      shards: [{ healthy: false }, { healthy: true }],
    });
    await world.until(consumer.stop({ deadlineMs: 1_000 }));
    expect(await world.owners()).toEqual([undefined, undefined]);
    expect(typesOf('stop-deadline')).toEqual(['stop-deadline: deadline']);
  });

  test.each([
    ['a sequence number far behind', { sequenceNumber: '9'.repeat(56) }, 'CHECKPOINT_OUT_OF_RANGE'],
    ['one from before the shard', { sequenceNumber: '1' }, 'CHECKPOINT_OUT_OF_RANGE'],
    ['a sentinel', { sequenceNumber: 'LATEST' }, 'CHECKPOINT_OUT_OF_RANGE'],
    ['no number', { sequenceNumber: 'latest' }, 'INVALID_OPTION'],
  ])('that checkpoints at %s is told so, and goes on when it does not', async (_what, at, code) => {
    const world = new ConsumerWorld();
    const refusals: unknown[] = [];
    const { consumer, errors } = await world.started({
      shardHandler: ({ shardId: id }) => ({
        async processRecords({ checkpointer, records }) {
          if (id === shardId(0) && refusals.length === 0) {
            await checkpointer.checkpoint({
              ...records[0],
              sequenceNumber: records[0]?.sequenceNumber ?? '',
            });
            await checkpointer.checkpoint(at).catch((error) => {
              refusals.push(error);
              throw error;
            });
          }
        },
      }),
    });
    await putTo(world, 0, 'a');
    await putTo(world, 1, 'b');
    await pass(world, 20_000);
    expect(refusals).toMatchObject([{ code, retryable: false }]);
    expect(errors).toMatchObject([{ code: 'HANDLER_FAILED', call: 'processRecords', cause: refusals[0] }]);
    const stored = await world.memory.list();
    expect(stored.every(({ checkpoint }) => /^\d+$/.test(checkpoint.sequenceNumber))).toBe(true);
    expect(consumer.health().healthy).toBe(true);
  });
});

test.each(['earliest', 'TRIM_HORIZON', 0, null, new Date(Number.NaN)])(
  'an unknown initial position is refused at once: %s',
  (initialPosition) => {
    const { memory: leaseStore } = new ConsumerWorld();
    const options = { stream: 'tweets', applicationName: 'counts', leaseStore, initialPosition };
    const more = { onRecord: () => undefined, onError: () => undefined };
    const make = () => new Consumer({ ...options, ...more } as unknown as ConsumerOptions);
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow("'trim-horizon', 'latest' or a valid Date");
  },
);

test('a checkpoint of a stream that was made anew under its name is refused at the start', async () => {
  const world = new ConsumerWorld(1);
  const first = await world.started();
  await world.put('a');
  await pass(world, 8_000);
  await world.until(first.consumer.stop());
  const lease = await world.memory.get(shardId(0));
  expect(placeOf(lease?.checkpoint ?? { sequenceNumber: '', subSequenceNumber: 0 })).not.toBe('TRIM_HORIZON');
  await world.kinesis.call('DeleteStream', { StreamName: 'tweets' });
  await pass(world, 2_000);
  await world.kinesis.call('CreateStream', { StreamName: 'tweets', ShardCount: 1 });
  await pass(world, 2_000);
  const second = world.consumer();
  await expect(world.until(second.consumer.start())).rejects.toMatchObject({
    code: 'FOREIGN_LEASES',
    leaseKeys: [shardId(0)],
  });
  expect(await world.memory.get(shardId(0))).toMatchObject({ checkpoint: lease?.checkpoint });
});
