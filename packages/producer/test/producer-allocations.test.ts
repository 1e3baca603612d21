import { describe, expect, test } from 'vitest';
import { BufferFullError, type RecordFailedError } from '../src/errors.js';
import type { UserRecord } from '../src/user-record.js';
import { type Allocations, failAllocations } from './support/failing-allocations.js';
import { failing, type PutScript, refusing } from './support/fake-kinesis-api.js';
import {
  closeInTime,
  makeProducer,
  membersOf,
  type ProducerUnderTest,
  textOf,
  watch,
} from './support/producer-under-test.js';
import { evenShards, keysOf, merge, split } from './support/shards.js';

const shards = evenShards(2);
const splitShards = split(shards, 0, 2);
const mergedShards = merge(splitShards, 1, 4);
/** Two for each shard after the split: what is cut up falls into parts that are aggregates again. */
const keys = splitShards.flatMap((shard) => keysOf(shard, 2));

interface Put {
  readonly record: UserRecord;
  readonly text: string;
  readonly watched: ReturnType<typeof watch>;
}

interface Run extends ProducerUnderTest {
  readonly memory: Allocations;
  readonly puts: Put[];
}

/** Two rounds over all keys: small records, and at their end one that goes alone. */
function putSome({ producer, puts, memory }: Run): void {
  for (let at = 0; at < 2 * keys.length; at += 1) {
    const partitionKey = keys[at % keys.length] ?? '';
    const text = `${puts.length}:`.padEnd(at === 5 ? 1_500 : 150, 'x');
    const data =
      at === 7
        ? memory.spare(() => Buffer.from(`f3899ac2${Buffer.from(text).toString('hex')}`, 'hex'))
        : text;
    const record = { partitionKey, data };
    puts.push({ record, text: textOf(data), watched: watch(producer.put(record)) });
  }
}

/** Stores, without fail. */
const storing =
  ({ api, memory }: Run): PutScript =>
  (put) =>
    memory.spare(() => api.store(put));

/** Stores every other entry, and refuses the rest. */
const storingSome =
  ({ api, memory }: Run, errorCode: string): PutScript =>
  ({ entries }) =>
    memory.spare(() =>
      entries.map((entry, at) =>
        at % 2 === 0 ? { errorCode, errorMessage: 'scripted' } : api.storeOne(entry),
      ),
    );

/** Stores every entry where it does not belong. */
const storingElsewhere =
  ({ api, memory }: Run): PutScript =>
  ({ entries }) =>
    memory.spare(() =>
      entries.map((entry) => {
        const elsewhere = api.shards.find(({ shardId }) => shardId !== api.shardOf(entry));
        return api.storeOne(entry, elsewhere?.shardId);
      }),
    );

/** Answers after a round trip, for which aggregates may grow. */
const slowly =
  ({ clock }: Run, script: PutScript): PutScript =>
  (put) =>
    new Promise((resolve) => void clock.schedule(100, () => resolve(script(put))));

/** Aggregates and records alone; answers of every kind; a split and a merge, met by records in flight; the end of aggregation. */
async function work(run: Run): Promise<void> {
  const { api, clock, producer } = run;
  api.onPut = slowly(run, storing(run));
  await producer.start().catch(() => {});
  putSome(run);
  await clock.advance(60);
  putSome(run);
  await clock.advance(2_000);
  api.script(
    storingSome(run, 'ProvisionedThroughputExceededException'),
    storingSome(run, 'InternalFailure'),
    failing('InternalFailure', 500),
    refusing('ProvisionedThroughputExceededException'),
  );
  putSome(run);
  await clock.advance(3_000);
  api.script(failing('ValidationException'), failing('ValidationException'), failing('ValidationException'));
  putSome(run);
  await clock.advance(3_000);
  api.script(failing('AccessDeniedException'), storingSome(run, 'AccessDeniedException'));
  putSome(run);
  await clock.advance(3_000);
  for (const next of [splitShards, mergedShards]) {
    putSome(run);
    api.shards = next;
    await clock.advance(60);
    putSome(run);
    await clock.advance(3_000);
    putSome(run);
  }
  // An aggregate lands on another open shard: the stream places records itself, and what waits is taken apart.
  api.script(slowly(run, storingElsewhere(run)));
  for (let round = 0; round < 2; round += 1) {
    putSome(run);
    await clock.advance(round === 0 ? 60 : 20_000);
  }
}

/** With `refused` buffers refused from the `first` on. */
async function runWith(first: number, refused: number): Promise<Run> {
  const made = makeProducer(
    { aggregateBytes: 1_024, lingerMs: 50, maxRequestBytes: 1_048_576, recordTtlMs: 300_000 },
    2,
  );
  const run: Run = { ...made, memory: failAllocations(first, refused), puts: [] };
  try {
    await work(run);
  } finally {
    run.memory.restore();
  }
  return run;
}

/** Where each text stands first: there are hundreds in each of hundreds of runs. */
function firstPlaces(texts: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [at, text] of texts.entries()) if (!places.has(text)) places.set(text, at);
  return places;
}

/** P1, P2, P3, P6: see each. */
async function check(run: Run): Promise<void> {
  const { producer, api, clock, puts } = run;
  const placeOf = firstPlaces(api.stored.flatMap(membersOf).map(({ data }) => textOf(data)));
  for (const { text, watched } of puts) {
    const { state } = watched;
    if (state === 'pending') throw new Error(`${text.slice(0, 10)} has no outcome.`);
    if (state === 'stored' && placeOf.has(text)) continue;
    if (state === 'stored') throw new Error(`${text.slice(0, 10)} is not there.`);
    if ('record' in state) expect(textOf((state as RecordFailedError).record.data)).toBe(text);
    else expect(state).toMatchObject({ code: 'BUFFER_FULL', cause: { name: 'RangeError' } });
  }
  const refused = puts.filter(({ watched }) => watched.state instanceof BufferFullError).length;
  const { acceptedRecords, storedRecords, failedRecords, ...stats } = producer.stats();
  const failed = Object.values(failedRecords).reduce((sum, count) => sum + count, 0);
  expect(acceptedRecords).toBe(puts.length - refused);
  expect(storedRecords + failed).toBe(acceptedRecords);
  expect(stats).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0, inFlightRequests: 0 });
  for (const key of keys) {
    const ofKey = puts.filter(
      ({ record, watched }) => record.partitionKey === key && watched.state === 'stored',
    );
    const places = ofKey.map(({ text }) => placeOf.get(text) ?? -1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  }
  const further = watch(producer.put({ partitionKey: 'further', data: 'further' }));
  await clock.advance(1_000);
  expect(further.state).toBe('stored');
  await closeInTime(run);
  expect(producer.stats().heldBytes).toBe(0);
}

describe('P1, P2, P3: wherever memory is refused, every record has one outcome, and the producer goes on', async () => {
  const { count } = await runWith(Number.POSITIVE_INFINITY, 0).then(({ memory }) => memory);
  const firsts = Array.from({ length: count }, (_, at) => at + 1);
  test('nothing is refused', async () => {
    const run = await runWith(Number.POSITIVE_INFINITY, 0);
    await check(run);
    expect(run.puts.some(({ watched }) => watched.state instanceof BufferFullError)).toBe(false);
    expect(run.events).toContainEqual({ type: 'aggregation-stopped', reason: 'evidence' });
    expect(count).toBeGreaterThan(100);
  });
  test.each(firsts)('buffer %i', async (first) => check(await runWith(first, 4)));
});
