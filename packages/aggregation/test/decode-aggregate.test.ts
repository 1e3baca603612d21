import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AggregateEncoder,
  decodeAggregate,
  decodeWithoutDigest,
  hashKeyOf,
  writeAggregateDigests,
} from '../src/index.js';
import { anyMembers, decode, encode, member } from './members.js';
import { encodeWithProtobufjs, sealed } from './protobufjs-codec.js';

const hex = (text: string) => sealed(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('decodeAggregate', () => {
  it('reads what protobufjs writes', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        expect(decode(encodeWithProtobufjs(members))).toEqual(members);
      }),
    );
  });

  it('numbers the user records from 0', () => {
    const records = decodeAggregate(encode([member('a', 'x'), member('b', 'y'), member('a', 'z')]));
    expect(records?.map(({ subSequenceNumber }) => subSequenceNumber)).toEqual([0, 1, 2]);
  });

  it('gives data as views of the bytes, wherever they begin', () => {
    const whole = new Uint8Array(100);
    const aggregate = encode([member('k', 'data')]);
    whole.set(aggregate, 7);
    const [record] = decodeAggregate(whole.subarray(7, 7 + aggregate.length)) ?? [];
    expect(record?.data.buffer).toBe(whole.buffer);
    expect(record?.data).toEqual(member('k', 'data').data);
  });

  it('leaves an explicit hash key out where there is none', () => {
    const [plain, explicit] = decodeAggregate(encode([member('a', 'x'), member('a', 'x', '0')])) ?? [];
    expect(plain !== undefined && 'explicitHashKey' in plain).toBe(false);
    expect(explicit?.explicitHashKey).toBe('0');
  });

  it('is undefined for what is not an aggregate', () => {
    const aggregate = encode([member('k', 'data')]);
    expect(decodeAggregate(new Uint8Array(0))).toBeUndefined();
    expect(decodeAggregate(aggregate.subarray(0, -1))).toBeUndefined();
    expect(decodeAggregate(aggregate.subarray(1))).toBeUndefined();
    expect(
      decodeAggregate(new Uint8Array(Buffer.from('plain data of a record, longer than an envelope'))),
    ).toBeUndefined();
    const wrongDigest = aggregate.slice();
    wrongDigest[wrongDigest.length - 1] = (wrongDigest.at(-1) ?? 0) ^ 1;
    expect(decodeAggregate(wrongDigest)).toBeUndefined();
  });

  it('reads malformed UTF-8 in a key as the KCL does', () => {
    // A bare continuation byte, a cut sequence, an encoded surrogate: one U+FFFD each.
    expect(decode(hex('0a 06 80 61 e282 62 ff  1a05 0800 1a0178'))?.[0]?.partitionKey).toBe(
      '\ufffda\ufffdb\ufffd',
    );
    expect(decode(hex('0a 05 61 eda080 62  1a05 0800 1a0178'))?.[0]?.partitionKey).toBe('a\ufffdb');
  });
});

describe('decodeWithoutDigest', () => {
  it('reads an aggregate before its digest is written, as after', () => {
    const encoder = new AggregateEncoder();
    for (const [key, data] of [
      ['a', 'x'],
      ['b', 'yz'],
    ] as const)
      encoder.tryAdd(key, undefined, data, hashKeyOf(key), 1_024);
    const undigested = encoder.sealWithoutDigest();
    undigested.fill(0, -16);
    expect(decodeAggregate(undigested)).toBeUndefined();
    const records = decodeWithoutDigest(undigested);
    writeAggregateDigests([undigested]);
    expect(records).toEqual(decodeAggregate(undigested));
    expect(records).toHaveLength(2);
  });

  it('says so where it is none', () => {
    expect(decodeWithoutDigest(new Uint8Array(30))).toBeUndefined();
  });
});
