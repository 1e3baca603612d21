import { cbor } from '@smithy/core/cbor';
import { describe, expect, test } from 'vitest';
import { cborBody } from '../src/cbor-body.js';
import type { EntryContent } from '../src/entry-content.js';
import type { BodyTarget } from '../src/request-body.js';
import { content } from './support/contents.js';

const target: BodyTarget = { StreamName: 'tweets' };

/** The body of a request, in a buffer that is just as large as was asked for. */
function bodyOf(entries: readonly EntryContent[], of = target): Buffer {
  const into = Buffer.alloc(cborBody.bytesOf(of, entries), 0xff);
  return into.subarray(0, cborBody.write(of, entries, into));
}

test('is AWS CBOR 1.1, byte for byte: definite lengths, members as the model orders them', () => {
  const body = bodyOf([
    content({ data: Uint8Array.of(1, 2, 3), partitionKey: 'a' }),
    content({ data: '', partitionKey: 'bc', explicitHashKey: '0' }),
  ]);
  const expected = [
    'a2 67 5265636f726473 82',
    'a2 64 44617461 43 010203 6c 506172746974696f6e4b6579 61 61',
    'a3 64 44617461 40 6f 4578706c69636974486173684b6579 61 30 6c 506172746974696f6e4b6579 62 6263',
    '6a 53747265616d4e616d65 66 747765657473',
  ];
  expect(body.toString('hex')).toBe(expected.join('').replaceAll(' ', ''));
  expect(cborBody.contentType).toBe('application/x-amz-cbor-1.1');
});

test.each([
  { StreamName: 's'.repeat(128) },
  { StreamARN: `arn:aws:kinesis:eu-west-1:123456789012:stream/${'s'.repeat(128)}` },
  { StreamId: 'sid-1' },
  { StreamName: 'tweets', StreamId: 'sid-1' },
  {},
] as readonly BodyTarget[])('names the stream: %j', (of) => {
  expect(cbor.deserialize(bodyOf([], of))).toEqual({ Records: [], ...of });
});

describe('lengths in their shortest form', () => {
  test.each([
    [0, '40'],
    [23, '57'],
    [24, '5818'],
    [255, '58ff'],
    [256, '590100'],
    [65_535, '59ffff'],
    [65_536, '5a00010000'],
    [10_485_760, '5a00a00000'],
  ])('%d bytes of data', (length, head) => {
    const data = Buffer.alloc(length, 7);
    const body = bodyOf([content({ data })]);
    const start = body.indexOf('dData') + 'dData'.length;
    expect(body.subarray(start, start + head.length / 2).toString('hex')).toBe(head);
    const decoded = cbor.deserialize(body) as { Records: { Data: Uint8Array }[] };
    expect(Buffer.compare(decoded.Records[0]?.Data ?? Buffer.of(1), data)).toBe(0);
  });

  test.each([1, 23, 24, 255, 256])('%d characters of a key', (length) => {
    for (const character of ['k', 'é', '😀']) {
      const partitionKey = character.repeat(length);
      expect(cbor.deserialize(bodyOf([content({ partitionKey })]))).toMatchObject({
        Records: [{ PartitionKey: partitionKey }],
      });
    }
  });

  test.each([1, 23, 24, 255, 256, 500])('%d records', (count) => {
    const records = Array.from({ length: count }, (_, at) => content({ partitionKey: `${at}` }));
    const decoded = cbor.deserialize(bodyOf(records)) as { Records: { PartitionKey: string }[] };
    expect(decoded.Records.map(({ PartitionKey }) => Number(PartitionKey))).toEqual(
      records.map((_, at) => at),
    );
  });
});

test('a lone surrogate in a key becomes U+FFFD, as in its hash', () => {
  const partitionKey = 'a\ud800b\udc00';
  expect(cbor.deserialize(bodyOf([content({ partitionKey })]))).toMatchObject({
    Records: [{ PartitionKey: 'a\ufffdb\ufffd' }],
  });
});

test('entries live in the body from then on', () => {
  const entries = [content({ data: 'first' }), content({ data: 'second' })];
  const body = bodyOf(entries);
  expect(entries.map(({ data }) => [data.buffer === body.buffer, Buffer.from(data).toString()])).toEqual([
    [true, 'first'],
    [true, 'second'],
  ]);
});

test('stays within the room that it asked for, with little to spare', () => {
  const entries = Array.from({ length: 500 }, (_, at) =>
    content({ data: Buffer.alloc(at), partitionKey: 'é'.repeat(at % 256), explicitHashKey: `${at}` }),
  );
  const spare = cborBody.bytesOf(target, entries) - bodyOf(entries).length;
  expect(spare).toBeGreaterThanOrEqual(0);
  expect(spare).toBeLessThan(500 * 16);
});
