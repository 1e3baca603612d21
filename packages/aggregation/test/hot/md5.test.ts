/**
 * The written-out MD5 against node:crypto. Catches a wrong step, a wrong length and a missed second block. Cannot catch a length of
 * 512 MiB and more, which takes more than the lower half of the bit count.
 */
import { describe, expect, it } from 'vitest';
import { md5Blocks, md5Bytes } from '../../src/hot/md5.js';
import { md5BytesReference } from '../../src/hot/md5.reference.js';
import { seededRandom } from '../seeded-random.js';

const random = seededRandom(2);
const bytes = Uint8Array.from({ length: 1_200 }, () => random() * 256);
const lengths = Array.from({ length: 1_001 }, (_, length) => length);

function digestOf(write: (out: DataView, at: number) => void): string {
  const out = Buffer.alloc(24, 0xaa);
  write(new DataView(out.buffer, out.byteOffset, out.length), 3);
  return out.toString('hex');
}

function expectedOf(from: number, length: number): string {
  return digestOf((out, at) => md5BytesReference(bytes, from, from + length, out, at));
}

describe('md5Bytes', () => {
  it('agrees at every length and place', () => {
    const view = bytes.subarray(100);
    const wrong = lengths.filter((length) => {
      const from = length % 7;
      const ours = digestOf((out, at) => md5Bytes(view, from, from + length, out, at));
      return ours !== expectedOf(100 + from, length);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps nothing of an earlier, longer message', () => {
    digestOf((out, at) => md5Bytes(bytes, 0, 120, out, at));
    expect(digestOf((out, at) => md5Bytes(bytes, 5, 5, out, at))).toBe(expectedOf(5, 0));
  });
});

describe('md5Blocks', () => {
  it('agrees at every length', () => {
    const wrong = lengths.filter((length) => {
      const blocks = (length + 72) >>> 6;
      const memory = Buffer.alloc(blocks * 64 + 40);
      memory.set(bytes.subarray(0, length), 8);
      memory[8 + length] = 0x80;
      memory.writeUInt32LE(length * 8, blocks * 64);
      md5Blocks(new DataView(memory.buffer, memory.byteOffset, memory.length), 8, blocks, blocks * 64 + 20);
      const ours = memory.subarray(blocks * 64 + 20, blocks * 64 + 36).toString('hex');
      return !expectedOf(0, length).includes(ours);
    });
    expect(wrong).toEqual([]);
  });
});
