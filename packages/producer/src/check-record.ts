import { type HashKey, hashKeyOf, parseHashKey } from '@shardline/aggregation';
import { serviceLimits } from '@shardline/core/internal';
import { InvalidRecordError, RecordTooLargeError } from './errors.js';
import { recordBytes, type UserRecord } from './user-record.js';

/**
 * Writes the record's hash key into `into` and returns its {@link recordBytes}. Throws a typed error that names what is wrong
 * with it otherwise: for its size, whether the stream or the producer's own bound takes no more.
 */
export function checkRecord(
  record: UserRecord,
  maxRecordBytes: number,
  into: HashKey,
  boundBytes = Number.POSITIVE_INFINITY,
): number {
  if (typeof record !== 'object' || record === null) {
    throw new InvalidRecordError('record', record, 'an object with partitionKey and data');
  }
  const { partitionKey, explicitHashKey, data } = record;
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
  const bytes = recordBytes(record);
  if (bytes > maxRecordBytes || bytes > boundBytes) {
    const limit = boundBytes < maxRecordBytes ? 'bound' : 'stream';
    throw new RecordTooLargeError(partitionKey, bytes, Math.min(maxRecordBytes, boundBytes), limit);
  }
  if (explicitHashKey === undefined) hashKeyOf(partitionKey, undefined, into);
  else if (typeof explicitHashKey !== 'string' || !parseHashKey(explicitHashKey, into)) {
    throw new InvalidRecordError('explicitHashKey', explicitHashKey, 'a decimal number from 0 to 2^128 - 1');
  }
  return bytes;
}
