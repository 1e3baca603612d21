import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanCbor } from '../src/scan-cbor.js';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const text = (value: string) => Buffer.from(cbor.serialize(value)).toString('hex');

describe('scanCbor', () => {
  it.each([
    ['whole numbers of every size', '84 00 1818 190100 1a00010000'],
    ['negative and 64-bit ones', '82 20 1b0020000000000000'],
    ['false, true, null, undefined', '84 f4 f5 f6 f7'],
    ['floats of every size', '83 f93c00 fa3f800000 fb3ff0000000000000'],
    ['bytes and text', '82 43 010203 63 616263'],
    ['what Jackson writes: maps and lists without a count', 'bf 6161 9f 01 02 ff 6162 bf ff ff'],
    ['text of any length in any script', `82 ${text('é€😀')} ${text(`${'a'.repeat(40)}é`)}`],
    ['bytes that are no text', '42 c328'],
    ['strings in parts', '82 7f 6161 6162 ff 5f 4101 4102 ff'],
    ['a map with a count', 'a2 6161 01 6162 02'],
  ])('lets %s pass', (_what, hex) => {
    expect(scanCbor(bytesOf(hex))).toEqual({ hasTimes: false });
  });

  it.each(['a1 6161 c1 00', 'c1 1b0000018bcfe56800', 'c1 fb3ff0000000000000', 'd801 00', 'c1 20'])(
    'sees the time in %s',
    (hex) => {
      expect(scanCbor(bytesOf(hex))).toEqual({ hasTimes: true });
    },
  );

  it.each([
    ['', 'it ends too early'],
    ['61', 'it ends too early'],
    ['1b 00', 'it ends too early'],
    ['43 0102', 'it ends too early'],
    ['9f 01', 'it ends too early'],
    ['bf 6161', 'it ends too early'],
    ['7f 6161', 'it ends too early'],
    ['c1', 'it ends too early'],
    ['00 00', 'it goes on behind its end, at byte 1'],
    ['9b 7fffffffffffffff', 'it claims 9223372036854776000 members and ends before them'],
    ['9a 05f5e100 00', 'it claims 100000000 members and ends before them'],
    ['a2 6161 01', 'it claims 2 members and ends before them'],
    ['bb ffffffffffffffff', 'it claims 18446744073709552000 members and ends before them'],
    ['5b ffffffffffffffff', 'it ends too early'],
    ['a1 01 02', 'a key is no text, at byte 1'],
    ['a1 7f 6161 ff 02', 'a key is no text, at byte 1'],
    ['bf 4161 02 ff', 'a key is no text, at byte 1'],
    [`a1 ${text('__proto__')} a0`, 'a key is __proto__'],
    [`bf ${text('__proto__')} a0 ff`, 'a key is __proto__'],
    ['62 c328', 'a text is not UTF-8, at byte 1'],
    ['61 ff', 'a text is not UTF-8, at byte 1'],
    [`7828 ${'61'.repeat(39)}c3`, 'a text is not UTF-8, at byte 2'],
    ['a1 62 c328 00', 'a text is not UTF-8, at byte 2'],
    ['7f 61 61 62 c328 ff', 'a text is not UTF-8, at byte 4'],
    ['7f 4161 ff', 'a string has a part that is none, at byte 1'],
    ['7f 7f ff ff', 'a string has a part that is none, at byte 1'],
    ['c2 41 00', 'tag 2 is not understood'],
    ['c3 41 00', 'tag 3 is not understood'],
    ['c4 82 00 00', 'tag 4 is not understood'],
    ['d9d9f7 a0', 'tag 55799 is not understood'],
    ['c1 60', 'a time is not a number'],
    ['c1 c1 00', 'a time is not a number'],
    ['c1 f5', 'a time is not a number'],
    ['ff', 'byte 0 begins nothing'],
    ['1c', 'byte 0 begins nothing'],
    ['1f', 'byte 0 begins nothing'],
    ['df', 'byte 0 begins nothing'],
    ['e0', 'there is no simple value 0'],
    ['f8 20', 'there is no simple value 24'],
    [`${'81'.repeat(40)}00`, 'it is nested more than 32 levels deep'],
    ['9f'.repeat(1_000_000), 'it is nested more than 32 levels deep'],
  ])('refuses %s', (hex, why) => {
    expect(() => scanCbor(bytesOf(hex))).toThrow(
      expect.objectContaining({
        name: 'SerializationException',
        message: `The body is not CBOR as Kinesis takes it: ${why}.`,
      }),
    );
  });

  it.each([
    ['structures', '9a 00030d40', 'a0', 200_000],
    ['structures without a count', '9f', 'a0', 200_000],
    ['members', 'bf', '60 00', 200_000],
    ['parts of a string', '7f', '60', 200_000],
  ])('refuses too many %s', (_what, start, more, count) => {
    const body = Buffer.concat([bytesOf(start), bytesOf(more.repeat(count))]);
    expect(() => scanCbor(body)).toThrow(
      expect.objectContaining({
        name: 'SerializationException',
        message: 'The body is not CBOR as Kinesis takes it: it has more than 200000 items.',
      }),
    );
  });

  it('lets as many items pass as there may be', () => {
    const body = Buffer.concat([bytesOf('9a 00030d3f'), Buffer.alloc(199_999, 0xa0)]);
    expect(scanCbor(body)).toEqual({ hasTimes: false });
  });

  it('lets pass whatever the codec writes, and the codec reads whatever it lets pass', () => {
    const json = fc.json({ maxDepth: 5, noUnicodeString: false }).map((written) => JSON.parse(written));
    fc.assert(
      fc.property(json, (value) => {
        // A list that claims more than it has would show in the values.
        const written = cbor.serialize(value);
        if (JSON.stringify(value).includes('"__proto__"')) return;
        expect(scanCbor(written)).toEqual({ hasTimes: false });
      }),
      { seed: 1, numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (body) => {
        try {
          scanCbor(body);
        } catch {
          return;
        }
        cbor.deserialize(body);
      }),
      { seed: 2, numRuns: 20_000 },
    );
  });
});
