import { expect, test } from 'vitest';
import {
  compareCheckpoints,
  compareSequenceNumbers,
  isInitial,
  isShardEnd,
  shardEnd,
} from '../src/checkpoint.js';

const place = (sequenceNumber: string, subSequenceNumber = 0) => ({ sequenceNumber, subSequenceNumber });

const inOrder = [
  place('AT_TIMESTAMP'),
  place('TRIM_HORIZON'),
  place('LATEST'),
  place('0'),
  place('9'),
  place('10'),
  place('10', 1),
  place('10', 10),
  place('49590338271490256608559692538361571095921575989136588898'),
  place('49590338271490256608559692538361571095921575989136588899'),
  place('149590338271490256608559692538361571095921575989136588898'),
  shardEnd,
];

test('checkpoints are ordered: sentinels, numbers by value, members of an aggregate, the end', () => {
  for (const [low, a] of inOrder.entries()) {
    for (const [high, b] of inOrder.entries()) {
      const order = compareCheckpoints(a, b);
      expect([Math.sign(order), a, b]).toEqual([Math.sign(low - high), a, b]);
    }
  }
});

test('a sentinel is one place, whatever its sub-sequence number', () => {
  expect(compareCheckpoints(place('LATEST', 3), place('LATEST'))).toBe(0);
  expect(compareCheckpoints(place('SHARD_END', 3), shardEnd)).toBe(0);
});

test('sequence numbers are compared by value, leading zeros and all', () => {
  expect(compareSequenceNumbers('007', '7')).toBe(0);
  expect(compareSequenceNumbers('008', '7')).toBe(1);
  expect(compareSequenceNumbers('8', '0010')).toBe(-1);
});

test.each([
  ['AT_TIMESTAMP', true, false],
  ['TRIM_HORIZON', true, false],
  ['LATEST', true, false],
  ['77', false, false],
  ['SHARD_END', false, true],
])('%s: unread %s, finished %s', (sequenceNumber, initial, ended) => {
  expect([isInitial(place(sequenceNumber)), isShardEnd(place(sequenceNumber))]).toEqual([initial, ended]);
});
