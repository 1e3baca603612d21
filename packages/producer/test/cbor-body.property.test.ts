import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cborBody } from '../src/cbor-body.js';
import type { EntryContent } from '../src/entry-content.js';
import { jsonBody } from '../src/json-body.js';
import type { BodyTarget, BodyWriter } from '../src/request-body.js';
import { type ContentFacts, content } from './support/contents.js';

/** Any string that JavaScript has, lone surrogates included. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 256 })
    .map((units) => String.fromCharCode(...units)),
);
/** Sizes around each length of a head, and any other. */
const dataBytes = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 22, 23, 24, 25, 254, 255, 256, 257, 65_534, 65_535, 65_536, 65_537),
  fc.integer({ min: 0, max: 3_000 }),
);
const facts: fc.Arbitrary<ContentFacts> = fc.record({
  data: dataBytes.chain((length) =>
    fc.integer({ min: 0, max: 255 }).map((fill) => Buffer.alloc(length, fill)),
  ),
  partitionKey: anyText,
  explicitHashKey: fc.option(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String), { nil: undefined }),
});
const targets: fc.Arbitrary<BodyTarget> = fc.oneof(
  fc.record({ StreamName: fc.stringMatching(/^[\w.-]{1,128}$/) }),
  fc.record({ StreamARN: fc.stringMatching(/^arn:aws:kinesis:eu-west-1:\d{12}:stream\/[\w.-]{1,128}$/) }),
  fc.record({ StreamId: anyText }),
);

function bodyOf(writer: BodyWriter, target: BodyTarget, entries: readonly EntryContent[]): Buffer {
  const into = Buffer.alloc(writer.bytesOf(target, entries), 0xff);
  return into.subarray(0, writer.write(target, entries, into));
}

/** What a reader of the body should find; `Data` as the format has it. */
function expected(target: BodyTarget, records: readonly ContentFacts[], dataOf: (data: Buffer) => unknown) {
  const wellFormed = (text = '') => Buffer.from(text).toString();
  return {
    Records: records.map(({ data = '', partitionKey, explicitHashKey }) => ({
      Data: dataOf(Buffer.from(data)),
      ...(explicitHashKey !== undefined && { ExplicitHashKey: explicitHashKey }),
      PartitionKey: wellFormed(partitionKey),
    })),
    ...Object.fromEntries(Object.entries(target).map(([name, value]) => [name, wellFormed(value)])),
  };
}

test('the CBOR body, read by the codec of the SDK, is what was put', () => {
  fc.assert(
    fc.property(targets, fc.array(facts, { maxLength: 12 }), (target, records) => {
      const body = bodyOf(cborBody, target, records.map(content));
      const decoded = cbor.deserialize(body);
      expect(inHex(decoded)).toEqual(expected(target, records, (data) => data.toString('hex')));
    }),
    { numRuns: 300 },
  );
});

test('the JSON body is what was put', () => {
  fc.assert(
    fc.property(targets, fc.array(facts, { maxLength: 12 }), (target, records) => {
      const body = bodyOf(jsonBody, target, records.map(content));
      expect(JSON.parse(body.toString())).toEqual(
        expected(target, records, (data) => data.toString('base64')),
      );
    }),
    { numRuns: 300 },
  );
});

function inHex(decoded: { Records: { Data: Uint8Array }[] }): unknown {
  const Records = decoded.Records.map((record) => ({
    ...record,
    Data: Buffer.from(record.Data).toString('hex'),
  }));
  return { ...decoded, Records };
}
