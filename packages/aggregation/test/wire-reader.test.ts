import { describe, expect, it } from 'vitest';
import { WireReader } from '../src/wire-reader.js';

function reader(hex: string): WireReader {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return new WireReader(bytes, 0, bytes.length);
}

describe('varint', () => {
  it.each([
    ['one byte', '7f', 127],
    ['two bytes', 'ac02', 300],
    ['five bytes', 'ffffffff07', 0x7fff_ffff],
    ['the sign bit', 'ffffffff0f', -1],
    ['more bits than 32, of which the low ones count', '8580808010', 5],
    ['ten bytes', '8a808080808080808001', 10],
    ['zeros behind the value', '85808000', 5],
  ])('reads %s', (_, hex, value) => {
    const wire = reader(hex);
    expect([wire.varint(), wire.hasMore(), wire.failed]).toEqual([value, false, false]);
  });

  it.each([
    ['nothing', ''],
    ['a cut one', '80'],
    ['one of eleven bytes', '8080808080808080808000'],
    ['an endless one', 'ff'.repeat(1000)],
  ])('fails on %s', (_, hex) => {
    const wire = reader(hex);
    wire.varint();
    expect([wire.failed, wire.hasMore()]).toEqual([true, false]);
  });

  it('does not look behind the limit', () => {
    const wire = new WireReader(Uint8Array.of(0x80, 0x01), 0, 1);
    wire.varint();
    expect(wire.failed).toBe(true);
  });
});

describe('index', () => {
  it.each([
    ['00', 0],
    ['ac02', 300],
    ['85808080808000', 5],
    ['feffffff07', 0x7fff_fffe],
    ['ffffffff0f', 0x7fff_ffff],
    ['8080808010', 0x7fff_ffff],
    ['80808080808080808001', 0x7fff_ffff],
  ])('reads %s as %i', (hex, value) => {
    expect(reader(hex).index()).toBe(value);
  });

  it('forgets an earlier one that was too large', () => {
    const wire = reader('8080808010 ac02 05');
    expect([wire.index(), wire.index(), wire.index()]).toEqual([0x7fff_ffff, 300, 5]);
  });
});

describe('fieldEnd', () => {
  it('is where the bytes of the field end', () => {
    const wire = reader('02 aa bb cc');
    expect([wire.fieldEnd(), wire.at, wire.failed]).toEqual([3, 1, false]);
  });

  it.each([
    ['a byte too many', '03 aa bb'],
    ['a negative length', 'ffffffff0f aa'],
    ['two gigabytes', 'ffffffff07 aa'],
  ])('fails on %s', (_, hex) => {
    const wire = reader(hex);
    expect(wire.fieldEnd()).toBe(hex.replaceAll(' ', '').length / 2);
    expect([wire.failed, wire.hasMore()]).toEqual([true, false]);
  });
});

describe('skip', () => {
  /** Reads the tag and skips its field. */
  const skip = (hex: string) => {
    const wire = reader(hex);
    wire.skip(wire.varint());
    return wire;
  };

  it.each([
    ['a varint', '28 ffffffffffffffffff01'],
    ['eight bytes', '29 0102030405060708'],
    ['bytes', '2a 03 010203'],
    ['four bytes', '2d 01020304'],
    ['an empty group', '2b 2c'],
    ['a group', '2b 0801 1201aa 2c'],
    ['groups in groups', '2b 33 0801 3b 3c 34 2c'],
    ['groups 100 deep', '2b'.repeat(100) + '2c'.repeat(100)],
  ])('passes over %s', (_, hex) => {
    const wire = skip(`${hex} 00`);
    expect([wire.failed, wire.limit - wire.at]).toEqual([false, 1]);
  });

  it.each([
    ['field number 0', '00 01'],
    ['an end of a group that was not begun', '2c'],
    ['a group with another end', '2b 34'],
    ['a group without an end', '2b 0801'],
    ['field number 0 in a group', '2b 0001 2c'],
    ['groups 101 deep', '2b'.repeat(101) + '2c'.repeat(101)],
    ['a million open groups', '2b'.repeat(1_000_000)],
    ['wire type 6', '2e'],
    ['wire type 7', '2f'],
    ['four bytes of eight', '29 01020304'],
    ['three bytes of four', '2d 010203'],
    ['bytes that are not there', '2a 05 0102'],
  ])('fails on %s', (_, hex) => {
    const wire = skip(hex);
    expect([wire.failed, wire.hasMore()]).toEqual([true, false]);
  });
});
