import { decodeAggregate, formatHashKey, hashKeyOf } from '@shardline/aggregation';
import { expect, test } from 'vitest';
import { type GoldenCase, goldenCases, sha256 } from '../../aggregation/test/golden-cases.js';
import type { StoredEntry } from './support/fake-kinesis-api.js';
import { failureOf, startProducer } from './support/producer-under-test.js';

/*
 * What this producer sends beside what the real KPL sent for the same user records and settings. Catches: another format,
 * grouping, cut or placement. The two cases in which it departs from the KPL on purpose are written out at the end.
 */

const cases = goldenCases();
const departures = ['single-looks-aggregated', 'max-1mib-data'];

function caseOf(name: string): GoldenCase {
  const golden = cases.find((one) => one.name === name);
  if (!golden) throw new RangeError(`There is no golden case ${name}.`);
  return golden;
}

/** Puts the user records of a case with its settings. */
async function play({ name, inputs, shards, aggregationMaxBytes }: GoldenCase) {
  const aggregate = name === 'aggregation-off' ? 'never' : 'auto';
  const aggregateBytes = Math.max(1_024, aggregationMaxBytes);
  const under = await startProducer({ aggregate, aggregateBytes, lingerMs: 4_000 }, shards);
  const puts = inputs.map((input) => under.producer.put(input));
  void under.producer.flush();
  return { ...under, puts };
}

/** A record as its reader and the service see it. The KPL always sends a hash key; without one the service derives the same. */
function sent({ data, partitionKey, explicitHashKey }: StoredEntry) {
  return {
    partitionKey,
    hashKey: formatHashKey(hashKeyOf(partitionKey, explicitHashKey)),
    sha256: sha256(data),
  };
}

const byHashKey = (one: { hashKey: string }, other: { hashKey: string }) =>
  one.hashKey < other.hashKey ? -1 : 1;

test.each(
  cases.filter(({ name }) => !departures.includes(name)).map((golden) => [golden.name, golden] as const),
)('sends the bytes of the KPL: %s', async (_name, golden) => {
  const { api, clock, puts } = await play(golden);
  await clock.advance(60_000);
  await Promise.all(puts);
  const theirs = golden.records.map((record) => ({
    partitionKey: record.partitionKey,
    hashKey: record.explicitHashKey,
    sha256: record.sha256,
  }));
  const ours = api.stored.map(sent);
  // The order in which the shards of a request stand means nothing.
  const inOrder = golden.shards === 1 ? ours : ours.toSorted(byHashKey);
  expect(inOrder).toEqual(golden.shards === 1 ? theirs : theirs.toSorted(byHashKey));
});

test('departs from the KPL: a lone record that looks aggregated goes inside an aggregate, so that readers get it back', async () => {
  const golden = caseOf('single-looks-aggregated');
  const { api, clock, puts } = await play(golden);
  await clock.advance(60_000);
  await Promise.all(puts);
  const members = decodeAggregate(api.stored[0]?.data ?? new Uint8Array()) ?? [];
  expect(members.map(({ data }) => sha256(data))).toEqual(golden.inputs.map(({ data }) => sha256(data)));
});

test('departs from the KPL: data of 1 MiB plus a key is refused at once, since the service would refuse it', async () => {
  const golden = caseOf('max-1mib-data');
  const { puts } = await play(golden);
  const failures = await Promise.all(puts.map(failureOf));
  expect(failures.map(({ code }) => code)).toEqual(golden.inputs.map(() => 'RECORD_TOO_LARGE'));
  expect(failures.length).toBeGreaterThan(0);
});

test('the captured cases are there', () => {
  expect(cases.length).toBeGreaterThan(25);
});
