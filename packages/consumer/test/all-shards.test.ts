import type { ListShardsInput, ListShardsOutput } from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';
import { allShards } from '../src/all-shards.js';
import type { ShardFilter } from '../src/kinesis-reads.js';

/** Answers with these pages, one after the other, and keeps what was asked. */
function answering(...pages: readonly ListShardsOutput[]) {
  const asked: ListShardsInput[] = [];
  const ask = async (input: ListShardsInput) => pages[asked.push(input) - 1] ?? {};
  return { ask, asked };
}

test('lists page by page, each by the token of the one before alone', async () => {
  const { ask, asked } = answering(
    {
      Shards: [
        {
          ShardId: 'a',
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' },
          SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '5' },
        },
      ],
      NextToken: 'more',
    },
    { NextToken: 'yet more' },
    {
      Shards: [
        {
          ShardId: 'b',
          ParentShardId: 'a',
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: '4' },
          SequenceNumberRange: { StartingSequenceNumber: '6' },
        },
      ],
    },
  );
  expect(await allShards({ StreamName: 'tweets', MaxResults: 2 }, { type: 'all' }, ask)).toEqual([
    {
      shardId: 'a',
      parentShardIds: [],
      hashKeyRange: { startingHashKey: '0', endingHashKey: '9' },
      startingSequenceNumber: '1',
      open: false,
    },
    {
      shardId: 'b',
      parentShardIds: ['a'],
      hashKeyRange: { startingHashKey: '0', endingHashKey: '4' },
      startingSequenceNumber: '6',
      open: true,
    },
  ]);
  expect(asked).toEqual([
    { StreamName: 'tweets', MaxResults: 2 },
    { NextToken: 'more' },
    { NextToken: 'yet more' },
  ]);
});

test.each<[ShardFilter, object]>([
  [{ type: 'at-latest' }, { Type: 'AT_LATEST' }],
  [{ type: 'at-trim-horizon' }, { Type: 'AT_TRIM_HORIZON' }],
  [
    { type: 'at-timestamp', timestampMs: 5 },
    { Type: 'AT_TIMESTAMP', Timestamp: new Date(5) },
  ],
])('asks for those of %j', async (filter, asFilter) => {
  const { ask, asked } = answering();
  expect(await allShards({ StreamName: 'tweets' }, filter, ask)).toEqual([]);
  expect(asked).toEqual([{ StreamName: 'tweets', ShardFilter: asFilter }]);
});
