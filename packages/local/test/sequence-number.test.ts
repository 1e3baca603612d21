import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatSequenceNumber,
  isSequenceNumber,
  prefixOf,
  SequenceNumbers,
  sequencePrefix,
  shardNumberOf,
} from '../src/sequence-number.js';

const facts = fc.record({
  epoch: fc.integer({ min: 1, max: 99_999_999_999_999 }),
  shard: fc.integer({ min: 0, max: 99_999_999 }),
  serial: fc.integer({ min: 0, max: 99_999_999_999_999 }),
  arrivalMs: fc.integer({ min: 0, max: 99_999_999_999_999 }),
});

describe('sequence numbers', () => {
  it('have 56 digits and give back their prefix and shard', () => {
    fc.assert(
      fc.property(facts, ({ epoch, shard, serial, arrivalMs }) => {
        const prefix = sequencePrefix(epoch, shard);
        const number = formatSequenceNumber(prefix, serial, arrivalMs);
        expect(number).toMatch(/^49\d{54}$/);
        expect(isSequenceNumber(number)).toBe(true);
        expect(prefixOf(number)).toBe(prefix);
        expect(shardNumberOf(number)).toBe(shard);
      }),
    );
  });

  it.each([999_999, 1_000_000, 99_999_999])('have room for shard %i', (shard) => {
    const prefix = sequencePrefix(99_999_999_999_999, shard);
    const number = formatSequenceNumber(prefix, 99_999_999_999_999, 99_999_999_999_999);
    expect(isSequenceNumber(number)).toBe(true);
    expect([prefixOf(number), shardNumberOf(number)]).toEqual([prefix, shard]);
  });

  it('rise with the epoch of the shard, then with the serial number, as text and as numbers', () => {
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        const number = ({ epoch, shard, serial, arrivalMs }: typeof a) =>
          formatSequenceNumber(sequencePrefix(epoch, shard), serial, arrivalMs);
        const [first, second] = [number(a), number(b)];
        expect(first < second).toBe(BigInt(first) < BigInt(second));
        if (a.epoch !== b.epoch) expect(first < second).toBe(a.epoch < b.epoch);
        else if (a.shard === b.shard && a.serial !== b.serial) {
          expect(first < second).toBe(a.serial < b.serial);
        }
      }),
    );
  });

  it.each(['', '0', '49', `50${'0'.repeat(54)}`, `49${'0'.repeat(53)}x`, `49${'0'.repeat(55)}`])(
    'are not %j',
    (text) => {
      expect(isSequenceNumber(text)).toBe(false);
    },
  );
});

describe('SequenceNumbers', () => {
  it('are what formatSequenceNumber writes, in whatever order they are asked for', () => {
    const near = facts.map((one) => ({ ...one, serial: one.serial % 3_000, arrivalMs: one.arrivalMs % 2 }));
    fc.assert(
      fc.property(fc.array(fc.oneof(facts, near)), (all) => {
        const numbers = new SequenceNumbers('49');
        for (const { serial, arrivalMs } of all) {
          expect(numbers.format(serial, arrivalMs)).toBe(formatSequenceNumber('49', serial, arrivalMs));
        }
      }),
    );
  });
});
