import { decodeAggregate } from '@shardline/aggregation';
import type { ShardChange } from '@shardline/local';
import { expect, test } from 'vitest';
import { FakeKinesisApi, failing, refusing } from '../support/fake-kinesis-api.js';
import { settledNow, startProducer, textsIn } from '../support/producer-under-test.js';
import { evenShards } from '../support/shards.js';
import { manyRecords, repeatedPlaces, Service, textOf } from './service.js';

/* Group "Shard changes" of the KPL's conformance list, judged by a reader with the KCL's rules. */

const latency = { kind: 'latency', operation: 'PutRecords', delayMs: 30 } as const;
/** Listings show a change late, and would be asked for without end if nothing spaced them. */
const late = [
  { kind: 'staleListShards', ageMs: 1_500 },
  { kind: 'latency', operation: 'ListShards', delayMs: 10 },
] as const;

/** Puts 100 records every 50 ms while the stream changes as told, every 2.5 seconds; returns what was put. */
async function putThrough(service: Service, changes: readonly ShardChange[]): Promise<readonly string[]> {
  const { producer, clock, kinesis } = service;
  await service.within(1_000, producer.start());
  const puts: Promise<unknown>[] = [];
  const records = manyRecords((changes.length + 2) * 5_000, 40).map((record, at) => ({
    ...record,
    partitionKey: `key-${at % 500}`,
  }));
  for (let at = 0; at < records.length; at += 100) {
    if (at % 5_000 === 2_500) {
      const change = changes[(at - 2_500) / 5_000];
      if (change) kinesis.faults.add({ kind: 'reshard', stream: 's', change });
    }
    puts.push(...records.slice(at, at + 100).map((record) => producer.put(record)));
    await clock.advance(50);
  }
  await service.within(30_000, Promise.all(puts));
  return records.map(({ data }) => data);
}

test.each([
  ['split', 2, [{ split: {} }, { split: {} }], 2],
  // A shard that is merged takes all that was meant for its parents: nothing is put again.
  ['merge', 4, [{ merge: {} }, { merge: {} }], 0],
  ['uniform scaling', 2, [{ shardCount: 4 }, { shardCount: 3 }], 6],
] as const)(
  '%s under load: no loss at a KCL-equivalent consumer, duplicates and ListShards calls bounded',
  async (_what, shards, changes, repeats) => {
    const service = new Service({ stream: { shards }, faults: [latency, ...late] });
    const put = await putThrough(service, changes);
    const listings = service.calls.ListShards ?? 0;
    const read = (await service.read('kcl')).map(textOf);
    expect(new Set(read)).toEqual(new Set(put));
    // Of each lane that closed, at most the one aggregate that was in flight.
    expect(repeatedPlaces(service).size).toBeLessThanOrEqual(repeats);
    expect(service.events.filter(({ type }) => type === 'shard-map').length).toBeGreaterThan(changes.length);
    // One map at the start; each change is shown 1.5 s late, in which time the spacing leaves room for some nine calls.
    expect(listings).toBeLessThanOrEqual(1 + 12 * changes.length);
  },
);

test('aggregate atomicity (improvement): of an aggregate that a reader drops, every member is put again', async () => {
  const { producer, api, clock } = await startProducer({}, 1);
  // Split, and the producer does not know yet: the aggregate lands whole on one half.
  api.shards = evenShards(2, 1);
  const put = producer.putMany(manyRecords(40));
  await clock.advance(10_000);
  expect([...(await settledNow(put)).failures()]).toEqual([]);
  const [first] = api.puts;
  expect(first?.entries.map((entry) => decodeAggregate(entry.data)?.length)).toEqual([40]);
  const again = api.puts.slice(1).flatMap(({ entries }) => textsIn(entries));
  expect(again.length).toBe(40);
  const places = [...(await put)].map((outcome) => outcome.stored && outcome.result.sequenceNumber);
  expect(places).not.toContain(api.stored[0]?.sequenceNumber);
});

test('request in flight while the map changes: what fails in it goes to the new shards, before what was put later', async () => {
  // Small aggregates, so that several of what comes later are full and wait as well.
  const { producer, api, clock } = await startProducer({ lingerMs: 0, aggregateBytes: 1_024 }, 1);
  api.script(
    (put) =>
      new Promise((resolve) =>
        clock.schedule(2_000, () => resolve(refusing('InternalFailure')(put) as never)),
      ),
  );
  const early = producer.putMany(manyRecords(40, 100));
  await clock.advance(100);
  api.shards = evenShards(2, 1);
  const started = producer.start();
  await clock.advance(1_000);
  await settledNow(started);
  const late = producer.putMany(manyRecords(80, 100).slice(40));
  await clock.advance(500);
  expect(api.puts).toHaveLength(1);
  await clock.advance(10_000);
  for (const outcomes of [early, late]) expect([...(await settledNow(outcomes)).failures()]).toEqual([]);
  for (const { shardId } of api.shards) {
    const numbers = textsIn(api.stored.filter((entry) => entry.shardId === shardId)).map(Number.parseFloat);
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  }
  expect(new Set(textsIn(api.stored)).size).toBe(80);
});

test('stream re-created with same ids: what comes after its absence is placed by the new ranges', async () => {
  const { producer, api, clock } = await startProducer({ lingerMs: 0 }, 2);
  const gone = failing('ResourceNotFoundException');
  const before = producer.putMany(manyRecords(50));
  await clock.advance(1_000);
  expect([...(await settledNow(before)).failures()]).toEqual([]);
  const { list, describe } = api;
  api.script(gone);
  Object.assign(api, { list: gone, describe: gone });
  const lost = producer.putMany(manyRecords(50));
  await clock.advance(1_000);
  expect(new Set([...(await settledNow(lost)).failures()].map(({ error }) => error.code))).toEqual(
    new Set(['STREAM_NOT_FOUND']),
  );
  // The same names, other ranges.
  Object.assign(api, { list, describe, shards: evenShards(3) });
  await clock.advance(60_000);
  const after = producer.putMany(manyRecords(50));
  await clock.advance(5_000);
  expect([...(await settledNow(after)).failures()]).toEqual([]);
  // Each shard is a new one, of which nothing else is known.
  const { shards } = producer.stats();
  expect(shards.reduce((sum, { storedRecords }) => sum + storedRecords, 0)).toBe(50);
  const model = new FakeKinesisApi(clock, evenShards(3));
  for (const outcome of await after) {
    const record = manyRecords(50)[outcome.index];
    const belongs = model.shardOf({
      partitionKey: record?.partitionKey ?? '',
      explicitHashKey: undefined,
    } as never);
    expect([outcome.index, outcome.stored && outcome.result.shardId]).toEqual([outcome.index, belongs]);
  }
});

test('service-managed placement: never aggregated', async () => {
  const service = new Service({ stream: { mode: 'on-demand', recordDistribution: 'auto' } });
  const outcomes = await service.within(30_000, service.producer.putMany(manyRecords(500)));
  expect([...outcomes.failures()]).toEqual([]);
  expect(service.sent.filter(({ Data }) => decodeAggregate(Data))).toEqual([]);
  expect(service.events).toContainEqual({ type: 'aggregation-stopped', reason: 'summary' });
});

test('service-managed placement without the right to describe: found by evidence, nothing lost', async () => {
  const faults = [
    { kind: 'failCall', operation: 'DescribeStreamSummary', errorCode: 'AccessDeniedException' },
  ] as const;
  const service = new Service({ stream: { mode: 'on-demand', recordDistribution: 'auto' }, faults });
  for (let at = 0; at < 10; at += 1) {
    const outcomes = await service.within(
      30_000,
      service.producer.putMany(manyRecords((at + 1) * 50).slice(at * 50)),
    );
    expect([...outcomes.failures()]).toEqual([]);
  }
  expect(service.events).toContainEqual({ type: 'aggregation-stopped', reason: 'evidence' });
  const { length } = service.sent;
  await service.within(30_000, service.producer.putMany(manyRecords(550).slice(500)));
  expect(service.sent.slice(length).filter(({ Data }) => decodeAggregate(Data))).toEqual([]);
  expect(new Set((await service.read('kcl')).map(textOf)).size).toBe(550);
});
