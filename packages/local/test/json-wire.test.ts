import { describe, expect, it } from 'vitest';
import { jsonWire } from '../src/json-wire.js';

const encodeJson = (answer: object) => String(jsonWire.encode(answer));

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

  it('reads a body, and an empty one as an empty structure', () => {
    expect(jsonWire.parse(Buffer.from('{"a":[1,"é"]}'))).toEqual({ a: [1, 'é'] });
    expect(jsonWire.parse(Buffer.alloc(0))).toEqual({});
  });

  it('says what is wrong with one that is not JSON', () => {
    expect(() => jsonWire.parse(Buffer.from('{'))).toThrow(
      expect.objectContaining({
        name: 'SerializationException',
        message: expect.stringMatching(/^The body is not JSON: ./),
      }),
    );
  });
});
