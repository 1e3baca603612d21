import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { AggregateEncoder, decodeAggregate, formatHashKey, hashKeyOf } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unpackAggregate } from '../src/unpack-aggregate.js';

/*
 * Catches an oracle that reads aggregates otherwise than the KPL wrote them, and one that takes for an aggregate what is none.
 * Our own codec appears here as the thing compared with, never as a part of what is tested.
 */

interface GoldenCase {
  readonly case: string;
  readonly inputs: readonly { partitionKey: string; explicitHashKey?: string; data?: string }[];
  readonly records: readonly { data?: string; aggregated: boolean; userRecords: readonly number[] }[];
}

const golden = new URL('../../aggregation/test/golden/kpl/', import.meta.url);
const cases = readdirSync(golden)
  .filter((file) => file.endsWith('.json') && file !== 'request-example.json')
  .map((file) => JSON.parse(readFileSync(new URL(file, golden), 'utf8')) as GoldenCase)
  // Of the largest only the digest was kept.
  .filter(({ records }) => records.some(({ data }) => data !== undefined));

const seal = (body: Uint8Array) =>
  Buffer.concat([Buffer.from('f3899ac2', 'hex'), body, createHash('md5').update(body).digest()]);
const field = (number: number, bytes: Uint8Array) =>
  Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);

describe.each(cases)('what the KPL wrote: $case', ({ inputs, records }) => {
  const stored = records.flatMap((record) =>
    record.data === undefined ? [] : [{ ...record, bytes: Buffer.from(record.data, 'base64') }],
  );

  test('is read as it was meant', () => {
    for (const { bytes, aggregated, userRecords } of stored) {
      const members = unpackAggregate(bytes);
      expect(members !== undefined).toBe(aggregated);
      members?.forEach((member, index) => {
        const input = inputs[userRecords[index] ?? -1];
        expect(member.partitionKey).toBe(input?.partitionKey);
        const explicitHashKey = input?.explicitHashKey?.trim().replace('+', '');
        expect(member.explicitHashKey).toBe(explicitHashKey && String(BigInt(explicitHashKey)));
        if (input?.data !== undefined) expect(Buffer.from(member.data).toString('base64')).toBe(input.data);
      });
      if (members) expect(members).toHaveLength(userRecords.length);
    }
  });
});

test('there are golden aggregates to read', () => {
  const aggregates = cases.flatMap(({ records }) =>
    records.filter(({ data, aggregated }) => data && aggregated),
  );
  expect(aggregates.length).toBeGreaterThan(20);
});

describe('unpackAggregate', () => {
  test('reads what our encoder writes', () => {
    const member = fc.record({
      partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      explicitHashKey: fc.option(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String), {
        nil: undefined,
      }),
      data: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 20 }), (members) => {
        const encoder = new AggregateEncoder();
        for (const { partitionKey, explicitHashKey, data } of members) {
          const key = hashKeyOf(partitionKey, explicitHashKey);
          const normal = explicitHashKey === undefined ? undefined : formatHashKey(key);
          encoder.tryAdd(partitionKey, normal, data, key, Number.POSITIVE_INFINITY);
        }
        const unpacked = unpackAggregate(encoder.seal());
        expect(unpacked?.map((each) => ({ ...each, data: new Uint8Array(each.data) }))).toEqual(members);
      }),
    );
  });

  test('never throws, and reads alike what our decoder takes for an aggregate (it is stricter about groups)', () => {
    const whole = field(1, Buffer.from('key'));
    const record = field(3, Buffer.from([0x08, 0, 0x1a, 1, 65]));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.nat({ max: 25 }),
        fc.nat({ max: 255 }),
        (tail, at, byte) => {
          const body = Buffer.concat([whole, record, tail]);
          body[at % body.length] = byte;
          const data = seal(body);
          const ours = decodeAggregate(data);
          const unpacked = unpackAggregate(data);
          if (!ours) return;
          expect(unpacked?.map((each) => ({ ...each, data: [...each.data] }))).toEqual(
            ours.map(({ partitionKey, explicitHashKey, data: bytes }) => ({
              partitionKey,
              explicitHashKey,
              data: [...bytes],
            })),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('takes for no aggregate: wrong magic, wrong digest, no room for one, missing fields, bad indexes', () => {
    const key = field(1, Buffer.from('key'));
    const good = seal(Buffer.concat([key, field(3, Buffer.from([0x08, 0, 0x1a, 1, 65]))]));
    expect(unpackAggregate(good)).toEqual([
      { partitionKey: 'key', explicitHashKey: undefined, data: expect.objectContaining({ length: 1 }) },
    ]);
    const broken: readonly Uint8Array[] = [
      new Uint8Array(0),
      good.subarray(0, 20),
      Buffer.concat([Buffer.from([0]), good]),
      Buffer.concat([good, Buffer.from([0])]),
      seal(Buffer.concat([key, field(3, Buffer.from([0x08, 1, 0x1a, 1, 65]))])),
      seal(Buffer.concat([key, field(3, Buffer.from([0x1a, 1, 65]))])),
      seal(Buffer.concat([key, field(3, Buffer.from([0x08, 0]))])),
      seal(Buffer.concat([key, field(3, Buffer.from([0x08, 0, 0x10, 0, 0x1a, 1, 65]))])),
      seal(Buffer.concat([key, field(3, Buffer.from([0x08, 0, 0x1a, 9, 65]))])),
      seal(Buffer.from([0x1a, 200, 1, 8])),
      seal(Buffer.concat([key, Buffer.from([0x1a, 4, 0x08, 0, 0x1a, 3, 65, 66, 67])])),
      seal(Buffer.concat([key, field(3, Buffer.from([0x08, 0, 0x1a, 1, 65])), Buffer.from([0, 0])])),
      seal(Buffer.from([0x0b])),
    ];
    for (const data of broken) expect(unpackAggregate(data)).toBeUndefined();
  });

  test('passes over fields that it does not know', () => {
    const body = Buffer.concat([
      field(1, Buffer.from('key')),
      field(9, Buffer.from('later')),
      field(3, Buffer.concat([Buffer.from([0x08, 0, 0x1a, 1, 65]), field(4, Buffer.from('tag'))])),
    ]);
    expect(unpackAggregate(seal(body))).toHaveLength(1);
  });
});
