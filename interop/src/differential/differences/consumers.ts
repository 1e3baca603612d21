import type { Justification } from '../justify.js';

/** Consumers and subscriptions. */
export const consumersDifferences: readonly Justification[] = [
  {
    because: 'The description of a consumer has no tags; ListTagsForResource tells them.',
    source: 'API_ConsumerDescription: contents',
    differences: {
      'ConsumerDescription.Tags: (absent) | (present)': [
        'register a consumer / DescribeStreamConsumer: by stream and name',
        'register a consumer / DescribeStreamConsumer: by ARN',
        'consumers that are CREATING / describe',
      ],
    },
  },
  {
    because: 'A page token is given where there is more, leads to the rest, and is refused where it is none.',
    source: 'API_ListStreamConsumers: NextToken, MaxResults',
    differences: {
      'NextToken: (absent) | "(token)"': [
        'list consumers / ListStreamConsumers: all',
        'list consumers / the second page',
      ],
      '400 InvalidArgumentException | 200': ['list consumers / ListStreamConsumers: a token that is none'],
      'Consumers.length: 1 | 3': ['list consumers / the second page'],
    },
  },
  {
    because:
      'A name that is taken is in use, also where the quota of consumers that are CREATING is used up.',
    source: 'API_RegisterStreamConsumer: ResourceInUseException',
    differences: {
      '400 ResourceInUseException | 400 LimitExceededException': [
        'consumers that are CREATING / register again',
      ],
    },
  },
  {
    because:
      'A consumer can be subscribed with once it is ACTIVE, and registered on a stream that is not being deleted.',
    source:
      'API_SubscribeToShard, API_RegisterStreamConsumer: ResourceInUseException, "must be in the ACTIVE state"',
    differences: {
      '400 ResourceInUseException | 200': [
        'consumers that are CREATING / subscribe',
        'consumers that are CREATING / register while DELETING',
      ],
    },
  },
  {
    because: 'A second subscription within five seconds is refused.',
    source: 'API_SubscribeToShard: ResourceInUseException within 5 seconds',
    differences: {
      '400 ResourceInUseException | 200': [
        'subscribe from the newest, refused a second time / events / meanwhile',
      ],
    },
  },
  {
    because: 'At the end of a closed shard an event names its children.',
    source: 'API_SubscribeToShardEvent: ChildShards',
    differences: {
      'ChildShards: (present) | (absent)': ['subscribe to the end of a shard / events'],
      'enough: true | false': ['subscribe to the end of a shard / events'],
    },
  },
  {
    because:
      'A subscription needs a consumer, a shard and a position that exist; the errors come before the stream of events.',
    source: 'API_SubscribeToShard: errors; API_StartingPosition',
    differences: {
      '400 ResourceNotFoundException | 200': [
        'subscribe badly / SubscribeToShard: an unknown consumer',
        'subscribe badly / SubscribeToShard: an unknown shard',
      ],
      '400 InvalidArgumentException | 200': [
        'subscribe badly / SubscribeToShard: by position without a number',
        'subscribe badly / SubscribeToShard: by position with a small number',
        'subscribe badly / SubscribeToShard: by time without a time',
      ],
    },
  },
];
