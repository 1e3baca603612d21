import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { AggregateEncoder, hashKeyOf, writeAggregateDigests } from '../src/index.js';
import { add, anyMember, anyMembers, decode, encode, member } from './members.js';
import { decodeWithProtobufjs, encodeWithProtobufjs } from './protobufjs-codec.js';

const noLimit = Number.POSITIVE_INFINITY;

describe('AggregateEncoder', () => {
  it('writes what protobufjs writes', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        expect(encode(members)).toEqual(encodeWithProtobufjs(members));
      }),
    );
  });

  it('writes what protobufjs reads', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        expect(decodeWithProtobufjs(encode(members))).toEqual(members);
      }),
    );
  });

  it('knows its exact size before and after every user record', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const encoder = new AggregateEncoder();
        expect(encoder.sizeBytes).toBe(0);
        members.forEach((each, index) => {
          const size = encoder.sizeWith(each.partitionKey, each.explicitHashKey, each.data);
          expect(add(encoder, each)).toBe(true);
          expect(encoder.sizeBytes).toBe(size);
          expect(encoder.sizeBytes).toBe(encode(members.slice(0, index + 1)).length);
          expect(encoder.count).toBe(index + 1);
        });
        const size = encoder.sizeBytes;
        expect(encoder.seal().length).toBe(size);
      }),
    );
  });

  it('refuses what would exceed the limit by one byte, and is then as before', () => {
    fc.assert(
      fc.property(anyMembers, anyMember, (members, last) => {
        const encoder = new AggregateEncoder();
        for (const each of members) add(encoder, each);
        const before = [encoder.count, encoder.sizeBytes];
        const size = encoder.sizeWith(last.partitionKey, last.explicitHashKey, last.data);
        expect(add(encoder, last, size - 1)).toBe(false);
        expect([encoder.count, encoder.sizeBytes]).toEqual(before);
        expect(encoder.seal()).toEqual(encode(members));
        for (const each of members) add(encoder, each);
        expect(add(encoder, last, size)).toBe(true);
        expect(encoder.seal()).toEqual(encode([...members, last]));
      }),
    );
  });

  it('refuses the first user record too when it is too large', () => {
    const encoder = new AggregateEncoder();
    expect(add(encoder, member('k', 'data'), 10)).toBe(false);
    expect([encoder.count, encoder.sizeBytes]).toEqual([0, 0]);
  });

  it('takes text as its UTF-8 form', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), fc.string({ maxLength: 90 }));
    fc.assert(
      fc.property(texts, (text) => {
        const encoder = new AggregateEncoder();
        const key = hashKeyOf('k');
        const size = encoder.sizeWith('k', undefined, text);
        expect(encoder.tryAdd('k', undefined, text, key, size)).toBe(true);
        expect(encoder.seal()).toEqual(encode([member('k', text)]));
      }),
    );
  });

  it.each([63, 64, 65, 127, 128, 129])('takes text of %i characters', (length) => {
    const encoder = new AggregateEncoder();
    for (const text of [
      'x'.repeat(length),
      'é'.repeat(length),
      `${'x'.repeat(length - 1)}語`,
      '🝊'.repeat(length),
    ]) {
      encoder.tryAdd(text, undefined, text, hashKeyOf(text), noLimit);
      expect(encoder.seal()).toEqual(encodeWithProtobufjs([member(text, text)]));
    }
  });

  it('writes a lone surrogate as U+FFFD, in keys and data', () => {
    for (const text of ['\ud800', 'a\udfffb', `${'x'.repeat(200)}\ud800`]) {
      const encoder = new AggregateEncoder();
      encoder.tryAdd(text, undefined, text, hashKeyOf(text), encoder.sizeWith(text, undefined, text));
      const replaced = text.replace(/[\ud800-\udfff]/, '\ufffd');
      expect(decode(encoder.seal())).toEqual([member(replaced, replaced)]);
    }
  });

  it('writes indexes and lengths across every border of a varint', () => {
    const keys = Array.from({ length: 16_500 }, (_, index) => member(`k${index}`));
    expect(Buffer.compare(encode(keys), encodeWithProtobufjs(keys))).toBe(0);
    const hashKeys = Array.from({ length: 300 }, (_, index) => member('k', '', String(index)));
    expect(Buffer.compare(encode(hashKeys), encodeWithProtobufjs(hashKeys))).toBe(0);
    for (const length of [
      120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 16_370, 16_378, 16_383, 16_384, 2_097_152,
    ]) {
      const large = [member('k'.repeat(length % 300), 'x'.repeat(length)), member('j', 'y')];
      expect(Buffer.compare(encode(large), encodeWithProtobufjs(large))).toBe(0);
    }
  });

  it('shares the entry of a partition key that comes with and without an explicit hash key', () => {
    const members = [
      member('k', '1'),
      member('k', '2', '7'),
      member('k', '3', '8'),
      member('k', '4'),
      member('j', '5', '7'),
    ];
    expect(encode(members)).toEqual(encodeWithProtobufjs(members));
  });

  it('keeps keys apart whose hash keys are the same', () => {
    const encoder = new AggregateEncoder();
    const same = Uint32Array.of(1, 2, 3, 4);
    const members = ['ab', 'ac', 'a', 'abc', 'é', 'è', ''].flatMap((key) => [
      member(key, '1'),
      member(key, '2'),
    ]);
    for (const { partitionKey, data } of members) {
      expect(encoder.tryAdd(partitionKey, undefined, data, same, noLimit)).toBe(true);
    }
    expect(encoder.seal()).toEqual(encodeWithProtobufjs(members));
  });

  it('survives a wrong hash key', () => {
    fc.assert(
      fc.property(anyMembers, fc.infiniteStream(fc.nat({ max: 3 })), (members, words) => {
        const encoder = new AggregateEncoder();
        for (const { partitionKey, explicitHashKey, data } of members) {
          const wrong = new Uint32Array(4).fill(words.next().value as number);
          encoder.tryAdd(partitionKey, explicitHashKey, data, wrong, noLimit);
        }
        const size = encoder.sizeBytes;
        const aggregate = encoder.seal();
        expect(aggregate.length).toBe(size);
        expect(decode(aggregate)).toEqual(members);
      }),
    );
  });

  it('starts anew after seal and after reset', () => {
    const encoder = new AggregateEncoder();
    const members = [member('k', 'first', '5'), member('long'.repeat(100), 'x'.repeat(5000))];
    for (const each of members) add(encoder, each);
    expect(encoder.seal()).toEqual(encode(members));
    expect([encoder.count, encoder.sizeBytes]).toEqual([0, 0]);
    for (const each of members) add(encoder, each);
    encoder.reset();
    expect([encoder.count, encoder.sizeBytes]).toEqual([0, 0]);
    add(encoder, member('j', 'second'));
    expect(encoder.seal()).toEqual(encode([member('j', 'second')]));
  });

  it('gives away memory of its own', () => {
    const encoder = new AggregateEncoder();
    add(encoder, member('k', 'first'));
    const first = encoder.seal();
    const copy = first.slice();
    add(encoder, member('j', 'other'));
    encoder.seal();
    expect(first).toEqual(copy);
    expect(first.buffer.byteLength).toBe(first.length);
  });

  it('seals all but the digest, in memory of its own or of the caller', () => {
    fc.assert(
      fc.property(anyMembers, fc.nat({ max: 50 }), (members, offset) => {
        const encoder = new AggregateEncoder();
        for (const each of members) add(encoder, each);
        const sealed = encode(members);
        const end = offset + sealed.length;
        const target = Buffer.alloc(end + 10, 0xaa);
        expect(encoder.sealInto(target, offset)).toBe(end);
        expect([encoder.count, encoder.sizeBytes]).toEqual([0, 0]);
        expect(target.subarray(offset, end - 16).equals(sealed.subarray(0, -16))).toBe(true);
        target.fill(0xaa, offset, end - 16);
        expect(target.equals(Buffer.alloc(target.length, 0xaa))).toBe(true);

        for (const each of members) add(encoder, each);
        const own = encoder.sealWithoutDigest();
        expect(own.buffer.byteLength).toBe(sealed.length);
        writeAggregateDigests([own]);
        expect(own).toEqual(sealed);
      }),
    );
  });

  it('does not seal into memory that is too small, and is then as before', () => {
    const encoder = new AggregateEncoder();
    add(encoder, member('k', 'data'));
    const { sizeBytes } = encoder;
    expect(() => encoder.sealInto(new Uint8Array(sizeBytes + 4), 5)).toThrow(RangeError);
    expect(encoder.sizeBytes).toBe(sizeBytes);
    expect(encoder.seal()).toEqual(encode([member('k', 'data')]));
  });

  it('copies data before it returns', () => {
    const encoder = new AggregateEncoder();
    const each = member('k', 'data');
    add(encoder, each);
    each.data.fill(0);
    expect(decode(encoder.seal())).toEqual([member('k', 'data')]);
  });

  it('holds little memory at first and grows with what it is given', () => {
    const encoder = new AggregateEncoder();
    expect(encoder.capacityBytes).toBe(0);
    add(encoder, member('k', 'data'));
    const first = encoder.capacityBytes;
    expect(first).toBeLessThan(5_000);
    for (let index = 0; index < 500; index++) add(encoder, member(`key ${index}`, 'x'.repeat(100)));
    const { sizeBytes } = encoder;
    expect(encoder.capacityBytes).toBeGreaterThan(sizeBytes);
    expect(encoder.capacityBytes).toBeLessThan(3 * sizeBytes);
    encoder.seal();
    expect(encoder.capacityBytes).toBeGreaterThan(sizeBytes);
  });

  it('holds no more for records than the largest aggregate asked for', () => {
    const encoder = new AggregateEncoder();
    for (let index = 0; add(encoder, member('k', `${index}`.padEnd(100)), 51_200); index++);
    expect(encoder.sizeBytes).toBeGreaterThan(51_000);
    expect(encoder.capacityBytes).toBeLessThan(51_200 + 2_000);
  });

  it('is as before when there is no memory for a user record', () => {
    const { allocUnsafeSlow } = Buffer;
    const anyLack = fc.array(fc.boolean(), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(anyMembers, anyLack, (members, lacks) => {
        const encoder = new AggregateEncoder();
        let asked = 0;
        const allocator = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
          if (lacks[asked++]) throw new RangeError('Array buffer allocation failed');
          return allocUnsafeSlow(size);
        });
        const taken = members.filter((each) => {
          const before = [encoder.count, encoder.sizeBytes];
          try {
            return add(encoder, each);
          } catch {
            expect([encoder.count, encoder.sizeBytes]).toEqual(before);
            return false;
          }
        });
        allocator.mockRestore();
        fc.pre(taken.length > 0);
        expect(encoder.sizeBytes).toBe(encode(taken).length);
        expect(encoder.seal()).toEqual(encode(taken));
      }),
    );
  });

  it('refuses to seal nothing', () => {
    const encoder = new AggregateEncoder();
    expect(() => encoder.seal()).toThrow(expect.objectContaining({ code: 'EMPTY_AGGREGATE' }));
    add(encoder, member('k'));
    encoder.seal();
    expect(() => encoder.seal()).toThrow(expect.objectContaining({ code: 'EMPTY_AGGREGATE' }));
    expect(() => encoder.sealWithoutDigest()).toThrow(expect.objectContaining({ code: 'EMPTY_AGGREGATE' }));
    expect(() => encoder.sealInto(new Uint8Array(99), 0)).toThrow(
      expect.objectContaining({ code: 'EMPTY_AGGREGATE' }),
    );
  });

  it('refuses an explicit hash key that is none when asked for a size', () => {
    expect(() => new AggregateEncoder().sizeWith('k', 'x', '')).toThrow(
      expect.objectContaining({ code: 'INVALID_HASH_KEY' }),
    );
  });
});
