import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemOf, leaseOf } from '../src/lease-item.js';

const hashKeys = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const shardIds = fc.nat({ max: 99 }).map((id) => `shardId-${String(id).padStart(12, '0')}`);
const places = fc.oneof(
  fc.constantFrom('TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP', 'SHARD_END'),
  fc.bigInt({ min: 0n, max: 10n ** 56n }).map(String),
);

const ranges = fc.tuple(hashKeys, hashKeys).map(([a, b]) => {
  const [start, end] = a < b ? [a, b] : [b, a];
  return { startingHashKey: `${start}`, endingHashKey: `${end}` };
});

const newLeases = fc.record(
  {
    leaseKey: fc.string({ minLength: 1 }),
    checkpoint: fc.record({ sequenceNumber: places, subSequenceNumber: fc.nat() }),
    parentShardIds: fc.uniqueArray(shardIds, { maxLength: 2 }).map((ids) => ids.sort()),
    hashKeyRange: ranges,
    startAtMs: fc.nat(),
  },
  { requiredKeys: ['leaseKey', 'checkpoint', 'parentShardIds', 'hashKeyRange'] },
);

test('what is created is read back as it was, without an owner, at counter 0', () => {
  fc.assert(
    fc.property(newLeases, (lease) => {
      expect(leaseOf('tweets', itemOf(lease))).toEqual({
        ...lease,
        leaseOwner: undefined,
        checkpointOwner: undefined,
        leaseCounter: 0,
        ownerSwitchesSinceCheckpoint: 0,
        pendingCheckpoint: undefined,
        childShardIds: [],
        throughputKBps: undefined,
      });
    }),
  );
});
