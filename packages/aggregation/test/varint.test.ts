import { describe, expect, it } from 'vitest';
import { varintLength, writeVarint } from '../src/varint.js';
import { WireReader } from '../src/wire-reader.js';

/** Both sides of every border. */
const values = [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000, 0xfff_ffff, 0x1000_0000, 0x7fff_ffff];

describe('writeVarint', () => {
  it.each(values)('writes %i so that it is read back', (value) => {
    const bytes = new Uint8Array(8).fill(0xaa);
    const end = writeVarint(bytes, 1, value);
    const reader = new WireReader(bytes, 1, end);
    expect([reader.varint(), reader.at, reader.failed]).toEqual([value, end, false]);
    expect([bytes[0], bytes[end]]).toEqual([0xaa, 0xaa]);
  });
});

describe('varintLength', () => {
  it.each(values)('is what writing %i takes', (value) => {
    expect(varintLength(value)).toBe(writeVarint(new Uint8Array(8), 0, value));
  });
});
