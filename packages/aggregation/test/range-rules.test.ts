import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../src/aggregate.js';
import { HashRange, hashKeyOf } from '../src/index.js';
import { fate, type OutOfRange, RangeRules } from '../src/range-rules.js';
import { scanAggregate } from '../src/scan-aggregate.js';
import { anyMembers, encode, member } from './members.js';
import { sealed } from './protobufjs-codec.js';

const { deliver, deliverAndReport, drop } = fate;
const range = (start: string, end: string) => new HashRange({ startingHashKey: start, endingHashKey: end });
const own = range('100', '199');
const parent = range('0', '199');

function fates(members: ReturnType<typeof member>[], outOfRange: OutOfRange, parents = [parent]): number[] {
  return [...new RangeRules(own, parents, outOfRange).fates(scanAggregate(encode(members)) as Aggregate)];
}

describe('RangeRules', () => {
  const members = ['99', '100', '199', '200', '0'].map((explicitHashKey) => member('k', '', explicitHashKey));

  it('auto drops what a parent holds and delivers what nobody holds', () => {
    expect(fates(members, 'auto')).toEqual([drop, deliver, deliver, deliverAndReport, drop]);
  });

  it('auto looks at every parent', () => {
    const merged = [range('50', '150'), range('0', '40')];
    expect(fates(members, 'auto', merged)).toEqual([drop, deliver, deliver, deliverAndReport, drop]);
  });

  it('auto delivers everything where no parent is known', () => {
    expect(fates(members, 'auto', [])).toEqual([
      deliverAndReport,
      deliver,
      deliver,
      deliverAndReport,
      deliverAndReport,
    ]);
  });

  it('drop drops whatever is outside', () => {
    expect(fates(members, 'drop')).toEqual([drop, deliver, deliver, drop, drop]);
  });

  it('deliver delivers whatever is outside', () => {
    expect(fates(members, 'deliver')).toEqual([
      deliverAndReport,
      deliver,
      deliver,
      deliverAndReport,
      deliverAndReport,
    ]);
  });

  it('puts an explicit hash key that is none outside of everything', () => {
    const message = Buffer.from(
      '0a016b1203616263120131 1a07080010001a0178 1a07080010011a0178'.replaceAll(' ', ''),
      'hex',
    );
    const aggregate = scanAggregate(sealed(message)) as Aggregate;
    expect([...new RangeRules(own, [parent], 'auto').fates(aggregate)]).toEqual([deliverAndReport, drop]);
  });

  it('looks at each explicit hash key and each partition key once, however many members have it', () => {
    let looks = 0;
    const counting = {
      contains: () => {
        looks++;
        return true;
      },
    } as unknown as HashRange;
    const zeros = '0'.repeat(1_000);
    const keys = Buffer.concat([
      Buffer.from('0a016b', 'hex'),
      Buffer.from('12e807', 'hex'),
      Buffer.from(zeros),
      Buffer.from('120135', 'hex'),
    ]);
    const byExplicitHashKey = (index: number) => Buffer.from([0x1a, 0x06, 0x08, 0, 0x10, index, 0x1a, 0]);
    const byPartitionKey = Buffer.from('1a0408001a00', 'hex');
    const parts = Array.from({ length: 100 }, () => [
      byExplicitHashKey(0),
      byExplicitHashKey(1),
      byPartitionKey,
    ]).flat();
    const aggregate = scanAggregate(sealed(Buffer.concat([keys, ...parts]))) as Aggregate;
    expect([...new RangeRules(counting, [], 'auto').fates(aggregate)]).toEqual(new Array(300).fill(deliver));
    expect(looks).toBe(3);
  });

  it('judges by explicit hash key, else partition key, as a hash key for each would', () => {
    const half = range('0', '170141183460469231731687303715884105727');
    fc.assert(
      fc.property(anyMembers, (all) => {
        const found = [...new RangeRules(half, [], 'auto').fates(scanAggregate(encode(all)) as Aggregate)];
        expect(found).toEqual(
          all.map(({ partitionKey, explicitHashKey }) =>
            half.contains(hashKeyOf(partitionKey, explicitHashKey)) ? deliver : deliverAndReport,
          ),
        );
      }),
    );
  });
});
