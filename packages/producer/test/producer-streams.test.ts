import { seededRandom } from '@shardline/core/internal';
import { LocalKinesis } from '@shardline/local';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { ProducerEvent } from '../src/events.js';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';
import { localKinesisApi } from './support/local-kinesis-api.js';
import { failureOf } from './support/producer-under-test.js';

/*
 * A stream whose nature changes under a running producer, on the local Kinesis. Catches: state of an earlier stream of the same
 * name, of an earlier distribution, of an earlier record limit. Cannot catch: how long the service takes over such changes.
 */

function makeStream(stream: object, options: Partial<ProducerOptions> = {}) {
  const clock = new ManualClock();
  const kinesis = new LocalKinesis({
    clock,
    random: seededRandom(1),
    streams: [{ name: 's', ...stream }],
    limits: { updateStreamModePerDay: 100 },
  });
  const events: ProducerEvent[] = [];
  const producer = new Producer(
    { stream: 's', onEvent: (event) => void events.push(event), ...options },
    { api: localKinesisApi((...call) => kinesis.call(...call), 's'), clock, random: seededRandom(2) },
  );
  const types = (type: ProducerEvent['type']) =>
    events.flatMap((event) => (event.type === type && 'reason' in event ? [event.reason] : []));
  return { clock, kinesis, producer, types };
}

type Made = ReturnType<typeof makeStream>;

async function putBatch({ clock, producer }: Made, count: number) {
  const before = producer.stats().storedEntries;
  const batch = producer.putMany(
    Array.from({ length: count }, (_, at) => ({ partitionKey: `key-${at}`, data: `data ${at}` })),
  );
  await clock.advance(6_000);
  const outcomes = [...(await batch)];
  return {
    stored: outcomes.filter(({ stored }) => stored).length,
    entries: producer.stats().storedEntries - before,
  };
}

async function distribute({ clock, kinesis }: Made, RecordDistributionStrategy: string): Promise<void> {
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/s`;
  await kinesis.call('UpdateStreamRecordDistributionStrategy', { StreamARN, RecordDistributionStrategy });
  await clock.advance(1_000);
}

test('P4: a stream that is switched to AUTO and back while records flow loses none, and is aggregated again', async () => {
  const made = makeStream({ mode: 'on-demand' });
  const first = await putBatch(made, 40);
  expect(first.stored).toBe(40);
  expect(first.entries).toBeLessThanOrEqual(4);
  await distribute(made, 'AUTO');
  expect((await putBatch(made, 40)).stored).toBe(40);
  await made.clock.advance(61_000);
  expect(await putBatch(made, 40)).toEqual({ stored: 40, entries: 40 });
  await distribute(made, 'USER_PARTITION_KEY');
  await made.clock.advance(61_000);
  const last = await putBatch(made, 40);
  expect(last.stored).toBe(40);
  expect(last.entries).toBeLessThanOrEqual(4);
  expect(made.types('aggregation-stopped')).toHaveLength(1);
  expect(made.types('aggregation-resumed')).toEqual(['summary']);
});

test.each([
  ['as many shards', 2],
  ['fewer shards', 1],
  ['more shards', 5],
])(
  'P3, P4: a stream made anew with %s takes records as a new one; nothing is inverted',
  async (_what, shards) => {
    const made = makeStream({ shards: 2 });
    const { clock, kinesis, producer, types } = made;
    for (let at = 0; at < 5; at += 1) expect((await putBatch(made, 40)).stored).toBe(40);
    await kinesis.call('DeleteStream', { StreamName: 's' });
    await clock.advance(1_000);
    const gone = failureOf(producer.put({ partitionKey: 'a', data: 'x' }));
    await clock.advance(500);
    expect(await gone).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    await kinesis.call('CreateStream', { StreamName: 's', ShardCount: shards });
    await clock.advance(1_000);
    expect((await putBatch(made, 40)).stored).toBe(40);
    expect(producer.stats().shards).toHaveLength(shards);
    expect(producer.stats().orderInverted).toBe(0);
    expect(types('aggregation-stopped')).toEqual([]);
    expect(types('order-inverted')).toEqual([]);
  },
);

test('a producer that was idle while its stream was made anew neither inverts nor stops aggregating', async () => {
  const made = makeStream({ shards: 2 });
  const { clock, kinesis, producer, types } = made;
  await putBatch(made, 40);
  await kinesis.call('DeleteStream', { StreamName: 's' });
  await clock.advance(1_000);
  await kinesis.call('CreateStream', { StreamName: 's', ShardCount: 3 });
  await clock.advance(1_000);
  expect((await putBatch(made, 40)).stored).toBe(40);
  expect(producer.stats().shards).toHaveLength(3);
  expect([types('aggregation-stopped'), producer.stats().orderInverted]).toEqual([[], 0]);
});

test('a record limit that is raised while the producer runs holds after the next description', async () => {
  const made = makeStream({ shards: 1 });
  const { clock, kinesis, producer } = made;
  const large = { partitionKey: 'a', data: new Uint8Array(3_000_000) };
  await putBatch(made, 1);
  expect(await failureOf(producer.put(large))).toMatchObject({ code: 'RECORD_TOO_LARGE' });
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/s`;
  await kinesis.call('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 4_096 });
  await clock.advance(61_000);
  const put = producer.put(large);
  await clock.advance(1_000);
  await expect(put).resolves.toMatchObject({ attempts: [{ success: true }] });
});

test('P7: a record that waits while the limit is lowered fails alone', async () => {
  const made = makeStream({ shards: 1, maxRecordKiB: 4_096 }, { lingerMs: 0 });
  const { clock, kinesis, producer } = made;
  await putBatch(made, 1);
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/s`;
  await kinesis.call('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 1_024 });
  const large = failureOf(producer.put({ partitionKey: 'a', data: new Uint8Array(3_000_000) }));
  const small = producer.put({ partitionKey: 'b', data: 'small' });
  await clock.advance(5_000);
  expect(await large).toMatchObject({ code: 'RECORD_REFUSED' });
  await expect(small).resolves.toMatchObject({ subSequenceNumber: 0 });
  await clock.advance(61_000);
  expect(await failureOf(producer.put({ partitionKey: 'a', data: new Uint8Array(3_000_000) }))).toMatchObject(
    {
      code: 'RECORD_TOO_LARGE',
    },
  );
});
