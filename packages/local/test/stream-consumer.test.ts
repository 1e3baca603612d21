import { expect, it } from 'vitest';
import { StreamConsumer } from '../src/stream-consumer.js';
import { Tank } from '../src/tank.js';

const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
const make = () => new StreamConsumer({ name: 'c', streamArn, createdAtMs: 5_999, activeAtMs: 6_500 });

it('has its creation time in whole seconds in its ARN', () => {
  expect(make().arn).toBe(`${streamArn}/consumer/c:5`);
});

it('is CREATING, then ACTIVE, and DELETING from its end on', () => {
  const consumer = make();
  expect([consumer.statusAt(6_499), consumer.statusAt(6_500)]).toEqual(['CREATING', 'ACTIVE']);
  consumer.deregister(8_000);
  expect([consumer.statusAt(7_000), consumer.isGone(7_999), consumer.isGone(8_000)]).toEqual([
    'DELETING',
    false,
    true,
  ]);
});

it('takes its subscriptions with it', () => {
  const consumer = make();
  const ended: string[] = [];
  for (const shardId of ['a', 'b']) {
    consumer.subscriptions.set(shardId, {
      startedAtMs: 0,
      isOver: false,
      takeOver: () => ended.push(`taken over ${shardId}`),
      abandon: () => ended.push(`abandoned ${shardId}`),
    });
  }
  consumer.deregister(8_000);
  expect(ended).toEqual(['abandoned a', 'abandoned b']);
});

it('keeps nothing of shards that are gone, but what still runs, so that it ends with the consumer', () => {
  const consumer = make();
  const over = new Set(['gone and over', 'there and over']);
  const ended: string[] = [];
  for (const shardId of [...over, 'gone and running']) {
    consumer.subscribeCalls.set(shardId, new Tank(1, 1, 0));
    consumer.subscriptions.set(shardId, {
      startedAtMs: 0,
      get isOver() {
        return over.has(shardId);
      },
      takeOver: () => {},
      abandon: () => ended.push(shardId),
    });
  }
  const keepThere = () => consumer.keepShards((shardId) => shardId.startsWith('there'));
  keepThere();
  expect([...consumer.subscriptions.keys()]).toEqual(['there and over', 'gone and running']);
  expect([...consumer.subscribeCalls.keys()]).toEqual(['there and over']);
  consumer.deregister(8_000);
  expect(ended).toContain('gone and running');
  over.add('gone and running');
  keepThere();
  expect([...consumer.subscriptions.keys()]).toEqual(['there and over']);
});
