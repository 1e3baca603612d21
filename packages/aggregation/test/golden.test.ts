/**
 * Against what the real KPL put on the wire, byte for byte, in both directions. Catches any difference in format, hash keys, table
 * order and size accounting that the captured cases touch. Cannot catch what the KPL was not asked to do; the property tests go there.
 */
import { describe, expect, it } from 'vitest';
import { AggregateEncoder, deaggregate, decodeAggregate, formatHashKey, hashKeyOf } from '../src/index.js';
import { type GoldenInput, type GoldenRecord, goldenCases, sha256 } from './golden-cases.js';

const cases = goldenCases();
const splitCases = ['fill-51200', 'max-size-1000', 'max-size-1mib'];

/** Adds as a producer would: normalised explicit hash key, hash key at hand. */
function add(encoder: AggregateEncoder, input: GoldenInput, maxBytes = Number.POSITIVE_INFINITY): boolean {
  const key = hashKeyOf(input.partitionKey, input.explicitHashKey);
  const explicitHashKey = input.explicitHashKey === undefined ? undefined : formatHashKey(key);
  return encoder.tryAdd(input.partitionKey, explicitHashKey, input.data, key, maxBytes);
}

function aggregateOf(record: GoldenRecord): Uint8Array {
  const encoder = new AggregateEncoder();
  for (const input of record.userRecords) add(encoder, input);
  return encoder.seal();
}

describe.each(cases)('$name', ({ inputs, records }) => {
  it('has the hash keys of the KPL', () => {
    for (const record of records) {
      const [first] = record.userRecords as [GoldenInput];
      expect(formatHashKey(hashKeyOf(first.partitionKey, first.explicitHashKey))).toBe(
        record.explicitHashKey,
      );
    }
  });

  it('is encoded byte for byte', () => {
    for (const record of records) {
      const bytes = record.aggregated ? aggregateOf(record) : (record.userRecords[0] as GoldenInput).data;
      expect(bytes.length).toBe(record.length);
      expect(sha256(bytes)).toBe(record.sha256);
    }
  });

  it('is decoded', () => {
    for (const record of records) {
      const stored = record.aggregated ? aggregateOf(record) : (record.userRecords[0] as GoldenInput).data;
      const decoded = decodeAggregate(stored);
      expect(decoded !== undefined).toBe(record.aggregated);
      decoded?.forEach((member, index) => {
        const input = record.userRecords[index] as GoldenInput;
        expect(member.partitionKey).toBe(input.partitionKey);
        const { explicitHashKey } = input;
        expect(member.explicitHashKey).toBe(
          explicitHashKey === undefined ? undefined : formatHashKey(hashKeyOf('', explicitHashKey)),
        );
        expect(member.subSequenceNumber).toBe(index);
        expect(Buffer.compare(member.data, input.data)).toBe(0);
      });
    }
  });

  it('is de-aggregated to the inputs', () => {
    const stored = records.map((record, at) => ({
      Data: record.aggregated ? aggregateOf(record) : (record.userRecords[0] as GoldenInput).data,
      PartitionKey: record.partitionKey,
      SequenceNumber: String(at + 1),
    }));
    const expected = records.flatMap((record) => record.userRecords);
    const found = [...deaggregate(stored)];
    expect(found.map(({ partitionKey }) => partitionKey)).toEqual(
      expected.map(({ partitionKey }) => partitionKey),
    );
    expect(
      found.every(({ data }, at) => Buffer.compare(data, (expected[at] as GoldenInput).data) === 0),
    ).toBe(true);
    expect(expected.length).toBe(inputs.length);
  });
});

// Not where a large record comes between: the KPL's reducer pushes members out there, it is not a plain size limit.
describe.each(cases.filter(({ name }) => splitCases.includes(name)))(
  '$name, by size',
  ({ inputs, records, ...golden }) => {
    it('splits at the same place', () => {
      const encoder = new AggregateEncoder();
      const counts: number[] = [];
      for (const input of inputs) {
        if (add(encoder, input, golden.aggregationMaxBytes)) continue;
        counts.push(encoder.count);
        encoder.seal();
        expect(add(encoder, input, golden.aggregationMaxBytes)).toBe(true);
      }
      counts.push(encoder.count);
      expect(counts).toEqual(records.map((record) => record.userRecords.length));
    });
  },
);

it('covers the whole capture', () => {
  expect(cases.length).toBe(29);
  expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(splitCases));
  expect(
    cases.flatMap(({ records }) => records).filter(({ aggregated }) => aggregated).length,
  ).toBeGreaterThan(20);
});
