import { formatHashKey, type HashKey, hashKeyOf, parseHashKey } from '@shardline/aggregation';
import { serviceLimits } from '@shardline/core/internal';
import { InvalidRecordError, RecordTooLargeError } from './errors.js';
import { bytesOfRecord, type UserRecord } from './user-record.js';

/** What was read of a record. */
export interface CheckedRecord {
  partitionKey: string;
  /** In plain decimal. */
  explicitHashKey: string | undefined;
  data: UserRecord['data'];
  readonly hash: HashKey;
}

/**
 * Reads the record into `into` and returns its {@link recordBytes}. Nothing looks at the record itself afterwards: its members may
 * be getters, which give something else each time, or put. Throws a typed error that names what is wrong
 * with it otherwise: for its size, whether the stream or the producer's own bound takes no more.
 */
export function checkRecord(
  record: UserRecord,
  maxRecordBytes: number,
  into: CheckedRecord,
  boundBytes = Number.POSITIVE_INFINITY,
): number {
  if (typeof record !== 'object' || record === null) {
    throw new InvalidRecordError('record', record, 'an object with partitionKey and data');
  }
  let partitionKey: UserRecord['partitionKey'];
  let explicitHashKey: UserRecord['explicitHashKey'];
  let data: UserRecord['data'];
  try {
    ({ partitionKey, explicitHashKey, data } = record);
  } catch (cause) {
    throw new InvalidRecordError('record', record, 'an object whose members can be read', { cause });
  }
  if (
    typeof partitionKey !== 'string' ||
    partitionKey.length === 0 ||
    partitionKey.length > serviceLimits.partitionKeyMaxCharacters
  ) {
    throw new InvalidRecordError('partitionKey', partitionKey, 'a string of 1 to 256 characters');
  }
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
    throw new InvalidRecordError('data', data, 'a string or a Uint8Array');
  }
  const bytes = bytesOfRecord(partitionKey, data);
  if (bytes > maxRecordBytes || bytes > boundBytes) {
    const limit = boundBytes < maxRecordBytes ? 'bound' : 'stream';
    throw new RecordTooLargeError(partitionKey, bytes, Math.min(maxRecordBytes, boundBytes), limit);
  }
  const { hash } = into;
  if (explicitHashKey === undefined) hashKeyOf(partitionKey, undefined, hash);
  else if (typeof explicitHashKey !== 'string' || !parseHashKey(explicitHashKey, hash)) {
    throw new InvalidRecordError('explicitHashKey', explicitHashKey, 'a decimal number from 0 to 2^128 - 1');
  }
  into.partitionKey = partitionKey;
  into.explicitHashKey = explicitHashKey === undefined ? undefined : formatHashKey(hash);
  into.data = data;
  return bytes;
}
