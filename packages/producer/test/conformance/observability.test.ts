import { decodeAggregate } from '@shardline/aggregation';
import { expect, test } from 'vitest';
import { bytesOf, manyRecords, repeatedPlaces, type SeenRecord, Service } from './service.js';

/* Group "Observability" of the KPL's conformance list: stats() and events beside what the local Kinesis saw itself. */

const throttledCode = 'ProvisionedThroughputExceededException';

/** A run with throttling, failed records, a refused right and a split in it, over when everything is settled. */
async function eventfulRun(aggregate: 'auto' | 'never') {
  const service = new Service({
    stream: { shards: 3 },
    faults: [
      { kind: 'latency', operation: 'PutRecords', delayMs: 20, jitterMs: 20 },
      { kind: 'throttleShard', probability: 0.4, times: 40 },
      { kind: 'failRecord', probability: 0.3, times: 30 },
      { kind: 'failCall', operation: 'PutRecords', errorCode: 'AccessDeniedException', skip: 6, times: 1 },
      { kind: 'reshard', operation: 'PutRecords', stream: 's', change: { split: {} }, skip: 9 },
    ],
    options: { aggregate, aggregateBytes: 2_048, lingerMs: 40 },
  });
  await service.producer.start();
  const puts: Promise<unknown>[] = [];
  for (let from = 0; from < 2_000; from += 100) {
    puts.push(service.producer.putMany(manyRecords(from + 100, 60).slice(from)));
    await service.clock.advance(60);
  }
  await service.within(120_000, Promise.all(puts));
  return service;
}

/** What the events say of `what`, summed by reason. */
function eventCounts(service: Service, type: 'retry' | 'failed'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of service.events) {
    if (event.type !== type) continue;
    counts[event.reason] = (counts[event.reason] ?? 0) + event.userRecords;
  }
  return counts;
}

test.each(['auto', 'never'] as const)(
  'metric values equal to ground truth of the mock (aggregate: %s)',
  async (aggregate) => {
    const service = await eventfulRun(aggregate);
    const { requests, stored, producer, sent } = service;
    const results = requests.flatMap(({ results: answers = [] }) => answers);
    const stats = producer.stats();
    const repeated = repeatedPlaces(service);
    const kept = stored.filter(({ SequenceNumber = '' }) => !repeated.has(SequenceNumber));
    expect(stats).toMatchObject({
      acceptedRecords: 2_000,
      requests: requests.length,
      sentEntries: sent.length,
      storedEntries: kept.length,
      throttledEntries: results.filter(({ ErrorCode }) => ErrorCode === throttledCode).length,
      outstandingRecords: 0,
      outstandingBytes: 0,
      waitingPuts: 0,
      inFlightRequests: 0,
    });
    expect(stats.storedBytes).toBe(kept.reduce((sum, record) => sum + bytesOf(record), 0));
    expect(stats.storedRecords).toBe(userRecordsIn(kept));
    expect(stats.failedRecords.ACCESS_DENIED).toBeGreaterThan(0);
    expect(stats.storedRecords + (stats.failedRecords.ACCESS_DENIED ?? 0)).toBe(2_000);
  },
);

test('roll-ups consistent: shards add up to the stream, events to the counters', async () => {
  for (const aggregate of ['auto', 'never'] as const) expectCountsToAgree(await eventfulRun(aggregate));
  // Of a stream that stays as it is: what a shard that closed has stored is in the sum for the stream alone.
  const before = new Service({ stream: { shards: 3 } });
  await before.within(60_000, before.producer.putMany(manyRecords(600)));
  const whole = before.producer.stats();
  for (const name of ['storedRecords', 'storedEntries', 'storedBytes'] as const)
    expect(whole.shards.reduce((sum, shard) => sum + shard[name], 0)).toBe(whole[name]);
  const byShard = Object.fromEntries(
    whole.shards.map(({ shardId, storedEntries }) => [shardId, storedEntries]),
  );
  expect(byShard).toEqual(countBy(before.stored.map(({ ShardId = '' }) => ShardId)));
});

/** Of the counters of a run: with one another, with its events, and with what the service refused. */
function expectCountsToAgree(service: Service): void {
  const stats = service.producer.stats();
  const sealed = service.events.filter(({ type }) => type === 'sealed');
  expect(eventCounts(service, 'retry')).toEqual(stats.retriedRecords);
  expect(eventCounts(service, 'failed')).toEqual(stats.failedRecords);
  for (const [reason, code] of [
    ['throttled', throttledCode],
    ['transient', 'InternalFailure'],
  ] as const) {
    const refused = service.requests.flatMap(({ records, results = [] }) =>
      records.filter((_record, at) => results[at]?.ErrorCode === code),
    );
    expect(refused.length).toBeGreaterThan(10);
    expect([reason, stats.retriedRecords[reason]]).toEqual([reason, userRecordsIn(refused)]);
  }
  expect(Object.values(stats.sealed).reduce((sum, count) => sum + count, 0)).toBe(sealed.length);
  expect(stats.acceptedRecords).toBe(
    stats.storedRecords + Object.values(stats.failedRecords).reduce((sum, count) => sum + count, 0),
  );
}

function userRecordsIn(records: readonly SeenRecord[]): number {
  return records.reduce((sum, { Data }) => sum + (decodeAggregate(Data)?.length ?? 1), 0);
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
