import { describe, expect, test } from 'vitest';
import {
  assignChange,
  checkpointChange,
  handoffChange,
  metadataChange,
  prepareChange,
  releaseChange,
  renewChange,
  takeChange,
  unchanged,
} from '../src/lease-changes.js';
import { leaseWith } from './support/leases.js';

const raised = { leaseCounter: 1 };
const switched = { leaseCounter: 1, ownerSwitchesSinceCheckpoint: 1 };
const at = { sequenceNumber: '50', subSequenceNumber: 3 };
const range = { startingHashKey: '0', endingHashKey: '9' };

describe('take', () => {
  test.each([
    ['a free lease', undefined, undefined, raised],
    ["another's", 'w2', undefined, switched],
    ['its own', 'me', undefined, raised],
    ['a hand-off to itself, whose other side died', 'me', 'w2', raised],
    ['a hand-off that it had begun to another', 'w2', 'me', switched],
    ['a hand-off between others', 'w2', 'w3', switched],
    ['what it handed off and nobody has', undefined, 'me', switched],
  ])('%s: counter and both owners as seen', (_what, leaseOwner, checkpointOwner, add) => {
    expect(takeChange(leaseWith({ leaseOwner, checkpointOwner }), 'me')).toEqual({
      when: {
        leaseCounter: { N: '5' },
        leaseOwner: leaseOwner ? { S: leaseOwner } : 'absent',
        checkpointOwner: checkpointOwner ? { S: checkpointOwner } : 'absent',
      },
      set: { leaseOwner: { S: 'me' } },
      add,
      remove: ['checkpointOwner'],
    });
  });
});

describe('renew', () => {
  test('demands that no hand-off has begun which the caller does not know of', () => {
    expect(renewChange(leaseWith(), undefined)).toEqual({
      when: { leaseCounter: { N: '5' }, checkpointOwner: 'absent' },
      set: {},
      add: raised,
    });
  });

  test('during a hand-off demands the counter alone; writes the throughput with six decimals, 0 too', () => {
    const lease = leaseWith({ leaseOwner: 'w2', checkpointOwner: 'w1' });
    const when = { leaseCounter: { N: '5' } };
    expect(renewChange(lease, 1.23456789)).toEqual({
      when,
      set: { throughputKBps: { N: '1.234568' } },
      add: raised,
    });
    expect(renewChange(lease, 0).set).toEqual({ throughputKBps: { N: '0' } });
  });

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses a throughput of %d', (figure) => {
    expect(() => renewChange(leaseWith(), figure)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'throughputKBps' }),
    );
  });
});

describe('checkpoint', () => {
  const remove = ['pendingCheckpoint', 'pendingCheckpointSubSequenceNumber', 'pendingCheckpointState'];
  const set = {
    checkpoint: { S: '50' },
    checkpointSubSequenceNumber: { N: '3' },
    ownerSwitchesSinceCheckpoint: { N: '0' },
  };

  test('sets both numbers, resets the switches, removes what was pending', () => {
    const when = { leaseCounter: { N: '5' } };
    expect(checkpointChange(leaseWith(), at)).toEqual({ when, set, add: raised, remove });
  });

  test('writes children and range along where the lease has them', () => {
    const lease = leaseWith({ childShardIds: ['b', 'a', 'b'], hashKeyRange: range });
    expect(checkpointChange(lease, at).set).toEqual({
      ...set,
      childShardIds: { SS: ['b', 'a'] },
      startingHashKey: { S: '0' },
      endingHashKey: { S: '9' },
    });
  });
});

describe('prepareCheckpoint', () => {
  test('sets the three attributes and nothing else', () => {
    const state = Uint8Array.of(1, 2);
    expect(prepareChange(leaseWith({ hashKeyRange: range }), { ...at, state })).toEqual({
      when: { leaseCounter: { N: '5' } },
      set: {
        pendingCheckpoint: { S: '50' },
        pendingCheckpointSubSequenceNumber: { N: '3' },
        pendingCheckpointState: { B: state },
      },
      add: raised,
      remove: [],
    });
  });

  test('without state removes that of an earlier one', () => {
    expect(prepareChange(leaseWith(), at).remove).toEqual(['pendingCheckpointState']);
  });
});

describe('startHandoff', () => {
  test('names both workers and leaves the counter', () => {
    expect(handoffChange(leaseWith(), 'w2')).toEqual({
      when: { leaseCounter: 'present', leaseOwner: { S: 'w1' }, checkpointOwner: 'absent' },
      set: { leaseOwner: { S: 'w2' }, checkpointOwner: { S: 'w1' } },
    });
  });

  test('is nothing for a lease without an owner', () => {
    expect(handoffChange(leaseWith({ leaseOwner: undefined }), 'w2')).toBeUndefined();
  });
});

describe('assign', () => {
  test.each([
    ['the end of a hand-off', 'me', 'w1', raised],
    ['a free lease', undefined, undefined, raised],
    ["another's lease", 'w1', undefined, switched],
    ['a hand-off that is called off', 'w2', 'me', switched],
    ['a hand-off that was half released', undefined, 'me', switched],
  ])('%s: counter and both owners as seen', (_what, leaseOwner, checkpointOwner, add) => {
    expect(assignChange(leaseWith({ leaseOwner, checkpointOwner }), 'me')).toEqual({
      when: {
        leaseCounter: { N: '5' },
        leaseOwner: leaseOwner ? { S: leaseOwner } : 'absent',
        checkpointOwner: checkpointOwner ? { S: checkpointOwner } : 'absent',
      },
      set: { leaseOwner: { S: 'me' } },
      add,
      remove: ['checkpointOwner'],
    });
  });
});

describe('release', () => {
  test.each([
    ['an owner', 'w1', undefined, ['leaseOwner', 'checkpointOwner']],
    ['a hand-off to the same worker', 'w1', 'w1', ['leaseOwner', 'checkpointOwner']],
    ['a hand-off: the next owner stays', 'w2', 'w1', ['checkpointOwner']],
  ])('%s', (_what, leaseOwner, checkpointOwner, remove) => {
    expect(releaseChange(leaseWith({ leaseOwner, checkpointOwner }))).toEqual({
      when: {
        leaseCounter: { N: '5' },
        leaseOwner: { S: leaseOwner },
        checkpointOwner: checkpointOwner ? { S: checkpointOwner } : 'absent',
      },
      add: raised,
      remove,
    });
  });
});

describe('updateMetadata', () => {
  const when = { leaseCounter: 'present' };

  test('sets what is given and leaves the counter', () => {
    expect(metadataChange({ childShardIds: ['a'] })).toEqual({
      when,
      set: { childShardIds: { SS: ['a'] } },
      remove: [],
    });
    expect(metadataChange({ hashKeyRange: range }).set).toEqual({
      startingHashKey: { S: '0' },
      endingHashKey: { S: '9' },
    });
  });

  test('no children are no attribute, since there are no empty sets', () => {
    expect(metadataChange({ childShardIds: [] })).toEqual({ when, set: {}, remove: ['childShardIds'] });
  });
});

test('unchanged: counter and owners', () => {
  expect(unchanged(leaseWith({ checkpointOwner: 'w0' }))).toEqual({
    leaseCounter: { N: '5' },
    leaseOwner: { S: 'w1' },
    checkpointOwner: { S: 'w0' },
  });
});
