import { describe, expect, test } from 'vitest';
import { itemOf, leaseOf } from '../src/lease-item.js';
import type { Item } from '../src/table-api.js';
import { goldenItem, goldenVersions } from './support/golden-items.js';

const golden = goldenItem('lease at creation, TRIM_HORIZON');
const without = (name: string): Item =>
  Object.fromEntries(Object.entries(golden).filter(([one]) => one !== name));
const malformed = (attribute: string) => expect.objectContaining({ code: 'LEASE_ITEM_MALFORMED', attribute });

describe('the items of the KCL', () => {
  test('every version of every lease is read, and nothing else is', () => {
    const versions = goldenVersions();
    const leases = versions.filter(({ table, item }) => leaseOf(table, item) !== undefined);
    expect(leases.length).toBeGreaterThan(100);
    expect(leases.filter(({ leaseKey }) => !leaseKey.includes('shardId-'))).toEqual([]);
    const others = versions.filter((version) => !leases.includes(version));
    expect(others.filter(({ leaseKey }) => leaseKey.includes('shardId-'))).toEqual([]);
    expect(new Set(others.map(({ item }) => item.entityType?.S))).toContain('LEADER');
  });

  test('a hand-off under way', () => {
    expect(leaseOf('t', goldenItem('lease while handoff is in progress'))).toEqual({
      leaseKey: 'shardId-000000000001',
      checkpoint: {
        sequenceNumber: '49660000000000000000000000000000000000000000000000061474',
        subSequenceNumber: 7,
      },
      parentShardIds: [],
      hashKeyRange: {
        startingHashKey: '85070591730234615865843651857942052864',
        endingHashKey: '170141183460469231731687303715884105727',
      },
      leaseOwner: 'w2',
      checkpointOwner: 'w1',
      leaseCounter: 19,
      ownerSwitchesSinceCheckpoint: 0,
      pendingCheckpoint: undefined,
      childShardIds: [],
      throughputKBps: 0.464729,
    });
  });

  test('a prepared checkpoint with its state', () => {
    const lease = leaseOf('t', goldenItem('lease with a prepared (pending) checkpoint and state'));
    expect(lease?.pendingCheckpoint).toEqual({
      sequenceNumber: '49660000000000000000000000000000000000000000000000002274',
      subSequenceNumber: 3,
      state: new Uint8Array(Buffer.from('opaque state')),
    });
  });

  test('a lease of a multi-stream application has its key as it is', () => {
    const version = goldenVersions().find(({ item }) => item.streamName !== undefined);
    expect(version?.leaseKey).toContain(':');
    expect(leaseOf('t', version?.item ?? {})?.leaseKey).toBe(version?.leaseKey);
  });
});

describe('which items are leases', () => {
  test.each(['LEADER', 'WORKER_METRIC_STATS', 'CLIENT_VERSION_MIGRATION', 'STREAM', 'SOMETHING_NEW'])(
    'not one of entityType %s, whatever else it has',
    (type) => {
      expect(leaseOf('t', { ...golden, entityType: { S: type } })).toBeUndefined();
    },
  );

  test('without entityType, as before 3.5: what has a counter or a checkpoint', () => {
    expect(leaseOf('t', without('entityType'))?.leaseCounter).toBe(0);
    expect(leaseOf('t', { leaseKey: { S: 'a' }, note: { S: 'hello' } })).toBeUndefined();
    expect(() => leaseOf('t', { leaseKey: { S: 'a' }, leaseCounter: { N: '1' } })).toThrow(
      malformed('checkpoint'),
    );
    expect(() => leaseOf('t', { leaseKey: { S: 'a' }, checkpoint: { S: 'LATEST' } })).toThrow(
      malformed('leaseCounter'),
    );
  });
});

test('what has the key of a shard and says nothing else of itself should be a lease', () => {
  const empty = { leaseKey: { S: 'shardId-000000000001' }, note: { S: 'hello' } };
  expect(() => leaseOf('t', empty)).toThrow(malformed('checkpoint'));
});

describe('what a lease may lack', () => {
  test('sub-sequence number, switches, hash keys', () => {
    const bare = {
      leaseKey: { S: 'a' },
      leaseCounter: { N: '3' },
      checkpoint: { S: '17' },
      pendingCheckpoint: { S: '18' },
    };
    expect(leaseOf('t', bare)).toMatchObject({
      checkpoint: { sequenceNumber: '17', subSequenceNumber: 0 },
      pendingCheckpoint: { sequenceNumber: '18', subSequenceNumber: 0 },
      ownerSwitchesSinceCheckpoint: 0,
      hashKeyRange: undefined,
    });
  });

  test('startAt', () => {
    expect(Object.keys(leaseOf('t', golden) ?? {})).not.toContain('startAtMs');
    expect(leaseOf('t', { ...golden, startAt: { N: '1795219599300' } })?.startAtMs).toBe(1_795_219_599_300);
  });
});

test.each([
  ['checkpoint', 'absent', without('checkpoint')],
  ['leaseCounter', 'absent', without('leaseCounter')],
  ['checkpoint', 'no place in a shard', { ...golden, checkpoint: { S: 'NEWEST' } }],
  ['checkpoint', 'a number with a sign', { ...golden, checkpoint: { S: '-1' } }],
  ['pendingCheckpoint', 'no place in a shard', { ...golden, pendingCheckpoint: { S: '1x' } }],
  ['leaseOwner', 'empty', { ...golden, leaseOwner: { S: '' } }],
  ['checkpointOwner', 'a number', { ...golden, checkpointOwner: { N: '1' } }],
  ['startingHashKey', 'absent alone', without('startingHashKey')],
  ['endingHashKey', 'absent alone', without('endingHashKey')],
  ['endingHashKey', 'hexadecimal', { ...golden, endingHashKey: { S: 'ff' } }],
  [
    'endingHashKey',
    'before the start',
    { ...golden, startingHashKey: { S: '9' }, endingHashKey: { S: '8' } },
  ],
  ['endingHashKey', '2^128', { ...golden, endingHashKey: { S: String(1n << 128n) } }],
  ['parentShardId', 'a list', { ...golden, parentShardId: { L: [] } }],
  ['startAt', 'a text', { ...golden, startAt: { S: 'noon' } }],
])('a lease whose %s is %s is malformed', (attribute, _how, item) => {
  expect(() => leaseOf('tweets', item as Item)).toThrow(malformed(attribute));
});

test('a created lease names a parent once, and no attribute for none', () => {
  const lease = {
    leaseKey: 'a',
    checkpoint: { sequenceNumber: 'LATEST', subSequenceNumber: 0 },
    parentShardIds: ['p', 'p'],
    hashKeyRange: { startingHashKey: '0', endingHashKey: '9' },
  };
  expect(itemOf(lease).parentShardId).toEqual({ SS: ['p'] });
  expect(Object.keys(itemOf({ ...lease, parentShardIds: [] })).sort()).toEqual(Object.keys(golden).sort());
});
