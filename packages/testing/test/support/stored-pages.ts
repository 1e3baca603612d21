import type { Identify } from '../../src/stored-log.js';
import type { StoredPage, StoredUserRecord } from '../../src/stored-page.js';

/** A user record as short as a test can say it: its key, its id, and a checksum if need be. */
export interface Copy {
  readonly key: string;
  readonly id: string;
  readonly checksum?: number;
}

/** A page of one shard that holds `copies` in this order, each stored alone. */
export function pageOf(copies: readonly Copy[], shardId = 'shardId-0', dropped = 0): StoredPage {
  const userRecords = copies.map(
    ({ key, id, checksum }, index): StoredUserRecord => ({
      shardId,
      sequenceNumber: String(index),
      subSequenceNumber: 0,
      aggregated: false,
      partitionKey: key,
      explicitHashKey: undefined,
      data: Buffer.from(JSON.stringify({ id, checksum })),
    }),
  );
  return { shardId, userRecords, records: userRecords.length, dropped };
}

/** Recognises what {@link pageOf} made. */
export const identifyCopy: Identify = ({ partitionKey, data }) => {
  const { id, checksum } = JSON.parse(Buffer.from(data).toString()) as Omit<Copy, 'key'>;
  return { key: partitionKey, id, ...(checksum === undefined ? {} : { checksum }) };
};
