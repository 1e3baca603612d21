import type { Aggregate } from './aggregate.js';
import { scanAggregate, scanSealedAggregate } from './scan-aggregate.js';

/** A user record as it stands in an aggregate. */
export interface AggregatedUserRecord {
  /** Partition key. Malformed UTF-8 reads as U+FFFD, as in the KCL. */
  readonly partitionKey: string;
  /** Explicit hash key in decimal, as it was written; absent when the user record has none. */
  readonly explicitHashKey?: string;
  /** A view of the bytes that were decoded. */
  readonly data: Uint8Array;
  /** Index of the user record in its aggregate. */
  readonly subSequenceNumber: number;
}

/**
 * Decodes one stored record of the KPL's format.
 *
 * @param data - Data of a stored record.
 * @returns Its user records in order, at least one; `undefined` when it is not a whole and sound aggregate, and so is one user
 *   record as it stands. Never throws.
 */
export function decodeAggregate(data: Uint8Array): readonly AggregatedUserRecord[] | undefined {
  return recordsOf(scanAggregate(data));
}

/**
 * {@link decodeAggregate} of what is known to be an aggregate, because it was made here: its digest is not looked at, and need not be
 * written yet ({@link AggregateEncoder.sealWithoutDigest}).
 *
 * @param data - A whole aggregate, from its magic to the 16 bytes of its digest.
 * @returns Its user records in order; `undefined` when it is none after all.
 */
export function decodeWithoutDigest(data: Uint8Array): readonly AggregatedUserRecord[] | undefined {
  return recordsOf(scanSealedAggregate(data));
}

function recordsOf(aggregate: Aggregate | undefined): readonly AggregatedUserRecord[] | undefined {
  if (aggregate === undefined) return undefined;
  const records: AggregatedUserRecord[] = [];
  for (let member = 0; member < aggregate.count; member++) {
    const explicitHashKey = aggregate.explicitHashKey(member);
    records.push({
      partitionKey: aggregate.partitionKey(member),
      ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
      data: aggregate.data(member),
      subSequenceNumber: member,
    });
  }
  return records;
}
