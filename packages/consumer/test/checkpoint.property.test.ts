import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Checkpoint, compareCheckpoints, compareSequenceNumbers } from '../src/checkpoint.js';

const sequenceNumber = fc.bigInt({ min: 0n, max: 10n ** 57n });
const checkpoint: fc.Arbitrary<Checkpoint> = fc.record({
  sequenceNumber: fc.oneof(
    fc.constantFrom('AT_TIMESTAMP', 'TRIM_HORIZON', 'LATEST', 'SHARD_END'),
    sequenceNumber.map(String),
    fc.nat(20).map(String),
  ),
  subSequenceNumber: fc.nat(3),
});

it('sequence numbers are ordered as the numbers that they are', () => {
  const [short, padding] = [fc.bigInt({ min: 0n, max: 99n }), fc.nat(3)];
  const either = fc.oneof(sequenceNumber, short);
  fc.assert(
    fc.property(either, either, padding, (a, b, zeros) => {
      const order = a < b ? -1 : Number(a > b);
      expect(compareSequenceNumbers('0'.repeat(zeros) + a, String(b))).toBe(order);
    }),
  );
});

it('the order of checkpoints is one: both ways alike, and through a third', () => {
  fc.assert(
    fc.property(checkpoint, checkpoint, checkpoint, (a, b, c) => {
      expect(Math.sign(compareCheckpoints(a, b)) + Math.sign(compareCheckpoints(b, a))).toBe(0);
      if (compareCheckpoints(a, b) <= 0 && compareCheckpoints(b, c) <= 0) {
        expect(compareCheckpoints(a, c)).toBeLessThanOrEqual(0);
      }
    }),
  );
});
