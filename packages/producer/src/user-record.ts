import { partitionKeyBytes, utf8Length } from '@shardline/aggregation';

/**
 * What an application puts. KPL: UserRecord.
 *
 * Only these members are read, and others ignored: looking for them would cost every record, where options, which are given
 * once, are refused for a name that is unknown. TypeScript finds a misspelt `explicitHashKey` where the record is written out.
 */
export interface UserRecord {
  /**
   * Decides the shard, and with it which records keep their order. 1 to 256 characters, counted in UTF-16 units as the
   * KPL does; well-formed Unicode is stored unchanged.
   */
  readonly partitionKey: string;
  /**
   * Decides the shard instead of the partition key's MD5: a decimal number from 0 to 2^128 − 1.
   * @defaultValue none
   */
  readonly explicitHashKey?: string | undefined;
  /**
   * The payload; a string is stored as UTF-8. Bytes are copied when the record is accepted: do not change them before a
   * put that waits has settled. With the partition key at most the stream's record limit (1 MiB unless raised).
   */
  readonly data: string | Uint8Array;
}

/** Charged to `maxOutstandingBytes` besides a user record's bytes: its slots in the entry and in the sink, its place in an aggregate. */
export const recordOverheadBytes = 48;

/** Bytes that a record takes of a shard's and of a record's limit: data plus partition key in UTF-8. */
export function recordBytes({ partitionKey, data }: UserRecord): number {
  return bytesOfRecord(partitionKey, data);
}

/** {@link recordBytes} of a record that was read. */
export function bytesOfRecord(partitionKey: string, data: UserRecord['data']): number {
  return (typeof data === 'string' ? utf8Length(data) : data.length) + partitionKeyBytes(partitionKey);
}

/** A record as it was put: no more members than that. */
export function recordAsPut(record: UserRecord): UserRecord {
  const { partitionKey, explicitHashKey, data } = record;
  return explicitHashKey === undefined ? { partitionKey, data } : { partitionKey, explicitHashKey, data };
}
