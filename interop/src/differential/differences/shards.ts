import type { Justification } from '../justify.js';

/** Shards: listed and changed. */
export const shardsDifferences: readonly Justification[] = [
  {
    because: 'The last sequence number of a closed shard is one of its own.',
    source: 'API_SequenceNumberRange: EndingSequenceNumber',
    differences: {
      'Shards[0].SequenceNumberRange.EndingSequenceNumber: "(sequence number 2 of shardId-000000000000)" | "9223372036854775807"':
        [
          'split / all',
          'split / filter: from the trim horizon',
          'split / filter: from the beginning of time',
          'merge / all',
          'merge / filter: from the trim horizon',
          'merge / filter: from the beginning of time',
          'split twice / all',
          'split twice / filter: from the trim horizon',
          'split twice / filter: from the beginning of time',
          'split twice / after the merge',
        ],
      'StreamDescription.Shards[0].SequenceNumberRange.EndingSequenceNumber: "(sequence number 2 of shardId-000000000000)" | "9223372036854775807"':
        ['split / described'],
      'Shards[0].SequenceNumberRange.EndingSequenceNumber: "(sequence number 1 of shardId-000000000000)" | "9223372036854775807"':
        [
          'split at the third key / shards',
          'split at the last but one key / shards',
          'update the shard count / doubled',
        ],
      'Shards[1].SequenceNumberRange.EndingSequenceNumber: "(sequence number 2 of shardId-000000000001)" | "9223372036854775807"':
        [
          'merge / all',
          'merge / filter: from the trim horizon',
          'merge / filter: from the beginning of time',
          'split twice / all',
          'split twice / filter: from the trim horizon',
          'split twice / filter: from the beginning of time',
          'split twice / after the merge',
        ],
      'Shards[0].SequenceNumberRange.EndingSequenceNumber: "(sequence number 2 of shardId-000000000001)" | "9223372036854775807"':
        ['merge / filter: after the first', 'split twice / filter: after the first'],
      'Shards[1].SequenceNumberRange.EndingSequenceNumber: "(sequence number 1 of shardId-000000000001)" | "9223372036854775807"':
        ['update the shard count / doubled'],
      'Shards[2].SequenceNumberRange.EndingSequenceNumber: "(sequence number 1 of shardId-000000000002)" | "9223372036854775807"':
        ['update the shard count / doubled', 'split twice / after the merge'],
      'Shards[4].SequenceNumberRange.EndingSequenceNumber: "(sequence number 1 of shardId-000000000004)" | "9223372036854775807"':
        ['split twice / after the merge'],
    },
  },
  {
    because:
      'AT_TRIM_HORIZON and AT_TIMESTAMP list the shards that were open at that time: the parents, not their children.',
    source: 'API_ShardFilter: Type',
    differences: {
      'Shards.length: 1 | 3': [
        'split / filter: at the trim horizon',
        'split / filter: at the beginning of time',
      ],
      'Shards.length: 3 | 4': [
        'merge / filter: at the trim horizon',
        'merge / filter: at the beginning of time',
      ],
      'Shards.length: 1 | 5': [
        'split twice / filter: at the trim horizon',
        'split twice / filter: at the beginning of time',
      ],
    },
  },
  {
    because: 'A listing begins after the given id, whether or not that shard exists.',
    source: 'API_ListShards: ExclusiveStartShardId, "the shard whose ID immediately follows"',
    differences: {
      'Shards.length: 0 | 3': ['list shards / ListShards: after a shard that is none'],
    },
  },
  {
    because: "A creation time tells a stream from its namesake: one that is not the stream's finds nothing.",
    source: 'API_ListShards, API_ListStreamConsumers: StreamCreationTimestamp',
    differences: {
      '400 ResourceNotFoundException | 200': [
        'list shards / ListShards: another creation time',
        'list consumers / ListStreamConsumers: another creation time',
      ],
    },
  },
  {
    because:
      'A closed shard is an argument that cannot be used; ResourceInUseException is for streams that are not ACTIVE.',
    source: 'API_SplitShard, API_MergeShards: InvalidArgumentException, ResourceInUseException',
    differences: {
      '400 InvalidArgumentException | 400 ResourceInUseException': [
        'split / split the closed parent again',
        'split / merge a closed parent',
      ],
    },
  },
  {
    because:
      "The new starting hash key is greater than one plus the shard's first key, and less than its last: the message says so.",
    source: 'API_SplitShard: NewStartingHashKey, InvalidArgumentException',
    differences: {
      '400 InvalidArgumentException | 200': [
        'split at the lowest hash key / split',
        'split at the lowest hash key of the other shard / split',
        'split at the second key / split',
        'split at the last key / split',
      ],
      'Shards.length: 1 | 3': ['split at the second key / shards', 'split at the last key / shards'],
    },
  },
  {
    because: 'The answer tells the shard count before the update, and names the stream by ARN too.',
    source: 'API_UpdateShardCount: CurrentShardCount, StreamARN',
    differences: {
      'StreamARN: "arn:aws:kinesis:us-east-1:ACCOUNT:stream/s" | (absent)': [
        'update the shard count / UpdateShardCount: double',
        'update the shard count / half',
        'update the shard count / the same again',
      ],
    },
  },
  {
    because:
      'More than double, or less than half of the present shards is beyond the limits of the operation.',
    source: 'API_UpdateShardCount: default limits, LimitExceededException',
    differences: {
      '400 LimitExceededException | 400 InvalidArgumentException': [
        'update the shard count / UpdateShardCount: more than double',
        'update the shard count / less than half',
      ],
    },
  },
];
