import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonWire } from '../src/json-wire.js';

const encodeJson = (answer: object) => Buffer.from(jsonWire.encode(answer)).toString();

describe('jsonWire', () => {
  it('writes times in seconds, blobs in base64, and leaves absent members out', () => {
    const answer = {
      Records: [
        { Data: Buffer.from('héllo').subarray(1), At: new Date(1_459_799_926_480), PartitionKey: undefined },
      ],
      Next: null,
      Count: 3,
      Open: true,
    };
    expect(JSON.parse(encodeJson(answer))).toEqual({
      Records: [{ Data: Buffer.from('éllo').toString('base64'), At: 1_459_799_926.48 }],
      Next: null,
      Count: 3,
      Open: true,
    });
  });

  it('writes an empty answer as an object', () => {
    expect(encodeJson({})).toBe('{}');
  });

  it('writes the same with blobs as without, whatever is around them', () => {
    const random = fc.dictionary(
      fc.string(),
      fc.oneof(
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
      { noNullPrototype: true },
    );
    const records = fc.array(
      fc.record(
        { Data: fc.uint8Array(), Time: fc.constant(new Date(1_500)), Rest: random },
        { noNullPrototype: true },
      ),
    );
    fc.assert(
      fc.property(random, records, (others, Records) => {
        const answer = { Others: [others, []], Records, Absent: undefined };
        const expected = Records.map(({ Data, Rest }) => ({
          Data: Buffer.from(Data).toString('base64'),
          Time: 1.5,
          Rest,
        }));
        expect(encodeJson(answer)).toBe(JSON.stringify({ Others: [others, []], Records: expected }));
      }),
      { seed: 1 },
    );
  });

  it('reads a body', () => {
    expect(jsonWire.parse(Buffer.from('{"a":[1,"é"]}'))).toEqual({ a: [1, 'é'] });
  });

  it.each([
    ['broken', Buffer.from('{"a":"\xff"}', 'latin1')],
    ['cut in a character', Buffer.from('{"a":"\xc3"}', 'latin1')],
    ['half of a pair', Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1')],
  ])('refuses text that is %s', (_what, body) => {
    expect(() => jsonWire.parse(body)).toThrow(
      expect.objectContaining({
        name: 'SerializationException',
        message: 'The body is not JSON: it is not UTF-8',
      }),
    );
  });

  it.each(['', '{'])('says what is wrong with one that is not JSON: %j', (body) => {
    expect(() => jsonWire.parse(Buffer.from(body))).toThrow(
      expect.objectContaining({
        name: 'SerializationException',
        message: expect.stringMatching(/^The body is not JSON: ./),
      }),
    );
  });

  it('refuses one of too many parts before it is parsed', () => {
    const body = Buffer.from(`[${'{},'.repeat(200_000)}`);
    expect(() => jsonWire.parse(body)).toThrow(
      expect.objectContaining({ name: 'SerializationException', message: expect.stringMatching(/ parts, /) }),
    );
  });
});
