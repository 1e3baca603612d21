import type { Justification } from '../justify.js';

/** Streams: created, described, listed, changed. */
export const streamsDifferences: readonly Justification[] = [
  {
    because: 'The summary tells of channels and of the largest record.',
    source: 'API_StreamDescriptionSummary: ChannelCount, MaxRecordSizeInKiB',
    differences: {
      'StreamDescriptionSummary.ChannelCount: 0 | (absent)': [
        'create a stream / describe the one with an unknown member',
        'create a stream / describe the one with large records',
        'create with the longest name / describe',
        'create on demand / summary',
        'create three shards / summary',
        'more than a page of shards / counted',
        'retention / described when increased',
        'retention / described when decreased',
        'record size / described',
        'sizes / nothing was stored in part',
        'list shards / the present time of creation',
        'split / summary',
        'merge / summary',
        'update the shard count / summary',
        'register a consumer / summary',
        'list consumers / summary',
        'twenty consumers / summary',
        'consumers that are CREATING / summary',
        'encryption / described',
        'encryption / described afterwards',
        'encryption that takes its time / described',
        'monitoring / described',
        'monitoring / described afterwards',
        'mode / described',
        'mode / described when back',
        'while CREATING / summary',
        'while DELETING / summary',
        'while UPDATING / summary',
      ],
      'StreamDescriptionSummary.MaxRecordSizeInKiB: 1024 | (absent)': [
        'create a stream / describe the one with an unknown member',
        'create with the longest name / describe',
        'create on demand / summary',
        'create three shards / summary',
        'more than a page of shards / counted',
        'retention / described when increased',
        'retention / described when decreased',
        'sizes / nothing was stored in part',
        'list shards / the present time of creation',
        'split / summary',
        'merge / summary',
        'update the shard count / summary',
        'register a consumer / summary',
        'list consumers / summary',
        'twenty consumers / summary',
        'consumers that are CREATING / summary',
        'encryption / described',
        'encryption / described afterwards',
        'encryption that takes its time / described',
        'monitoring / described',
        'monitoring / described afterwards',
        'mode / described',
        'mode / described when back',
        'while CREATING / summary',
        'while DELETING / summary',
        'while UPDATING / summary',
      ],
    },
  },
  {
    because: 'The summary of an on-demand stream tells how records are distributed.',
    source: 'API_StreamDescriptionSummary: RecordDistributionStrategy',
    differences: {
      'StreamDescriptionSummary.RecordDistributionStrategy: "USER_PARTITION_KEY" | (absent)': [
        'create on demand / summary',
        'mode / described',
      ],
    },
  },
  {
    because: 'ListStreams answers with summaries, and with a token where there is more.',
    source: 'API_ListStreams: StreamSummaries, NextToken',
    differences: {
      'StreamSummaries: (present) | (absent)': [
        'list streams / ListStreams: all',
        'list streams / ListStreams: one a page',
        'list streams / ListStreams: after a name',
        'list streams / ListStreams: after a name that does not exist',
        'list streams / ListStreams: after the last',
        'list streams / ListStreams: the longest page',
        'list streams / ListStreams: an unknown member',
        'list streams / the second page by token',
        'no streams / list',
        'delete a stream / list afterwards',
        'delete by ARN / list',
        'while CREATING / list streams',
        'while DELETING / list streams',
        'while UPDATING / list streams',
        'the request itself / a content type with a charset',
      ],
      'NextToken: "(token)" | (absent)': [
        'list streams / ListStreams: one a page',
        'list consumers / ListStreamConsumers: two a page',
      ],
    },
  },
  {
    because:
      'A listing begins after the given name, whether or not that stream exists, or where its token says; a token that is none is refused.',
    source: 'API_ListStreams: ExclusiveStartStreamName, NextToken',
    differences: {
      'StreamNames.length: 2 | 3': [
        'list streams / ListStreams: after a name that does not exist',
        'list streams / the second page by token',
      ],
      '400 InvalidArgumentException | 200': ['list streams / ListStreams: a token that is none'],
    },
  },
  {
    because: 'A provisioned stream needs a shard count, an on-demand stream takes none.',
    source: 'API_CreateStream: ShardCount; developer guide, choose the right mode',
    differences: {
      '400 InvalidArgumentException | 200': [
        'create a stream / CreateStream: no shard count',
        'create a stream / CreateStream: on-demand with a shard count',
      ],
    },
  },
  {
    because: 'A shard count is at least 1.',
    source: 'API_CreateStream: ShardCount, minimum value of 1',
    differences: {
      '400 ValidationException | 400 LimitExceededException': [
        'create a stream / CreateStream: no shards',
        'create a stream / CreateStream: a negative shard count',
      ],
    },
  },
  {
    because: 'The shards of a new stream divide 2^128 keys evenly: the first of four ends at 2^126 - 1.',
    source: 'Developer guide, resharding: HashKeyRange; API_HashKeyRange',
    differences: {
      'Shards[0].HashKeyRange.EndingHashKey: "85070591730234615865843651857942052863" | "85070591730234615865843651857942052862"':
        ['create on demand / shards'],
      'Shards[1].HashKeyRange.EndingHashKey: "170141183460469231731687303715884105727" | "170141183460469231731687303715884105725"':
        ['create on demand / shards'],
      'Shards[1].HashKeyRange.StartingHashKey: "85070591730234615865843651857942052864" | "85070591730234615865843651857942052863"':
        ['create on demand / shards'],
      'Shards[2].HashKeyRange.EndingHashKey: "255211775190703847597530955573826158591" | "255211775190703847597530955573826158588"':
        ['create on demand / shards'],
      'Shards[2].HashKeyRange.StartingHashKey: "170141183460469231731687303715884105728" | "170141183460469231731687303715884105726"':
        ['create on demand / shards'],
      'Shards[3].HashKeyRange.StartingHashKey: "255211775190703847597530955573826158592" | "255211775190703847597530955573826158589"':
        ['create on demand / shards'],
      'Shards[5].HashKeyRange.EndingHashKey: "170141183460469231731687303715884105725" | "170141183460469231731687303715884105726"':
        ['update the shard count / doubled'],
      'Shards[6].HashKeyRange.StartingHashKey: "170141183460469231731687303715884105726" | "170141183460469231731687303715884105727"':
        ['update the shard count / doubled'],
      'Shards[7].HashKeyRange.EndingHashKey: "283568639100782052886145506193140176209" | "283568639100782052886145506193140176211"':
        ['update the shard count / doubled'],
      'Shards[8].HashKeyRange.StartingHashKey: "283568639100782052886145506193140176210" | "283568639100782052886145506193140176212"':
        ['update the shard count / doubled'],
    },
  },
  {
    because: 'Shards of an on-demand stream are not changed by calls.',
    source:
      'API_SplitShard, API_MergeShards, API_UpdateShardCount: only supported for streams with the provisioned capacity mode; ValidationException',
    differences: {
      '400 ValidationException | 200': [
        'create on demand / split',
        'create on demand / update the shard count',
      ],
      '400 ValidationException | 400 ResourceInUseException': ['create on demand / merge'],
    },
  },
  {
    because: 'UpdateMaxRecordSize has an empty answer.',
    source: 'API_UpdateMaxRecordSize: response elements',
    differences: {
      ': (absent) | (present)': ['record size / UpdateMaxRecordSize: 2,048 KiB'],
    },
  },
  {
    because: 'The limits tell of channels too.',
    source: 'API_DescribeLimits: ChannelCount, ChannelCountLimit',
    differences: {
      'ChannelCount: 0 | (absent)': [
        'limits of the account / limits',
        'limits of the account / limits with an unknown member',
        'no streams / limits',
        'while CREATING / limits',
        'while DELETING / limits',
      ],
      'ChannelCountLimit: 0 | (absent)': [
        'limits of the account / limits',
        'limits of the account / limits with an unknown member',
        'no streams / limits',
        'while CREATING / limits',
        'while DELETING / limits',
      ],
    },
  },
];
