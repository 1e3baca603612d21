// Run from tarballs installed in an empty folder, as ESM and, its imports turned into require(), as CJS: every package
// does what it is for.
import assert from 'node:assert/strict';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { AggregateEncoder, deaggregate, decodeAggregate, hashKeyOf } from '@shardline/aggregation';
import { InvalidOptionError, ShardlineError } from '@shardline/core';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { ManualClock } from '@shardline/testing';

async function main() {
  const encoder = new AggregateEncoder();
  assert.ok(encoder.tryAdd('tweet-1', undefined, 'hola', hashKeyOf('tweet-1'), 1_000));
  const members = decodeAggregate(encoder.seal());
  assert.equal(Buffer.from(members[0].data).toString(), 'hola');

  const clock = new ManualClock();
  let rang = 0;
  clock.schedule(1_000, () => {
    rang += 1;
  });
  await clock.advance(1_000);
  assert.equal(rang, 1);

  assert.throws(
    () => new Producer({ stream: 'tweets', lingerMS: 5 }),
    (error) => {
      assert.ok(error instanceof InvalidOptionError, 'one copy of the error classes in a module system');
      assert.ok(error instanceof ShardlineError);
      return error.code === 'INVALID_OPTION';
    },
  );

  const local = await startLocalKinesis({ streams: [{ name: 'tweets', shards: 2 }] });
  const producer = new Producer({ stream: 'tweets', clientConfig: local.clientConfig });
  const first = await producer.put({ partitionKey: 'tweet-1', data: 'hola' });
  assert.match(first.shardId, /^shardId-/);
  const records = Array.from({ length: 50 }, (_, index) => ({
    partitionKey: `tweet-${index}`,
    data: `${index}`,
  }));
  const outcomes = await producer.putMany(records);
  assert.deepEqual([...outcomes.failures()], []);
  await producer.close();

  const client = new KinesisClient(local.clientConfig);
  const { Shards: shards } = await client.send(new ListShardsCommand({ StreamName: 'tweets' }));
  const stored = [];
  for (const { ShardId } of shards) {
    const place = { StreamName: 'tweets', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(place));
    const page = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const record of deaggregate(page)) stored.push(record.text());
  }
  assert.deepEqual(stored.sort(), ['hola', ...records.map(({ data }) => data)].sort());
  client.destroy();
  await local.close();
}

main().then(
  () => console.log(`ok on Node ${process.versions.node}`),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
