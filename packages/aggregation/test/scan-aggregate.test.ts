/**
 * Input that nobody vouches for. Catches a reader that throws, loops, reads outside the message, allocates out of proportion, takes
 * what protobuf-java refuses, or refuses what it takes. protobufjs, with the same rules, is the judge of mutated messages. Cannot
 * catch where both are wrong in the same way; the listed messages are there for that.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../src/aggregate.js';
import { decodeAggregate } from '../src/index.js';
import { scanAggregate } from '../src/scan-aggregate.js';
import { goldenCases } from './golden-cases.js';
import { anyMembers, decode, encode, member } from './members.js';
import { decodeWithProtobufjs, type Member, messageOf, sealed } from './protobufjs-codec.js';
import { seededRandom } from './seeded-random.js';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const text = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString('latin1');

/** A length-delimited field with its length worked out. */
const field = (tag: string, body: string) =>
  `${tag} ${Buffer.of(bytesOf(body).length).toString('hex')} ${body}`;

/** A table with one key, "a". */
const keyA = '0a 01 61';
/** A record: key 0, data "x". */
const recordX = '1a 05 08 00 1a 01 78';

describe('scanAggregate takes what protobuf-java takes', () => {
  const unknown = '2801 290102030405060708 2a0161 2b0801 2c 2d01020304';
  it.each([
    ['records before the table', `${recordX} ${keyA}`],
    ['unknown fields of every wire type', `${keyA} ${unknown} ${recordX}`],
    ['unknown fields in a record', `${keyA} ${field('1a', `0800 ${unknown} 1a0178`)}`],
    [
      'known fields of another wire type, as unknown ones',
      `${keyA} 0801 1001 1801 ${field('1a', '0d00000000 0800 1a0178')}`,
    ],
    ['fields of a record in another order', `${keyA} ${field('1a', '1a0178 0800')}`],
    ['a repeated index, of which the last counts', `${keyA} ${field('1a', '0805 0800 1a0178')}`],
    ['repeated data, of which the last counts', `${keyA} ${field('1a', '0800 1a03797979 1a0178')}`],
    ['tags', `${keyA} ${field('1a', '0800 22020a00 22040a001200 1a0178')}`],
    ['a tag with unknown fields', `${keyA} ${field('1a', `0800 ${field('22', `0a00 ${unknown}`)} 1a0178`)}`],
    ['an index and lengths with padded varints', `${keyA} 1a8a00 0880808000 1a81800078`],
    ['a tag byte with a padded varint', `8a000161 9a0005 0800 1a0178`],
    ['table entries that nobody uses', `${keyA} 0a0162 120135 ${recordX}`],
  ])('%s', (_, hex) => {
    const aggregate = sealed(bytesOf(hex));
    expect(decodeWithProtobufjs(aggregate)).toEqual([member('a', 'x')]);
    expect(decode(aggregate)).toEqual([member('a', 'x')]);
  });

  it('a repeated explicit hash key index, of which the last counts', () => {
    const aggregate = sealed(bytesOf(`${keyA} 12 01 35 12 01 36 1a 09 08 00 10 00 10 01 1a 01 78`));
    expect(decode(aggregate)).toEqual([member('a', 'x', '6')]);
  });
});

describe('scanAggregate refuses', () => {
  it.each([
    ['a record without an index', `${keyA} 1a 03 1a 01 78`],
    ['a record without data', `${keyA} 1a 02 08 00`],
    ['an empty record', `${keyA} 1a 00`],
    ['an index of another wire type', `${keyA} 1a 06 0a 01 00 1a 01 78`],
    ['a tag without its key', `${keyA} 1a 09 08 00 22 02 12 00 1a 01 78`],
    ['an index outside an empty table', recordX],
    ['an index one outside the table', `${keyA} 1a 05 08 01 1a 01 78`],
    ['an explicit hash key index outside its table', `${keyA} 1a 07 08 00 10 00 1a 01 78`],
    ['a bad index behind good records', `${keyA} ${recordX} ${recordX} 1a 05 08 01 1a 01 78`],
    ['an index of 2^31', `${keyA} 1a 09 08 8080808008 1a 01 78`],
    ['an index of 2^32, whose low bits are 0', `${keyA} 1a 09 08 8080808010 1a 01 78`],
    ['an index of 2^63', `${keyA} 1a 0e 08 80808080808080808001 1a 01 78`],
    ['a record longer than the message', `${keyA} 1a 06 08 00 1a 01 78`],
    ['data longer than its record', `${keyA} 1a 05 08 00 1a 02 78 ${keyA}`],
    ['a key longer than the message', `${recordX} 0a 05 61`],
    ['a length of 2 GiB', `${keyA} ${recordX} 1a ffffffff07`],
    ['a negative length', `${keyA} ${recordX} 1a ffffffff0f`],
    ['a varint of eleven bytes', `${keyA} 1a 0f 08 ${'80'.repeat(10)}00 1a 01 78`],
    ['a cut varint', `${keyA} ${recordX} 80`],
    ['a varint cut by the end of its record', `${keyA} 1a 06 08 00 1a 01 78 80 00`],
    ['field number 0', `${keyA} ${recordX} 00 00`],
    ['a wire type that does not exist', `${keyA} ${recordX} 2e`],
    ['an end of a group', `${keyA} ${recordX} 2c`],
    ['an open group', `${keyA} ${recordX} 2b`],
    ['an open group in a record', `${keyA} 1a 06 08 00 1a 01 78 2b 2c`],
    ['groups 101 deep', `${keyA} ${recordX} ${'2b'.repeat(101)}${'2c'.repeat(101)}`],
    ['a table without records', `${keyA} ${keyA} ${keyA}`],
  ])('%s', (_, hex) => {
    expect(scanAggregate(sealed(bytesOf(hex)))).toBeUndefined();
  });

  it('an empty message', () => {
    expect(scanAggregate(sealed(new Uint8Array(0)))).toBeUndefined();
  });

  it('every aggregate that is cut short or has a bit changed', () => {
    const aggregate = encode([member('key', 'data', '5'), member('other', 'more')]);
    for (let length = 0; length < aggregate.length; length++) {
      expect(scanAggregate(aggregate.subarray(0, length))).toBeUndefined();
    }
    for (let bit = 0; bit < aggregate.length * 8; bit++) {
      const changed = aggregate.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(scanAggregate(changed)).toBeUndefined();
    }
  });

  it('every message cut short, though its digest is right', () => {
    const members = [member('key', 'data', '5'), member('other', 'more'), member('key', '')];
    const message = messageOf(encode(members));
    for (let length = 0; length < message.length; length++) {
      const cut = sealed(message.subarray(0, length));
      expect(decode(cut)).toEqual(judged(cut));
    }
  });
});

describe('scanAggregate under mutated and random input', () => {
  const random = seededRandom(7);
  const seeds = goldenCases()
    .flatMap(({ records }) => records.filter(({ aggregated, length }) => aggregated && length < 1000))
    .map(({ userRecords }) => messageOf(encode(userRecords)));

  it('agrees with protobufjs on 20,000 mutated aggregates of the KPL', () => {
    let sound = 0;
    for (let round = 0; round < 20_000; round++) {
      const seed = seeds[round % seeds.length] as Uint8Array;
      const aggregate = sealed(mutated(seed, random));
      const ours = decode(aggregate);
      if (ours !== undefined) sound++;
      expectAgreement(aggregate, ours);
    }
    // Both outcomes are met often, so the comparison says something.
    expect(sound).toBeGreaterThan(2_000);
    expect(sound).toBeLessThan(18_000);
  });

  it('agrees with protobufjs on short messages of the bytes that matter', () => {
    const bytes = [
      0x00, 0x01, 0x02, 0x05, 0x07, 0x08, 0x0a, 0x10, 0x12, 0x1a, 0x22, 0x2b, 0x2c, 0x7f, 0x80, 0xff,
    ];
    for (let round = 0; round < 30_000; round++) {
      const body = Array.from(
        { length: 1 + random() * 14 },
        () => bytes[Math.floor(random() * bytes.length)] ?? 0,
      );
      const aggregate = sealed(Buffer.concat([bytesOf(keyA), Buffer.from(body)]));
      expectAgreement(aggregate, decode(aggregate));
    }
  });

  it('passes random bytes by', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(scanAggregate(bytes)).toBeUndefined();
        expect(() => decodeAggregate(sealed(bytes))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads nothing outside the message', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const aggregate = encode(members);
        const around = new Uint8Array(aggregate.length + 64).fill(0x0a);
        around.set(aggregate, 32);
        const found = scanAggregate(around.subarray(32, 32 + aggregate.length)) as Aggregate;
        expect(found.count).toBe(members.length);
        members.forEach(({ data }, index) => {
          expect(text(found.data(index))).toBe(text(data));
        });
      }),
    );
  });
});

describe('scanAggregate keeps time and memory in proportion to the input', () => {
  it.each([
    ['empty records', '1a00'],
    ['the smallest records', '1a0408001a00'],
    ['empty keys', '0a00'],
    ['open groups', '2b'],
    ['groups', '2b2c'],
    ['continued varints', '80'],
    ['varints of a field', '2800'],
    ['records with a giant length', '1affffffff07'],
  ])('for a message full of %s', (_, hex) => {
    const unit = bytesOf(hex);
    const message = Buffer.concat([bytesOf(keyA), Buffer.alloc(1_000_000 - (1_000_000 % unit.length), unit)]);
    const before = process.memoryUsage().arrayBuffers;
    const found = scanAggregate(sealed(message));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
    expect(found?.count ?? 0).toBe(hex === '1a0408001a00' ? Math.floor(1_000_000 / 6) : 0);
  });

  it('decodes a key that many user records share once', () => {
    const key = 'k'.repeat(500_000);
    const records = Buffer.alloc(7 * 5_000, bytesOf(recordX));
    const message = Buffer.concat([messageOf(encode([member(key)])), records]);
    const aggregate = scanAggregate(sealed(message)) as Aggregate;
    expect(aggregate.count).toBe(5_001);
    const keys = new Set(
      Array.from({ length: aggregate.count }, (_, index) => aggregate.partitionKey(index)),
    );
    expect([...keys]).toEqual([key]);
  });
});

/** What the independent decoder makes of it: `undefined` where it throws. */
function judged(aggregate: Uint8Array): Member[] | undefined {
  try {
    return decodeWithProtobufjs(aggregate);
  } catch {
    return undefined;
  }
}

/**
 * protobufjs refuses tags and lengths of more than 32 bits, of which protobuf-java takes the low ones; and it reads malformed UTF-8 in
 * its own way. Nothing else may differ.
 */
function expectAgreement(aggregate: Uint8Array, ours: Member[] | undefined): void {
  const theirs = judged(aggregate);
  if (theirs === undefined && ours !== undefined) {
    expect(() => decodeWithProtobufjs(aggregate)).toThrow(/invalid (tag|length) encoding/);
    return;
  }
  const comparable = (members: Member[] | undefined) =>
    members?.map(({ partitionKey, explicitHashKey, data }) => [
      wellFormed(partitionKey),
      wellFormed(explicitHashKey ?? ''),
      text(data),
    ]);
  if (JSON.stringify(comparable(ours)) !== JSON.stringify(comparable(theirs))) {
    expect({ aggregate: Buffer.from(aggregate).toString('hex'), ours }).toEqual({ ours: theirs });
  }
}

/** The text, or nothing where replacements would be compared. */
function wellFormed(key: string): string {
  return /[\ufffd\ud800-\udfff]/.test(key) ? '' : key;
}

const interesting = [0x00, 0x01, 0x08, 0x0a, 0x10, 0x12, 0x1a, 0x22, 0x2b, 0x2c, 0x7f, 0x80, 0xff];

/** Changes a message in one to three places. */
function mutated(message: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  let bytes = Buffer.from(message);
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const at = below(bytes.length);
    const before = bytes.subarray(0, at);
    const byte = Buffer.of(below(2) === 0 ? below(256) : (interesting[below(interesting.length)] ?? 0));
    const variants = [
      [before, byte, bytes.subarray(at + 1)],
      [before, byte, bytes.subarray(at)],
      [before, bytes.subarray(at + below(6))],
      [before, bytes.subarray(at, at + below(12)), bytes.subarray(at)],
    ];
    bytes = Buffer.concat(variants[below(4)] ?? []);
  }
  return bytes;
}
