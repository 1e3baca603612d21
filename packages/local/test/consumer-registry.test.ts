import { expect, it } from 'vitest';
import { ConsumerRegistry } from '../src/consumer-registry.js';
import { StreamConsumer } from '../src/stream-consumer.js';

const make = (name: string) =>
  new StreamConsumer({ name, streamArn: 'arn:stream/s', createdAtMs: 1_000, activeAtMs: 1_000 });

it('lists consumers by name and finds them by name and by ARN', () => {
  const registry = new ConsumerRegistry();
  const [b, a] = [make('b'), make('a')];
  registry.add(b);
  registry.add(a);
  expect(registry.list(2_000)).toEqual([a, b]);
  expect(registry.byName('b', 2_000)).toBe(b);
  expect(registry.byArn(a.arn, 2_000)).toBe(a);
  expect(registry.byArn('arn:other', 2_000)).toBeUndefined();
});

it('forgets those that are gone', () => {
  const registry = new ConsumerRegistry();
  const a = make('a');
  registry.add(a);
  a.deregister(3_000);
  expect([registry.byName('a', 2_999), registry.byArn(a.arn, 2_999)]).toEqual([a, a]);
  expect([registry.byName('a', 3_000), registry.byArn(a.arn, 3_000)]).toEqual([undefined, undefined]);
});

it('takes all with it when the stream goes', () => {
  const registry = new ConsumerRegistry();
  const a = make('a');
  registry.add(a);
  registry.clear();
  expect(a.statusAt(2_000)).toBe('DELETING');
  expect(registry.list(2_000)).toEqual([]);
});
