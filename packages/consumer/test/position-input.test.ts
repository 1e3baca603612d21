import { expect, test } from 'vitest';
import type { ReadPosition } from '../src/kinesis-reads.js';
import { positionInput } from '../src/position-input.js';

test.each<[ReadPosition, object]>([
  [{ type: 'trim-horizon' }, { ShardIteratorType: 'TRIM_HORIZON' }],
  [{ type: 'latest' }, { ShardIteratorType: 'LATEST' }],
  [
    { type: 'at-timestamp', timestampMs: 5 },
    { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(5) },
  ],
  [
    { type: 'at-sequence-number', sequenceNumber: '7' },
    { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '7' },
  ],
  [
    { type: 'after-sequence-number', sequenceNumber: '7' },
    { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '7' },
  ],
])('%j', (position, input) => {
  expect(positionInput(position)).toEqual(input);
});
