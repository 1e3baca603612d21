import type { ConsumerEvent } from '@shardline/consumer';
import { expect, it } from 'vitest';
import { consumerEventInWords } from '../src/count-events.js';

const shardId = 'shard-1';
const at = (sequenceNumber: string) => ({ sequenceNumber, subSequenceNumber: 0 });
const cases: [ConsumerEvent, string | undefined][] = [
  [
    { type: 'started', reason: 'created', workerId: 'w' },
    'a new application: nothing was counted under its name before',
  ],
  [{ type: 'started', reason: 'existed', workerId: 'w' }, undefined],
  [
    { type: 'lease-gained', reason: 'free', shardId, checkpoint: at('TRIM_HORIZON') },
    'shard-1: counting from TRIM_HORIZON (free)',
  ],
  [
    { type: 'lease-gained', reason: 'expired', shardId, checkpoint: at('495') },
    'shard-1: counting behind 495 (expired)',
  ],
  [{ type: 'lease-released', reason: 'stop', shardId }, undefined],
  [{ type: 'lease-released', reason: 'taken', shardId }, 'shard-1: no longer counted here (taken)'],
  [{ type: 'shard-ended', reason: 'split', shardId, childShardIds: [] }, 'shard-1: ended (split)'],
  [
    { type: 'records-dropped', reason: 'out-of-range', shardId, userRecords: 3 },
    'shard-1: 3 records left out, their producer has put them again',
  ],
  [
    { type: 'corrupt-aggregate', reason: 'not-decodable', shardId, sequenceNumber: '7' },
    'shard-1: 7 begins like an aggregate and is none',
  ],
  [{ type: 'stop-deadline', reason: 'deadline', shardIds: ['a', 'b'] }, 'stopped without waiting for a, b'],
  [{ type: 'iterator-renewed', reason: 'expired', shardId }, undefined],
];

it.each(cases)('says %j as %s', (event, words) => {
  expect(consumerEventInWords(event)).toBe(words);
});
