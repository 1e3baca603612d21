import { createHash } from 'node:crypto';
import { HashRange, hashKeyOf } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HashRangeBounds, type ReadAs, ReaderRule } from '../src/reader-rule.js';
import type { Member } from '../src/unpack-aggregate.js';

const top = 2n ** 128n - 1n;
const range = (first: bigint, last: bigint): HashRangeBounds => ({
  StartingHashKey: String(first),
  EndingHashKey: String(last),
});
const member = (explicitHashKey: bigint | string): Member => ({
  partitionKey: 'any',
  explicitHashKey: String(explicitHashKey),
  data: new Uint8Array(),
});

const parent = range(100n, 199n);
const child = range(100n, 149n);
const inside = member(149n);
const inParent = member(150n);
const outside = member(99n);

function delivered(readAs: ReadAs, members: readonly Member[], parents = [parent]): readonly boolean[] {
  return new ReaderRule(readAs, child, parents).delivers(members);
}

describe('ReaderRule', () => {
  test("'everything' leaves nothing out", () => {
    expect(delivered('everything', [inside, inParent, outside, member('junk')])).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test("'kcl' leaves an aggregate out whole for one member outside the shard", () => {
    expect(delivered('kcl', [inside, member(100n)])).toEqual([true, true]);
    expect(delivered('kcl', [inside, inParent])).toEqual([false, false]);
    expect(delivered('kcl', [outside, inside])).toEqual([false, false]);
    expect(delivered('kcl', [inside, member('junk')])).toEqual([false, false]);
  });

  test("'shardline' leaves out what its producer has put again: members in the range of a parent (C12)", () => {
    expect(delivered('shardline', [inside, inParent, outside])).toEqual([true, false, true]);
    expect(delivered('shardline', [inside, inParent, outside], [])).toEqual([true, true, true]);
    const merged = new ReaderRule('shardline', child, [range(0n, 99n), parent]);
    expect(merged.delivers([inside, outside, inParent, member(200n)])).toEqual([true, false, false, true]);
  });

  test('ends of ranges belong to them, over the whole space', () => {
    const whole = new ReaderRule('kcl', range(0n, top), []);
    expect(whole.delivers([member(0n), member(top)])).toEqual([true, true]);
    expect(whole.delivers([member(top + 1n)])).toEqual([false]);
    expect(whole.delivers([member('')])).toEqual([false]);
    expect(whole.delivers([member('9'.repeat(40))])).toEqual([false]);
  });

  test('a member without an explicit hash key is where the MD5 of its partition key says', () => {
    const rule = new ReaderRule('kcl', range(0n, 2n ** 127n - 1n), []);
    for (const partitionKey of ['a', 'b', 'ключ', '🙂', '__proto__', 'a', 'b']) {
      const firstByte = createHash('md5').update(partitionKey).digest()[0] ?? 0;
      const members = [{ partitionKey, explicitHashKey: undefined, data: new Uint8Array() }];
      expect(rule.delivers(members)).toEqual([firstByte < 128]);
    }
  });

  test('agrees with the ranges of @shardline/aggregation', () => {
    const bound = fc.bigInt({ min: 0n, max: top });
    const key = fc.oneof(bound.map(String), fc.string());
    fc.assert(
      fc.property(bound, bound, key, fc.boolean(), (a, b, text, explicit) => {
        const [first, last] = a < b ? [a, b] : [b, a];
        const explicitHashKey = explicit && /^\d+$/.test(text) ? text : undefined;
        const rule = new ReaderRule('kcl', range(first, last), []);
        const theirs = new HashRange({ startingHashKey: String(first), endingHashKey: String(last) });
        const [ours] = rule.delivers([{ partitionKey: text, explicitHashKey, data: new Uint8Array() }]);
        const inRange = BigInt(formatted(text, explicitHashKey));
        expect(ours).toBe(first <= inRange && inRange <= last);
        expect(ours).toBe(theirs.contains(hashKeyOf(text, explicitHashKey)));
      }),
    );
  });
});

function formatted(partitionKey: string, explicitHashKey: string | undefined): string {
  if (explicitHashKey !== undefined) return explicitHashKey;
  return `0x${createHash('md5').update(partitionKey).digest('hex')}`;
}
