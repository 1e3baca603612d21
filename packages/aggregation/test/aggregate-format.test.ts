import { describe, expect, it } from 'vitest';
import { aggregateFormat, aggregateTags, beginsWithMagic } from '../src/aggregate-format.js';

describe('beginsWithMagic', () => {
  const magic = Uint8Array.from(aggregateFormat.magic);

  it('knows the first four bytes of an aggregate', () => {
    expect(beginsWithMagic(magic)).toBe(true);
    expect(beginsWithMagic(Uint8Array.of(...magic, 1, 2, 3))).toBe(true);
    expect(beginsWithMagic(Buffer.from('f3899ac2', 'hex'))).toBe(true);
  });

  it('wants all four', () => {
    expect(beginsWithMagic(new Uint8Array(0))).toBe(false);
    expect(beginsWithMagic(magic.subarray(0, 3))).toBe(false);
    for (let at = 0; at < 4; at++) {
      const changed = magic.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(beginsWithMagic(changed)).toBe(false);
    }
  });

  it('is never true of text', () => {
    // C2 would have to continue the four-byte sequence that F3 begins.
    expect(new TextDecoder().decode(magic)).toContain('\ufffd');
  });
});

describe('aggregateFormat', () => {
  it('adds up', () => {
    expect(aggregateFormat.magic.length).toBe(aggregateFormat.magicBytes);
    expect(aggregateFormat.overheadBytes).toBe(aggregateFormat.magicBytes + aggregateFormat.digestBytes);
  });
});

describe('aggregateTags', () => {
  it('have the field numbers and wire types of the message', () => {
    const [number, text] = [0, 2];
    const tag = (field: number, wireType: number) => (field << 3) | wireType;
    expect(aggregateTags).toEqual({
      partitionKeyTable: tag(1, text),
      explicitHashKeyTable: tag(2, text),
      record: tag(3, text),
      partitionKeyIndex: tag(1, number),
      explicitHashKeyIndex: tag(2, number),
      data: tag(3, text),
      tags: tag(4, text),
      tagKey: tag(1, text),
    });
  });
});
