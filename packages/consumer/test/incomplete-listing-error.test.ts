import { expect, test } from 'vitest';
import { IncompleteListingError } from '../src/incomplete-listing-error.js';

test.each([
  ['hole', undefined, 'shards are missing from it. '],
  ['open-parent', 'shardId-000000000002', 'together with its open parent, see shardId-000000000002. '],
  ['outdated', 'shardId-000000000002', 'does not have yet, see shardId-000000000002. '],
] as const)('it says what is wrong, where, and that it may pass: %s', (reason, shardId, words) => {
  const error = new IncompleteListingError('tweets', reason, shardId);
  expect(error).toMatchObject({
    code: 'INCOMPLETE_LISTING',
    retryable: true,
    stream: 'tweets',
    reason,
    shardId,
  });
  expect(error.message).toContain('ListShards of stream "tweets"');
  expect(error.message).toContain(words);
});
