import { decodeAggregate } from '@shardline/aggregation';
import { expect, test } from 'vitest';
import { bytesOf, hashOf, manyRecords, type SeenRecord, Service, shardOf, textOf } from './service.js';

/* Group "Placement" of the KPL's conformance list: which shard a user record goes to. The local Kinesis hashes by itself. */

const highest = 2n ** 128n - 1n;

async function shardsOfKeys(
  keys: readonly string[],
  shards: number,
): Promise<readonly (string | undefined)[]> {
  const service = new Service({ stream: { shards } });
  const puts = keys.map((explicitHashKey) =>
    service.producer.put({ partitionKey: 'a', explicitHashKey, data: 'x' }),
  );
  const results = await service.within(60_000, Promise.all(puts));
  expect(await service.read('kcl')).toHaveLength(keys.length);
  return results.map(({ shardId }) => shardId.slice(-1));
}

test('MD5 vector: "abcd" is E2FC714C4727EE9395F324CD2E7F331F', async () => {
  expect(BigInt(hashOf('abcd')).toString(16)).toBe('e2fc714c4727ee9395f324cd2e7f331f');
  const service = new Service({ stream: { shards: 256 } });
  const put = service.producer.put({ partitionKey: 'abcd', data: 'x' });
  const { shardId } = await service.within(60_000, put);
  expect(shardId).toBe(`shardId-${String(0xe2).padStart(12, '0')}`);
  const [first] = service.sent;
  expect(first?.PartitionKey).toBe('abcd');
});

test('keys on both sides of each boundary', async () => {
  const bounds = [1n, 2n, 3n].map((at) => (at << 128n) / 4n);
  const keys = bounds.flatMap((bound) => [String(bound - 1n), String(bound)]);
  expect(await shardsOfKeys(keys, 4)).toEqual(['0', '1', '1', '2', '2', '3']);
  // An aggregate that lands on one half of its shard, and has both ends of that, belongs there.
  const service = new Service();
  await service.producer.start();
  service.kinesis.faults.add({ kind: 'reshard', stream: 's', change: { split: {} } });
  const ends = ['0', String((1n << 127n) - 1n)].map((explicitHashKey) => ({
    partitionKey: 'a',
    explicitHashKey,
    data: 'x',
  }));
  const outcomes = await service.within(60_000, service.producer.putMany(ends));
  expect([...outcomes.failures()]).toEqual([]);
  expect((await service.openShards())[0]?.endingHashKey).toBe(ends[1]?.explicitHashKey);
  expect(service.sent).toHaveLength(1);
});

test('explicit hash key with leading zeros', async () => {
  const bound = String(2n ** 127n);
  expect(await shardsOfKeys([`0000${bound}`, '000', '0'.repeat(10) + String(2n ** 127n - 1n)], 2)).toEqual([
    '1',
    '0',
    '0',
  ]);
});

test('highest and lowest explicit hash key', async () => {
  expect(await shardsOfKeys([String(highest), '0'], 3)).toEqual(['2', '0']);
  const { producer } = new Service();
  const tooHigh = producer.put({ partitionKey: 'a', explicitHashKey: String(highest + 1n), data: 'x' });
  await expect(tooHigh).rejects.toMatchObject({ code: 'INVALID_RECORD', member: 'explicitHashKey' });
});

test("every member of an aggregate is inside the landing shard's range", async () => {
  const service = new Service({ stream: { shards: 7 } });
  await service.producer.start();
  await service.within(60_000, service.producer.putMany(manyRecords(3_000)));
  const shards = await service.openShards();
  const aggregates = service.stored.filter(isAggregate);
  expect(aggregates).toHaveLength(7);
  for (const { Data, ShardId } of aggregates) {
    const members = decodeAggregate(Data) ?? [];
    expect(
      new Set(members.map((member) => shardOf(shards, member.partitionKey, member.explicitHashKey))),
    ).toEqual(new Set([ShardId]));
  }
  expect(new Set((await service.read('kcl')).map(textOf)).size).toBe(3_000);
});

function isAggregate(record: SeenRecord): boolean {
  return bytesOf(record) > 0 && decodeAggregate(record.Data) !== undefined;
}
