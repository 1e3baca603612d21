import { cbor, tag } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import { cborWire } from '../src/cbor-wire.js';

const parse = (value: unknown) => cborWire.parse(Buffer.from(cbor.serialize(value)));
const hexOf = (answer: object) => Buffer.from(cborWire.encode(answer) as Uint8Array).toString('hex');

describe('cborWire', () => {
  it('reads the SDK’s values: times from milliseconds, whole or not, and blobs', () => {
    const time = (value: number) => tag({ tag: 1, value });
    const input = {
      Timestamp: time(1_459_799_926_480),
      Early: time(-1.5),
      Records: [{ Data: new Uint8Array([1, 2]), PartitionKey: 'é', At: time(5) }],
      Limit: 5,
      None: null,
    };
    expect(parse(input)).toEqual({
      Timestamp: new Date(1_459_799_926_480),
      Early: new Date(-1),
      Records: [{ Data: Buffer.from([1, 2]), PartitionKey: 'é', At: new Date(5) }],
      Limit: 5,
      None: null,
    });
  });

  it('leaves a time that is none for the check of the input to find', () => {
    expect(parse({ Timestamp: tag({ tag: 1, value: Number.POSITIVE_INFINITY }) })).toEqual({
      Timestamp: new Date(Number.NaN),
    });
    expect(parse({ Timestamp: 5 })).toEqual({ Timestamp: 5 });
  });

  it('reads an empty body as an empty structure', () => {
    expect(cborWire.parse(Buffer.alloc(0))).toEqual({});
  });

  it('refuses what is not CBOR', () => {
    expect(() => cborWire.parse(Buffer.from('{"a":1}'))).toThrow(
      expect.objectContaining({ name: 'SerializationException' }),
    );
  });

  it('writes times as tag 1 with whole milliseconds, blobs as bytes, and leaves absent members out', () => {
    const data = Buffer.from('xhi').subarray(1);
    // {"Data": h'6869', "At": 1(1459799926480), "Next": null}
    expect(hexOf({ Data: data, At: new Date(1_459_799_926_480), PartitionKey: undefined, Next: null })).toBe(
      `a3 64 44617461 42 6869 62 4174 c1 1b00000153e2db26d0 64 4e657874 f6`.replaceAll(' ', ''),
    );
  });

  it('writes answers into bytes of their own', () => {
    const first = cborWire.encode({ a: 1 }) as Uint8Array;
    cborWire.encode({ b: 2 });
    expect(cbor.deserialize(first)).toEqual({ a: 1 });
  });

  it('writes lists and empty answers', () => {
    expect(hexOf({})).toBe('a0');
    expect(hexOf({ a: [true, 'x', { b: 1.5 }] })).toBe('a1616183f56178a16162fb3ff8000000000000');
  });
});
