import { expect, test } from 'vitest';
import { conditionMembers, updateMembers } from '../src/expressions.js';

test('a condition names values that were, presence and absence; all must hold', () => {
  expect(
    conditionMembers({ leaseCounter: { N: '5' }, leaseOwner: 'present', checkpointOwner: 'absent' }),
  ).toEqual({
    ConditionExpression:
      '#leaseCounter = :was_leaseCounter AND attribute_exists(#leaseOwner) AND attribute_not_exists(#checkpointOwner)',
    ExpressionAttributeNames: {
      '#leaseCounter': 'leaseCounter',
      '#leaseOwner': 'leaseOwner',
      '#checkpointOwner': 'checkpointOwner',
    },
    ExpressionAttributeValues: { ':was_leaseCounter': { N: '5' } },
  });
});

test('no map of values where none is named', () => {
  expect(conditionMembers({ leaseKey: 'absent' })).toEqual({
    ConditionExpression: 'attribute_not_exists(#leaseKey)',
    ExpressionAttributeNames: { '#leaseKey': 'leaseKey' },
  });
});

test('a change sets, adds and removes; what an attribute was and what it becomes do not mix', () => {
  const change = {
    when: { leaseOwner: { S: 'w1' } },
    set: { leaseOwner: { S: 'w2' }, throughputKBps: { N: '1.5' } },
    add: { leaseCounter: 1, ownerSwitchesSinceCheckpoint: 1 },
    remove: ['checkpointOwner', 'pendingCheckpoint'],
  };
  expect(updateMembers(change)).toEqual({
    ConditionExpression: '#leaseOwner = :was_leaseOwner',
    UpdateExpression:
      'SET #leaseOwner = :leaseOwner, #throughputKBps = :throughputKBps ' +
      'ADD #leaseCounter :add_leaseCounter, #ownerSwitchesSinceCheckpoint :add_ownerSwitchesSinceCheckpoint ' +
      'REMOVE #checkpointOwner, #pendingCheckpoint',
    ExpressionAttributeNames: {
      '#leaseOwner': 'leaseOwner',
      '#throughputKBps': 'throughputKBps',
      '#leaseCounter': 'leaseCounter',
      '#ownerSwitchesSinceCheckpoint': 'ownerSwitchesSinceCheckpoint',
      '#checkpointOwner': 'checkpointOwner',
      '#pendingCheckpoint': 'pendingCheckpoint',
    },
    ExpressionAttributeValues: {
      ':was_leaseOwner': { S: 'w1' },
      ':leaseOwner': { S: 'w2' },
      ':throughputKBps': { N: '1.5' },
      ':add_leaseCounter': { N: '1' },
      ':add_ownerSwitchesSinceCheckpoint': { N: '1' },
    },
  });
});

test('a change of nothing checks its condition alone', () => {
  expect(updateMembers({ when: { leaseCounter: 'present' }, set: {}, remove: [] })).toEqual({
    ConditionExpression: 'attribute_exists(#leaseCounter)',
    ExpressionAttributeNames: { '#leaseCounter': 'leaseCounter' },
  });
});
