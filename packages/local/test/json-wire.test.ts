import { describe, expect, it } from 'vitest';
import { encodeJson } from '../src/json-wire.js';

describe('encodeJson', () => {
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
});
