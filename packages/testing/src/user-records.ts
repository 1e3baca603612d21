import fc from 'fast-check';
import { explicitHashKeys } from './explicit-hash-keys.js';
import { type PartitionKeysOptions, partitionKeys } from './partition-keys.js';
import { type RecordDataOptions, recordData } from './record-data.js';

/** A user record as a producer is given it. */
export interface GeneratedUserRecord {
  /** 1 to 256 code points. */
  readonly partitionKey: string;
  /** In decimal, where there is one. */
  readonly explicitHashKey?: string;
  /** May be empty. */
  readonly data: Uint8Array;
}

/** Options of {@link userRecords}. */
export interface UserRecordsOptions extends PartitionKeysOptions, RecordDataOptions {}

/** User records, a third of them with an explicit hash key. Keys come up again and again, as they do in life. */
export function userRecords(options: UserRecordsOptions = {}): fc.Arbitrary<GeneratedUserRecord> {
  const partitionKey = partitionKeys(options);
  const data = recordData(options);
  return fc.oneof(
    { arbitrary: fc.record({ partitionKey, data }), weight: 2 },
    { arbitrary: fc.record({ partitionKey, explicitHashKey: explicitHashKeys(), data }), weight: 1 },
  );
}
