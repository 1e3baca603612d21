import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ConsumerEvent } from '../src/events.js';
import { ConsumerWorld } from './support/consumer-world.js';
import { shardId } from './support/shard-tree.js';
import { throttled } from './support/store-line.js';
import { aggregateOf } from './support/stored-records.js';

/** By the declaration itself, so that an event which nobody tells of is noticed. */
function declaredTypes(): readonly string[] {
  const source = readFileSync(new URL('../src/events.ts', import.meta.url), 'utf8');
  const [, union = ''] = source.split('export type ConsumerEvent =');
  const [events = ''] = union.split('/** Which method of a handler. */');
  return [...events.matchAll(/readonly type: '([\w-]+)'/g)].map(([, type = '']) => type);
}

async function pass(world: ConsumerWorld, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) await world.clock.advance(1_000);
}

async function putTo(
  world: ConsumerWorld,
  Data: Uint8Array | string,
  ExplicitHashKey: string,
): Promise<void> {
  const record = { Data: Buffer.from(Data), PartitionKey: 'key', ExplicitHashKey };
  await world.kinesis.call('PutRecord', { StreamName: 'tweets', ...record });
}

test('everything that is declared is told of, with a reason, in one eventful life', async () => {
  const world = new ConsumerWorld(1);
  const { kinesis } = world;
  const all: ConsumerEvent[] = [];
  let fails = true;
  const onEvent = (event: ConsumerEvent) => void all.push(event);
  const onError = () => {
    throw new Error('a listener of the user’s');
  };
  const onRecord = (record: { text(): string }) => {
    if (record.text() === 'bad' && fails) throw new Error('no');
    return record.text() === 'hangs' ? new Promise<void>(() => undefined) : undefined;
  };
  const options = { onEvent, onError, onRecord, handlerStallMs: 1_000 };

  const first = world.consumer(options);
  first.line.script('take', throttled);
  kinesis.faults.add({ kind: 'failCall', operation: 'GetRecords', errorCode: 'InternalFailure', times: 1 });
  kinesis.faults.add({
    kind: 'failCall',
    operation: 'DescribeStreamSummary',
    errorCode: 'AccessDeniedException',
  });
  await world.until(first.consumer.start());
  await pass(world, 5_000);
  kinesis.faults.add({
    kind: 'failCall',
    operation: 'GetRecords',
    errorCode: 'ExpiredIteratorException',
    times: 1,
  });
  await putTo(world, 'bad', '0');
  const sound = aggregateOf(['a', 'b']);
  await putTo(
    world,
    Uint8Array.from(sound, (byte, index) => (index === 9 ? byte ^ 1 : byte)),
    '0',
  );
  await pass(world, 3_000);
  fails = false;
  await pass(world, 10_000);

  const half = String(2n ** 127n);
  const split = { StreamName: 'tweets', ShardToSplit: shardId(0), NewStartingHashKey: half };
  await kinesis.call('SplitShard', split);
  await pass(world, 5_000);
  // For the parent's range: their producer has put them again. By MD5, "a" is in the lower half and "b" in the upper one.
  await putTo(world, aggregateOf(['a', 'b']), '0');
  await putTo(world, aggregateOf(['a', 'b']), half);
  const quarter = String(2n ** 125n);
  await pass(world, 20_000);
  await kinesis.call('SplitShard', {
    StreamName: 'tweets',
    ShardToSplit: shardId(1),
    NewStartingHashKey: quarter,
  });
  await pass(world, 5_000);
  // From a careless aggregator: "b" is neither in the shard's range nor in its parent's.
  await putTo(world, aggregateOf(['a', 'b']), '0');
  await pass(world, 120_000);

  const second = world.consumer(options);
  await world.until(second.consumer.start());
  await pass(world, 40_000);
  await putTo(world, 'hangs', half);
  await pass(world, 5_000);
  await world.until(Promise.all([first, second].map(({ consumer }) => consumer.stop({ deadlineMs: 100 }))));

  const seen = new Set(all.map(({ type }) => type));
  expect(declaredTypes().filter((type) => !seen.has(type as ConsumerEvent['type']))).toEqual([]);
  expect(all.every(({ reason }) => typeof reason === 'string' && reason !== '')).toBe(true);
});

test('the declaration is found', () => {
  expect(declaredTypes().length).toBeGreaterThan(17);
  expect(declaredTypes()).toContain('callback-failed');
});
