import type { Justification } from '../justify.js';

/** Streams that are not ACTIVE. */
export const statesDifferences: readonly Justification[] = [
  {
    because: 'Five streams may be CREATING; the sixth is refused.',
    source: 'API_CreateStream: LimitExceededException, more than five streams in the CREATING state',
    differences: {
      '200 | 400 LimitExceededException': ['six at once CREATING / create e'],
    },
  },
  {
    because:
      'While a stream is CREATING it has no shards to list, count or use: its shards come with its creation.',
    source:
      'API_CreateStream: read and write operations only on an ACTIVE stream; API_ListShards: ResourceInUseException',
    differences: {
      'StreamDescriptionSummary.OpenShardCount: 0 | 1': ['while CREATING / summary'],
      'StreamDescription.Shards.length: 0 | 1': ['while CREATING / describe'],
      '400 ResourceInUseException | 200': ['while CREATING / list shards'],
      'OpenShardCount: 0 | 1': ['while CREATING / limits'],
    },
  },
  {
    because:
      'PutRecord, PutRecords and GetShardIterator do not have a ResourceInUseException: a stream that is not there yet is not found.',
    source: 'API_PutRecord, API_PutRecords, API_GetShardIterator: errors',
    differences: {
      '400 ResourceNotFoundException | 400 ResourceInUseException': [
        'while CREATING / put',
        'while CREATING / put many',
        'while CREATING / iterator',
      ],
    },
  },
  {
    because:
      'A stream that is DELETING still has its shards and records, and may accept reads and writes until it is gone.',
    source: 'API_DeleteStream: note on the DELETING state',
    differences: {
      'StreamDescriptionSummary.EnhancedMonitoring.length: 1 | 0': ['while DELETING / summary'],
      'StreamDescriptionSummary.OpenShardCount: 2 | 0': ['while DELETING / summary'],
      'StreamDescription.EnhancedMonitoring.length: 1 | 0': ['while DELETING / describe'],
      'StreamDescription.Shards.length: 2 | 0': ['while DELETING / describe'],
      'Shards.length: 2 | 0': ['while DELETING / list shards'],
      '200 | 400 ResourceInUseException': [
        'while DELETING / put',
        'while DELETING / put many',
        'while DELETING / iterator',
      ],
      'OpenShardCount: 2 | 0': ['while DELETING / limits'],
    },
  },
  {
    because:
      'While a stream is UPDATING its shards are as before; the parent is closed and its children are there when the operation is completed.',
    source:
      'API_SplitShard: asynchronous operation; read and write operations continue to work while the stream is in the UPDATING state',
    differences: {
      'StreamDescriptionSummary.OpenShardCount: 2 | 3': ['while UPDATING / summary'],
      'StreamDescription.Shards.length: 2 | 4': ['while UPDATING / describe'],
      'Shards.length: 2 | 4': ['while UPDATING / list shards'],
      'ChildShards: (absent) | (present)': ['while UPDATING / read'],
      'NextShardIterator: "(token)" | (absent)': ['while UPDATING / read'],
    },
  },
  {
    because: 'Encryption begins when the stream is ACTIVE again.',
    source:
      'API_StartStreamEncryption: UPDATING until encryption is ready, then ACTIVE; API_StreamDescriptionSummary',
    differences: {
      'StreamDescriptionSummary.EncryptionType: "NONE" | "KMS"': [
        'encryption that takes its time / described',
      ],
      'StreamDescriptionSummary.KeyId: (absent) | "alias/aws/kinesis"': [
        'encryption that takes its time / described',
      ],
    },
  },
];
