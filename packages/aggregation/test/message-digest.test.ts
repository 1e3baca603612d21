import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { messageDigestMatches, writeMessageDigest } from '../src/message-digest.js';

/** Short ones are digested in JavaScript, long ones by node:crypto. */
const lengths = [0, 1, 55, 56, 63, 64, 65, 511, 512, 513, 1000, 51_200];
const bytes = Uint8Array.from({ length: 60_000 }, (_, at) => (at * 31) % 251);

describe('writeMessageDigest', () => {
  it.each(lengths)('writes the MD5 of %i bytes', (length) => {
    const out = new Uint8Array(24).fill(0xaa);
    writeMessageDigest(bytes, 5, 5 + length, out.subarray(2), 2);
    const digest = createHash('md5')
      .update(bytes.subarray(5, 5 + length))
      .digest();
    expect(Buffer.from(out)).toEqual(Buffer.concat([Buffer.alloc(4, 0xaa), digest, Buffer.alloc(4, 0xaa)]));
  });
});

describe('writeMessageDigest where OpenSSL refuses MD5', () => {
  it.each(lengths)('writes the MD5 of %i bytes', (length) => {
    const [out, expected] = [new Uint8Array(16), new Uint8Array(16)];
    writeMessageDigest(bytes, 0, length, out, 0, () => {
      throw new Error('digital envelope routines::unsupported');
    });
    writeMessageDigest(bytes, 0, length, expected, 0);
    expect(out).toEqual(expected);
  });
});

describe('messageDigestMatches', () => {
  it.each(lengths)('compares all of the digest of %i bytes', (length) => {
    const sealed = bytes.slice(0, length + 16);
    writeMessageDigest(sealed, 0, length, sealed, length);
    expect(messageDigestMatches(sealed, 0, length)).toBe(true);
    for (let at = 0; at < 16; at++) {
      const changed = sealed.slice();
      changed[length + at] = (changed[length + at] ?? 0) ^ 0x80;
      expect(messageDigestMatches(changed, 0, length)).toBe(false);
    }
  });

  it('is false where the digest is cut off', () => {
    const sealed = bytes.slice(0, 116);
    writeMessageDigest(sealed, 0, 100, sealed, 100);
    expect(messageDigestMatches(sealed.subarray(0, 115), 0, 100)).toBe(false);
  });
});
