import { seededRandom } from '@shardline/core/internal';
import { LocalKinesis } from '@shardline/local';
import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { Producer } from '../src/producer.js';
import { localKinesisApi } from './support/local-kinesis-api.js';

test('smoke', async () => {
  const clock = new ManualClock();
  const kinesis = new LocalKinesis({ clock, random: seededRandom(1), streams: [{ name: 's', shards: 4 }] });
  const events: unknown[] = [];
  const producer = new Producer(
    { stream: 's', onEvent: (e) => events.push(e) },
    { api: localKinesisApi((...a) => kinesis.call(...a), 's'), clock, random: seededRandom(2) },
  );
  const puts = Array.from({ length: 1000 }, (_, i) =>
    producer.put({ partitionKey: `k${i % 37}`, data: `hello ${i}` }),
  );
  await clock.advance(300);
  const results = await Promise.all(puts);
  console.log(results[0], results[999], producer.stats(), events.slice(0, 20));
  const closing = producer.close();
  await clock.advance(100);
  await closing;
  expect(producer.stats().outstandingRecords).toBe(0);
});
